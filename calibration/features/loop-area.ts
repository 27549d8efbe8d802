import type { HalfLoop, Leg } from './half-loops.js';
import type { Trace } from './trace.js';

/** ∫ I dV along a leg by trapezoids [V·A], with its sign. */
function along({ voltage_V, current_A }: Trace, { from, to }: Leg): number {
  let area = 0;
  for (let k = from; k < to; k++)
    area += ((current_A[k] + current_A[k + 1]) / 2) * (voltage_V[k + 1] - voltage_V[k]);
  return area;
}

/**
 * Area between the way out and the way back [V·A]: positive where more current flows on the way back (a set), negative where
 * less does. NaN where a leg is missing.
 */
export function lobeArea_VA({ trace, out, back }: HalfLoop): number {
  if (out === undefined || back === undefined) return Number.NaN;
  return -(along(trace, out) + along(trace, back));
}

/** That area as a share of the mean area under the two legs; 0 is a single line. */
export function lobeShare(loop: HalfLoop): number {
  const { trace, out, back } = loop;
  if (out === undefined || back === undefined) return Number.NaN;
  const under = (Math.abs(along(trace, out)) + Math.abs(along(trace, back))) / 2;
  return under === 0 ? 0 : lobeArea_VA(loop) / under;
}
