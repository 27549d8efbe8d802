import { describeHopfield, type HopfieldNetwork } from '../../circuits/hopfield/index.js';
import type { DeviceInfo, NodeReadOut } from '../../devices/contract/index.js';
import { simulatedCosts } from '../layered/index.js';
import { hopfieldGroups } from './parameters.js';

/** What every simulated Hopfield network says of itself; the devices differ in arithmetic alone. */
export function hopfieldInfo(
  network: HopfieldNetwork,
  precision: 'float64' | 'float32',
  readOut: NodeReadOut | undefined,
): DeviceInfo {
  const exact = precision === 'float64';
  return {
    name: `Hopfield network ${describeHopfield(network)} (${precision})`,
    inputs: network.inputs,
    layers: network.layers,
    outputs: { layer: network.layers.length - 1, size: network.layers[network.layers.length - 1] },
    nodeUnit: '1',
    nudgeUnit: '1',
    groups: hopfieldGroups(network),
    precision,
    observes: 'all',
    observesInStep: 'all',
    // The force β(y − s) is a spring, as a conductance β to a source at y is.
    nudges: ['conductance', 'current', 'current-held', 'clamp', 'adjoint'],
    costs: simulatedCosts(exact),
    pairs: exact ? ['current', 'current-held', 'adjoint'] : ['current-held', 'adjoint'],
    optimizers: ['sgd', 'momentum', 'adam'],
    decays: true,
    deterministic: true,
    tolerances: exact
      ? { node: 0, gradient: 1e-9, parameter: 0 }
      : { node: 1e-4, gradient: 5e-3, parameter: 1e-7 },
    updatesItself: false,
    ...(readOut === undefined ? {} : { readOut }),
    coding: {
      input: { scale: 'range', low: 0, high: 1 },
      target: { kind: 'one-hot', off: 0, on: 1 },
      readOut: 'arg-max',
    },
  };
}
