import type { Floats } from '../../devices/contract/index.js';
import { LAYERED_TILE } from '../../kernels/index.js';
import { isTransposed, padded, strideOf } from './network-memory.js';

/**
 * The conductances of one layer of a snapshot, row-major [nodes before × nodes of the layer], in the network's unit: for whoever reads
 * a checkpoint without making the device. The first layer lies in tiles of sixteen nodes, the two polarities of a signal beside each
 * other; of the others every second, and the last, by columns.
 * @param inputs signals, each with two polarities
 * @param layers nodes of each layer
 * @returns nothing where the snapshot is of other sizes
 */
export function storedConductances(
  stored: Floats,
  inputs: number,
  layers: readonly number[],
  l: number,
): Float64Array | undefined {
  const size = layers[l];
  const rows = l === 0 ? 2 * inputs : layers[l - 1];
  const across = isTransposed({ layers }, l);
  const stride = strideOf(across ? rows : size) / 4;
  const length = l === 0 ? rows * padded(size) : (across ? size : rows) * stride;
  if (stored.length !== length) return undefined;
  const values = new Float64Array(rows * size);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < size; j++) {
      const tile = Math.floor(j / LAYERED_TILE);
      const lane = (j % LAYERED_TILE) + (i < inputs ? 0 : LAYERED_TILE);
      const place =
        l === 0
          ? (tile * inputs + (i % inputs)) * 2 * LAYERED_TILE + lane
          : across
            ? j * stride + i
            : i * stride + j;
      values[i * size + j] = stored[place];
    }
  }
  return values;
}
