import type { z } from 'zod';
import { type HopfieldNetwork, hopfieldNetwork } from '../../circuits/hopfield/index.js';
import type { AnalogDevice } from '../../devices/contract/index.js';
import { eulerSteps, exactUpdates, HopfieldDevice } from '../../solver/hopfield/index.js';
import { HopfieldFloat32Device, type HopfieldFloat32Options } from '../../solver/hopfield-float32/index.js';
import type { hopfieldSchema, RunConfig } from '../schema/index.js';
import type { Composition } from './composition.js';
import { composeOptimizer } from './optimizer.js';
import { composeReadOut } from './readout.js';
import { ruleNumbers } from './rule.js';
import { ratesPerLayer } from './training-numbers.js';

/** The network that a configuration describes. */
export function hopfieldDescription(
  { hidden, activation: kind, activationBound: bound }: z.infer<typeof hopfieldSchema>,
  size: { inputs: number; outputs: number },
): HopfieldNetwork {
  return hopfieldNetwork({
    ...size,
    hidden,
    activation: { kind, ...(bound === undefined ? {} : { bound }) },
  });
}

/** Opens the Hopfield network that a configuration describes. Everything in it is dimensionless. */
export async function composeHopfield(
  network: z.infer<typeof hopfieldSchema>,
  config: RunConfig,
  size: { inputs: number; outputs: number },
): Promise<Composition> {
  const description = hopfieldDescription(network, size);
  const layers = description.layers.length;
  const { g: w, b, warnings } = ratesPerLayer(config.training, layers);
  const descent = composeOptimizer(
    config.training,
    description.layers.flatMap((_, l) => [
      { name: `w${l + 1}`, rate: w[l], entry: 1, gradient: 1, decays: true },
      { name: `b${l + 1}`, rate: b[l], entry: 1, gradient: 1, decays: false },
    ]),
  );
  const ways = { euler: eulerSteps(network.epsilon), exact: exactUpdates };
  const options = {
    relaxation: ways[network.relaxation],
    nudgedRelaxation: ways[network.nudgedRelaxation ?? network.relaxation],
  };
  const readOut = composeReadOut(config, 1, '1');
  return {
    device: openDevice[config.arithmetic](description, {
      ...options,
      ...readOut.options,
      threads: config.threads,
      relaxed: config.relaxedSimd,
    }),
    ...descent,
    beta: ruleNumbers(config, '1').beta,
    ...readOut.range,
    warnings: [...warnings, ...readOut.warnings],
    betaUnit: 1,
    reference: () => new HopfieldDevice(description, { ...options, seed: config.seed }),
  };
}

const openDevice: Record<
  RunConfig['arithmetic'],
  (network: HopfieldNetwork, options: HopfieldFloat32Options) => AnalogDevice
> = {
  float64: (network, options) => new HopfieldDevice(network, options),
  float32: (network, options) => new HopfieldFloat32Device(network, options),
};
