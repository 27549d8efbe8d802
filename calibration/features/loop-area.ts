import type { HalfLoop, Leg } from './half-loops.js';
import type { Trace } from './trace.js';

/** ∫ I dV along a leg by trapezoids [V·A], with its sign. */
function along({ voltage_V, current_A }: Trace, { from, to }: Leg): number {
  let area = 0;
  for (let k = from; k < to; k++)
    area += ((current_A[k] + current_A[k + 1]) / 2) * (voltage_V[k + 1] - voltage_V[k]);
  return area;
}

/** A leg that begins (or ends) within this many steps of zero is carried on to it. */
const NEAR_ZERO = 1.5;

/** ∫ I dV from zero to the point `k` of a leg, whose next point is `next`: a straight line; 0 where the leg begins far from zero. */
function corner({ voltage_V, current_A }: Trace, k: number, next: number): number {
  const near = Math.abs(voltage_V[k]) <= NEAR_ZERO * Math.abs(voltage_V[next] - voltage_V[k]);
  return near ? (current_A[k] * voltage_V[k]) / 2 : 0;
}

/** ∫ I dV of the way out, from zero. */
const outward = (trace: Trace, leg: Leg): number => along(trace, leg) + corner(trace, leg.from, leg.from + 1);

/** ∫ I dV of the way back, to zero. */
const inward = (trace: Trace, leg: Leg): number => along(trace, leg) - corner(trace, leg.to, leg.to - 1);

/**
 * Area between the way out and the way back [V·A]: positive where more current flows on the way back (a set), negative where
 * less does. NaN where a leg is missing.
 */
export function lobeArea_VA({ trace, out, back }: HalfLoop): number {
  if (out === undefined || back === undefined) return Number.NaN;
  return -(outward(trace, out) + inward(trace, back));
}

/** That area as a share of the mean area under the two legs; 0 is a single line. */
export function lobeShare(loop: HalfLoop): number {
  const { trace, out, back } = loop;
  if (out === undefined || back === undefined) return Number.NaN;
  const under = (Math.abs(outward(trace, out)) + Math.abs(inward(trace, back))) / 2;
  return under === 0 ? 0 : lobeArea_VA(loop) / under;
}
