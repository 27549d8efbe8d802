import { functionStep } from './curved-steps.js';
import type { StepShape } from './step-shape.js';
import { TableStep } from './table-step.js';

/** Evenly spaced segments that stand for an uneven table, where that is close enough. */
const SEGMENTS = 256;
/** How close, of the largest step. */
const CLOSE = 1e-3;

/**
 * Steps measured at uneven conductances, straight lines between, as a shape over the state; beyond the first and the last the
 * step there holds. Closed for many pulses where an even table is as good.
 * @param conductance_S rising  @param step_S all ≥ 0 or all ≤ 0
 */
export function stepsOver(
  conductance_S: ArrayLike<number>,
  step_S: ArrayLike<number>,
  g_min_S: number,
  g_max_S: number,
): StepShape {
  const span = g_max_S - g_min_S;
  const states = Float64Array.from(conductance_S, (g) => (g - g_min_S) / span);
  const steps = Float64Array.from(step_S, (s) => s / span);
  const at = (w: number) => lineThrough(states, steps, w);
  const even = Float64Array.from({ length: SEGMENTS + 1 }, (_, i) => at(i / SEGMENTS));
  const largest = steps.reduce((most, step) => Math.max(most, Math.abs(step)), 0);
  const falls = even.some((step, i) => i > 0 && (step - even[i - 1]) * SEGMENTS <= -1);
  if (falls) return functionStep(at);
  const table = new TableStep(even);
  const misses = states.some(
    (w, k) => w >= 0 && w <= 1 && Math.abs(table.step(w) - steps[k]) > CLOSE * largest,
  );
  return misses ? functionStep(at) : table;
}

function lineThrough(x: Float64Array, y: Float64Array, at: number): number {
  const last = x.length - 1;
  if (at <= x[0]) return y[0];
  if (at >= x[last]) return y[last];
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] <= at) low = middle;
    else high = middle;
  }
  return y[low] + ((y[high] - y[low]) * (at - x[low])) / (x[high] - x[low]);
}
