import { inputError } from '../../core/index.js';
import {
  type Coding,
  costLaws,
  type DeviceInfo,
  isStraight,
  type ParameterGroup,
} from '../contract/index.js';
import type { DeviceDescription, DeviceSize } from './device-description.js';

const plainCoding: Coding = {
  input: { scale: 'range', low: 0, high: 1 },
  target: { kind: 'one-hot', off: 0, on: 1 },
  readOut: 'arg-max',
};

/**
 * What a described device says of itself.
 * @throws OhmpropError `use.device` (exit code 2) for parameters that are none
 */
export function describedInfo(name: string, description: DeviceDescription, size: DeviceSize): DeviceInfo {
  const { inputs, outputs } = size;
  const layers = description.layers?.(size) ?? [outputs];
  const bad = layers.find((n) => !(Number.isInteger(n) && n > 0));
  if (layers.length === 0 || bad !== undefined || layers[layers.length - 1] !== outputs) {
    throw inputError(
      'use.device',
      `device ${name}: layers gives ${JSON.stringify(layers)}; needs whole numbers above 0, ${outputs} outputs last`,
    );
  }
  const groups = Object.entries(description.parameters(size)).map(
    ([group, { shape, role = 'conductance', unit = 'S', min, max, start }]): ParameterGroup => {
      const [low, high] = start ?? [];
      if (!(min <= low && low <= high && high <= max) || !shape.every((n) => Number.isInteger(n) && n > 0)) {
        throw inputError(
          'use.device',
          `device ${name}: parameters ${group}: needs whole numbers above 0 as shape and min ≤ start[0] ≤ start[1] ≤ max, got shape ${JSON.stringify(shape)}, min ${min}, start ${JSON.stringify(start)}, max ${max}`,
        );
      }
      return { name: group, role, shape, unit, min, max };
    },
  );
  if (groups.length === 0) throw inputError('use.device', `device ${name}: it has no parameters to learn`);
  const all = [...costLaws.names];
  const nodeUnit = description.nodeUnit ?? 'V';
  const live = description.lowestNudge !== undefined;
  return {
    name,
    inputs,
    layers,
    outputs: { layer: layers.length - 1, size: outputs },
    nodeUnit,
    nudgeUnit: nodeUnit === 'V' ? 'S' : '1',
    groups,
    precision: 'float64',
    observes: 'all',
    observesInStep: 'all',
    nudges: live ? ['conductance', 'current-held'] : ['current-held'],
    costs: { conductance: all.filter((cost) => isStraight({ cost })), 'current-held': all },
    optimizers: ['sgd', 'momentum', 'adam'],
    decays: true,
    deterministic: true,
    tolerances: { node: 1e-12, gradient: 1e-6, parameter: 0 },
    updatesItself: false,
    coding: description.coding ?? plainCoding,
  };
}
