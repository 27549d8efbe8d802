import type { Checkpoint } from '../../records/index.js';
import { storedConductances } from '../../solver/layered-float32/index.js';
import { mapOfArray } from './map-of-array.js';
import type { MapTold } from './told.js';

type Numbers = Float64Array | Float32Array | ArrayLike<number>;

/** Conductances, weights and states of cells of a training, layer by layer; biases are no maps. */
export function layerMaps(checkpoint: Checkpoint, config: unknown): MapTold[] {
  const { arrays, values } = checkpoint;
  const sizes = typeof values.size === 'string' ? values.size.split('-').map(Number) : [];
  if (sizes.length < 2 || !sizes.every((size) => Number.isInteger(size) && size > 0)) return [];
  const [inputs, ...layers] = sizes;
  const root = (values.deviceFormats as Record<string, unknown> | undefined)?.[''];
  const unit_S = unitOf(config);
  const maps: MapTold[] = [];
  for (const [l, columns] of layers.entries()) {
    const stored = arrays[`g${l + 1}`] ?? arrays[`w${l + 1}`];
    if (stored === undefined) continue;
    const isFloat32 = root === 'layered-float32/1';
    const read = isFloat32
      ? storedConductances(stored as Float32Array, inputs, layers, l)
      : (stored as Numbers);
    if (read === undefined || read.length % columns !== 0) continue;
    // Of the resistive network in float32 alone the numbers are in the network's unit.
    const factor = isFloat32 ? (unit_S ?? 1) : 1;
    const scaled = factor === 1 ? read : Float64Array.from(read, (value) => value * factor);
    const name = arrays[`g${l + 1}`] === undefined ? `w${l + 1}` : `g${l + 1}`;
    const unit = name.startsWith('g') && (!isFloat32 || unit_S !== undefined) ? 'S' : '';
    maps.push(mapOfArray(`${name}: layer ${l} to ${l + 1}`, unit, scaled, read.length / columns, columns));
  }
  return [...maps, ...cellMaps(checkpoint)];
}

/** What cells hold, where a part of the device says its rows and columns. */
function cellMaps({ arrays, values }: Checkpoint): MapTold[] {
  const told = (values.deviceValues ?? {}) as Record<string, unknown>;
  return Object.entries(arrays).flatMap(([name, array]) => {
    if (!/\.states?$/.test(name)) return [];
    const part = name.slice(0, name.lastIndexOf('.'));
    const [rows, columns] = [told[`${part}.rows`], told[`${part}.columns`]];
    if (typeof rows !== 'number' || typeof columns !== 'number' || rows * columns !== array.length) return [];
    return [
      mapOfArray(
        `states of cells ${part.replace(/^cells\./, '')}`,
        '',
        array as ArrayLike<number>,
        rows,
        columns,
      ),
    ];
  });
}

/** What a resistive network takes for 1, S. */
function unitOf(config: unknown): number | undefined {
  const network = (config as { network?: { units?: { conductance_S?: unknown } } } | undefined)?.network;
  const unit = network?.units?.conductance_S;
  return typeof unit === 'number' ? unit : undefined;
}
