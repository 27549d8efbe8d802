import type { LocalContrast } from '../../devices/cells/index.js';
import { fillSources } from '../layered/index.js';
import type { BatchMemory } from './batch-memory.js';
import { type BatchState, voltagesOf } from './power.js';
import type { LayeredSimulation } from './simulation.js';

/**
 * Loads difference and mean of two phases of one batch as the contrast at hand. Phases that were relaxed as differences
 * from the same free phase are subtracted as differences: no digit is lost, however small β is.
 */
export function loadContrast(
  batch: BatchMemory,
  size: number,
  first: BatchState,
  second: BatchState,
  sizes: readonly number[],
): void {
  const shared = first.base === second.base;
  for (const [l, width] of sizes.entries()) {
    const low = shared ? first.deltas?.[l] : voltagesOf(first, l);
    const high = shared ? second.deltas?.[l] : voltagesOf(second, l);
    const base = shared ? first.base[l] : undefined;
    for (let s = 0; s < size; s++) {
      const difference = batch.row(batch.differences[l], l, s);
      const mean = batch.row(batch.means[l], l, s);
      for (let j = 0; j < width; j++) {
        const e = s * width + j;
        const a = low === undefined ? 0 : low[e];
        const b = high === undefined ? 0 : high[e];
        difference[j] = b - a;
        mean[j] = (base === undefined ? 0 : base[e]) + (a + b) / 2;
      }
    }
  }
}

/** Difference and mean of the contrast at hand, in published volts; the factor makes V² of their products. */
export function localContrast(
  { scale, network }: LayeredSimulation,
  batch: BatchMemory,
  size: number,
  betaSpan: number,
  l: number,
): LocalContrast {
  const own = (array: number, layer: number) => {
    const values = new Float32Array(size * network.layers[layer]);
    batch.copyOut(array, layer, size, values);
    return values;
  };
  const common = {
    batch: size,
    factor: scale.voltage_V ** 2 / (size * betaSpan),
    deltaAfter: own(batch.differences[l], l),
    meanAfter: own(batch.means[l], l),
  };
  if (l > 0) {
    return {
      ...common,
      deltaBefore: own(batch.differences[l - 1], l - 1),
      meanBefore: own(batch.means[l - 1], l - 1),
    };
  }
  const sources = new Float32Array(2 * size * network.inputs);
  fillSources(batch.current.inputs, network.inputs, 1, sources);
  return { ...common, meanBefore: sources };
}
