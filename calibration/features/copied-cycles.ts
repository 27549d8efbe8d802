import type { Cycle } from './cycles.js';
import type { Leg } from './half-loops.js';

/** Cycles told of by number. */
const MOST_TOLD = 5;

/** Cycles whose readings are, digit for digit, those of an earlier one, as noise never makes them: a remark for the reader, or none. */
export function copiedCycles(cycles: readonly Cycle[]): string[] {
  const known = new Map<string, number>();
  const pairs: string[] = [];
  cycles.forEach((cycle, k) => {
    const readings = cycle.map(({ loop: { trace, out, back } }) => {
      const values = (leg: Leg | undefined) =>
        leg === undefined ? '' : trace.current_A.subarray(leg.from, leg.to + 1).join();
      return `${values(out)};${values(back)}`;
    });
    const text = readings.join(';');
    const first = known.get(text);
    if (first === undefined) known.set(text, k + 1);
    else pairs.push(`cycle ${k + 1} has those of cycle ${first}`);
  });
  if (pairs.length === 0) return [];
  const told = pairs.slice(0, MOST_TOLD).join(', ');
  return [
    `the same readings to the last digit: ${told}${pairs.length > MOST_TOLD ? `, and ${pairs.length - MOST_TOLD} more` : ''}; one measurement written twice? Every one is counted`,
  ];
}
