import type { JudgedLoop } from './switching-verdict.js';

/** Half-loops that belong together, in the order measured: a set and a reset where both were measured. */
export type Cycle = readonly JudgedLoop[];

/**
 * Half-loops grouped into cycles: a new one begins where a polarity comes again, and with one polarity alone where an event does
 * (a set and
 * the reset after it are one cycle).
 */
export function cyclesOf(loops: readonly JudgedLoop[]): Cycle[] {
  const onePolarity = loops.every(({ loop }) => loop.polarity === loops[0].loop.polarity);
  const cycles: JudgedLoop[][] = [];
  for (const next of loops) {
    const current = cycles[cycles.length - 1];
    const continues =
      current !== undefined &&
      (onePolarity
        ? current.length === 1 && current[0].change.event === 'set' && next.change.event === 'reset'
        : current.every(({ loop }) => loop.polarity !== next.loop.polarity));
    if (continues) current.push(next);
    else cycles.push([next]);
  }
  return cycles;
}
