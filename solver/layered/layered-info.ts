import { describeLayers, type LayeredNetwork } from '../../circuits/layered/index.js';
import {
  costLaws,
  type DeviceInfo,
  isStraight,
  largestCurvature,
  type NodeReadOut,
} from '../../devices/contract/index.js';
import { parameterGroups } from './parameters.js';

/**
 * Costs that simulated networks can descend: by a conductance those whose current is a straight line; by a current that follows, in float64,
 * all that do not jump; and every one by a current that is held. A clamp holds outputs at targets, which is the squared one's.
 */
export function simulatedCosts(exact: boolean): NonNullable<DeviceInfo['costs']> {
  const all = [...costLaws.names];
  return {
    conductance: exact ? all.filter((cost) => isStraight({ cost })) : ['squared'],
    current: exact ? all.filter((cost) => largestCurvature({ cost }) !== undefined) : ['squared'],
    'current-held': all,
    adjoint: all,
  };
}

/** What every simulated layered network says of itself; the devices differ in arithmetic alone. */
export function layeredInfo(
  network: LayeredNetwork,
  precision: 'float64' | 'float32',
  readOut: NodeReadOut | undefined,
): DeviceInfo {
  const { voltage_V } = network.units;
  const exact = precision === 'float64';
  return {
    name: `layered resistive network ${describeLayers(network)} (${precision})`,
    inputs: network.inputs,
    layers: network.layers,
    outputs: { layer: network.layers.length - 1, size: network.layers[network.layers.length - 1] },
    nodeUnit: 'V',
    nudgeUnit: 'S',
    groups: parameterGroups(network),
    precision,
    observes: 'all',
    observesInStep: 'all',
    nudges: ['conductance', 'current', 'current-held', 'clamp', 'adjoint'],
    costs: simulatedCosts(exact),
    pairs: exact ? ['current', 'current-held', 'adjoint'] : ['current-held', 'adjoint'],
    optimizers: ['sgd', 'momentum', 'adam'],
    decays: true,
    deterministic: true,
    tolerances: exact
      ? { node: 0, gradient: 1e-9, parameter: 0 }
      : { node: 1e-5 * voltage_V * network.inputGain, gradient: 5e-3, parameter: 1e-7 },
    updatesItself: false,
    ...(readOut === undefined ? {} : { readOut }),
    coding: {
      input: { scale: 'range', low: 0, high: voltage_V },
      target: { kind: 'one-hot', off: 0, on: voltage_V },
      readOut: 'arg-max',
    },
  };
}
