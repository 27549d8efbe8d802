import type { BatchMemory } from './batch-memory.js';
import { type BatchState, voltagesOf } from './power.js';

/**
 * Brings difference and mean of two phases of one batch in as the contrast at hand. Phases that were relaxed as differences
 * from the same free phase are subtracted as differences: no digit is lost, however small β is.
 */
export function bringContrast(
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
