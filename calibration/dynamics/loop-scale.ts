import { quantile } from '../estimates/index.js';
import type { LoopData } from './loop-data.js';
import type { LoopScale } from './loop-model.js';

/** Share of the peak voltage below which a conductance is noise. */
const AWAY = 0.2;

/** What loops are about. */
export function scaleOf(loops: readonly LoopData[]): LoopScale {
  let [highest_V, lowest_V, current_A] = [0, 0, 0];
  let [step_s, span_s] = [Number.POSITIVE_INFINITY, 0];
  for (const { times_s, drive_V, current_A: current } of loops) {
    const n = times_s.length;
    span_s = Math.max(span_s, times_s[n - 1] - times_s[0]);
    step_s = Math.min(step_s, (times_s[n - 1] - times_s[0]) / (n - 1));
    for (let i = 0; i < n; i++) {
      highest_V = Math.max(highest_V, drive_V[i]);
      lowest_V = Math.min(lowest_V, drive_V[i]);
      if (Number.isFinite(current[i])) current_A = Math.max(current_A, Math.abs(current[i]));
    }
  }
  const size_V = Math.max(highest_V, -lowest_V);
  const conductances = Float64Array.from(
    loops.flatMap(({ drive_V, current_A: current, circuit }) =>
      Array.from(current, (i, k) => i / (drive_V[k] - circuit.series_ohm * i)).filter(
        (g, k) => Number.isFinite(g) && g > 0 && Math.abs(drive_V[k]) > AWAY * size_V,
      ),
    ),
  ).sort();
  const [high, low] = [quantile(conductances, 0.98), quantile(conductances, 0.05)];
  const g_high_S = high > 0 ? high : current_A / size_V;
  return {
    // where a polarity was not driven, its thresholds may be anywhere up to those of the other
    highest_V: highest_V > 0.05 * size_V ? highest_V : size_V,
    lowest_V: lowest_V < -0.05 * size_V ? lowest_V : -size_V,
    current_A,
    g_high_S,
    g_low_S: Math.min(0.7 * g_high_S, Math.max(low > 0 ? low : 0, 1e-6 * g_high_S)),
    step_s,
    span_s,
  };
}
