import { inputError } from '../../core/index.js';
import type { CircuitEquations } from '../equations/index.js';

const MOST_CORNERS = 5_000_000;

/** Times in (0, stop) at which a source or its slope jumps, rising, and stop; those that numbers cannot tell apart are one. */
export function cornersOf(equations: CircuitEquations, stop_s: number): Float64Array {
  const all: number[] = [];
  for (const { element, source } of [...equations.voltages, ...equations.currents]) {
    const times = source.corners(stop_s);
    if (all.length + times.length > MOST_CORNERS) {
      throw inputError(
        'circuit.corners',
        `${element}: more than ${MOST_CORNERS} corners of sources until ${stop_s} s; a period or the stop time must be mistaken`,
      );
    }
    for (const time_s of times) all.push(time_s);
  }
  const sorted = Float64Array.from(all).sort();
  const kept: number[] = [];
  const apart_s = 1e-13 * stop_s;
  for (const time_s of sorted) {
    if (time_s > apart_s && time_s < stop_s - apart_s && !(time_s - (kept[kept.length - 1] ?? 0) < apart_s))
      kept.push(time_s);
  }
  return Float64Array.from([...kept, stop_s]);
}
