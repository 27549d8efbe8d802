import type { PulseReport } from '../contract/index.js';
import type { GroupCells } from './group-cells.js';

/** A pair is refreshed where one cell is above the upper and the other above the lower state (aihwkit's one-sided cells). */
const UPPER = 0.75;
const LOWER = 0.25;

/** Takes depressing pulses out of a plan: cells of one-sided pairs only ever rise. */
export function keepRising(counts: Int16Array): void {
  for (let c = 0; c < counts.length; c++) if (counts[c] < 0) counts[c] = 0;
}

/**
 * Periodic refresh: pairs with little of their range left start again from the bottom of it, at the difference that they have,
 * written by pulses. What the policy keeps of the cells stays. @param pulsed is told of every pulse
 */
export async function refreshPairs(
  first: GroupCells,
  second: GroupCells,
  pulsed: (report: PulseReport) => void,
): Promise<void> {
  const { g_min_S, g_max_S } = first.model;
  const [plus, minus] = [await first.array.read(), await second.array.read()];
  const state = (g: number) => (g - g_min_S) / (g_max_S - g_min_S);
  let worn = 0;
  for (let e = 0; e < plus.length; e++) {
    const [a, b] = [state(plus[e]), state(minus[e])];
    if (Math.max(a, b) <= UPPER || Math.min(a, b) <= LOWER) continue;
    const lower = Math.min(plus[e], minus[e]);
    plus[e] += g_min_S - lower;
    minus[e] += g_min_S - lower;
    worn++;
  }
  if (worn === 0) return;
  await first.rewrite(plus, pulsed);
  await second.rewrite(minus, pulsed);
}
