import type { z } from 'zod';
import { type LayeredNetwork, layeredNetwork, publishedTraining } from '../../circuits/layered/index.js';
import { inputError } from '../../core/index.js';
import type { ConductanceStore } from '../../devices/cells/index.js';
import type { AnalogDevice } from '../../devices/contract/index.js';
import { LayeredDevice, layeredInCells } from '../../solver/layered/index.js';
import { LayeredFloat32Device, layeredFloat32InCells } from '../../solver/layered-float32/index.js';
import type { RunConfig, resistiveSchema, WindowSetting } from '../schema/index.js';
import { biasVoltage_V, composeCells } from './cells.js';
import type { Composition } from './composition.js';
import { composeOptimizer } from './optimizer.js';
import { type ComposedReadOut, composeReadOut } from './readout.js';
import { ruleNumbers } from './rule.js';
import { ratesPerLayer } from './training-numbers.js';

/** The network that a configuration describes. @param window over its own: g_max/g_min of the cells that it is in */
export function resistiveDescription(
  { hidden, inputGain, units, window: own, diodeThreshold_V, diodeOn_ohm }: z.infer<typeof resistiveSchema>,
  size: { inputs: number; outputs: number },
  window: WindowSetting | undefined = own,
): LayeredNetwork {
  return layeredNetwork({
    ...size,
    hidden,
    inputGain,
    units,
    ...(window === undefined
      ? {}
      : typeof window === 'number'
        ? { windowRatio: window }
        : { window: { g_min_S: window[0], g_max_S: window[1] } }),
    ...(diodeThreshold_V === undefined ? {} : { diodeThreshold_V }),
    ...(diodeOn_ohm === undefined ? {} : { diodeOn_ohm }),
  });
}

/** Opens the layered resistive network that a configuration describes, without conductances yet. */
export async function composeResistive(
  network: z.infer<typeof resistiveSchema>,
  config: RunConfig,
  size: { inputs: number; outputs: number },
): Promise<Composition> {
  const { conductance_S } = network.units;
  const cells = config.cells && (await composeCells(config.cells, network.window));
  const description = resistiveDescription(network, size, cells?.windowRatio);
  const layers = description.layers.length;
  const { g, b, warnings } = ratesPerLayer(config.training, layers);
  const { beta, betaUnit, ratesPer } = ruleNumbers(config, 'S', conductance_S);
  const { voltage_V } = network.units;
  const current_A = conductance_S * voltage_V;
  const descent = composeOptimizer(
    config.training,
    description.layers.flatMap((_, l) => [
      {
        name: `g${l + 1}`,
        rate: g[l],
        entry: conductance_S,
        gradient: (ratesPer * voltage_V ** 2) / conductance_S,
        decays: true,
      },
      {
        name: `b${l + 1}`,
        rate: b[l],
        entry: current_A,
        gradient: (ratesPer * voltage_V ** 2) / current_A,
        decays: false,
      },
    ]),
  );
  // Rates of gradients to the last bit as a library's user has them.
  const published = publishedTraining(description, { beta: 1, conductanceRates: g, biasRates: b });
  const plain =
    ratesPer === 1
      ? published.rates
      : Object.fromEntries(Object.entries(published.rates).map(([name, rate]) => [name, rate / ratesPer]));
  const rates = config.training.optimizer === 'adam' ? descent.rates : plain;
  if (
    beta !== 'auto' &&
    betaUnit === conductance_S &&
    config.arithmetic === 'float32' &&
    Math.fround(beta / conductance_S) === 0
  ) {
    throw inputError(
      'config.beta',
      `training.beta: ${beta} S is nothing beside ${conductance_S} S in float32; use a larger β`,
    );
  }
  const readOut = composeReadOut(config, network.units.voltage_V * network.inputGain, 'V');
  const store = cells?.open(description, config.seed);
  // Within what reads of the cells can give, where there are cells: at an end of their range that is a rounding wider.
  const windows =
    store === undefined ? description.windows : description.layers.map((_, l) => store.window(`g${l + 1}`));
  const reference = () => new LayeredDevice({ ...description, windows }, { seed: config.seed });
  return {
    device:
      store === undefined
        ? openDevice[config.arithmetic](description, config, readOut.options)
        : await openInCells[config.arithmetic](
            description,
            config,
            store,
            biasVoltage_V(config.cells, description),
            readOut.options,
          ),
    ...(store === undefined ? {} : { cells: store }),
    warnings: [...warnings, ...readOut.warnings, ...(cells?.warnings ?? [])],
    ...(cells?.pulseLog === undefined ? {} : { pulseLog: cells.pulseLog }),
    ...(cells?.file === undefined ? {} : { cellsFile: cells.file }),
    ...descent,
    rates,
    beta,
    betaUnit,
    reference,
  };
}

type Chosen = Pick<RunConfig, 'threads' | 'relaxedSimd'>;

type ReadOutOptions = ComposedReadOut['options'];

const openDevice: Record<
  RunConfig['arithmetic'],
  (network: LayeredNetwork, config: Chosen, readOut: ReadOutOptions) => AnalogDevice
> = {
  float64: (network, _, readOut) => new LayeredDevice(network, readOut),
  float32: (network, { threads, relaxedSimd }, readOut) =>
    new LayeredFloat32Device(network, { threads, relaxed: relaxedSimd, ...readOut }),
};

const openInCells: Record<
  RunConfig['arithmetic'],
  (
    network: LayeredNetwork,
    config: Chosen,
    store: ConductanceStore,
    bias_V: number | undefined,
    readOut: ReadOutOptions,
  ) => Promise<AnalogDevice>
> = {
  float64: (network, _, store, bias_V, readOut) =>
    layeredInCells(network, { store, ...at(bias_V), ...readOut }),
  float32: (network, { threads, relaxedSimd }, store, bias_V, readOut) =>
    layeredFloat32InCells(network, { store, threads, relaxed: relaxedSimd, ...at(bias_V), ...readOut }),
};

const at = (bias_V: number | undefined) => (bias_V === undefined ? {} : { bias_V });
