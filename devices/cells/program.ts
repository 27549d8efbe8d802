import type { CellArray } from '../contract/index.js';
import type { PulseModel } from './pulse/index.js';

/** Most rounds of read and pulse. */
const MAX_ROUNDS = 32;
/** Reads averaged a round where reads vary. */
const AVERAGES = 16;

/**
 * Write and verify towards conductances, S, of cells that can only be pulsed: reads, gives each cell the nominal pulses that lead
 * nearest, and reads again, until all are within half a step. A write that lands elsewhere than the model says is so put right.
 * For a network's own writes, a whole array at once; cells brought to targets and judged one by one are `calibration/program`. @param wanted_S NaN leaves a cell alone. @param pulse gives signed counts, one a cell; the same array is filled again for the next round
 */
export async function program(
  array: CellArray,
  model: PulseModel,
  wanted_S: Float64Array,
  counts: Int16Array,
  pulse: () => Promise<void>,
): Promise<void> {
  const { g_min_S, g_max_S, maxPulses, readsVary, restores } = array.info;
  const { c2c = 0, c2cRange = 0 } = model.spreads;
  const span_S = model.g_max_S - model.g_min_S;
  const averages = readsVary ? AVERAGES : 1;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const now_S = await array.read(undefined, { averages });
    let busy = 0;
    for (let c = 0; c < counts.length; c++) {
      const w = (now_S[c] - model.g_min_S) / span_S;
      if (Number.isNaN(wanted_S[c])) {
        counts[c] = 0;
        continue;
      }
      const way = (Math.min(g_max_S, Math.max(g_min_S, wanted_S[c])) - now_S[c]) / span_S;
      const step = Math.abs((way > 0 ? model.potentiation : model.depression).step(w));
      // no nearer than pulses scatter where each of them wears a real cell
      const scatter = restores === 'exact' ? 0 : Math.hypot(c2cRange, c2c * step);
      const near = Math.abs(way) <= scatter;
      const pulses = near ? 0 : Math.min(maxPulses, Math.round(Math.abs(way) / Math.max(step, 1e-6)));
      counts[c] = way > 0 ? pulses : -pulses;
      busy += pulses;
    }
    if (busy === 0) return;
    await pulse();
  }
}
