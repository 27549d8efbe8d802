import { scatterOf } from '../estimates/index.js';
import type { HalfLoop, Leg } from './half-loops.js';
import type { Trace } from './trace.js';

/** A conductance read off a curve. */
export interface Reading {
  /** I/V at the read voltage [S], of the line between the two points around it; NaN where the leg does not pass there. */
  readonly conductance_S: number;
  /** σ of it from the scatter of the points around [S]. */
  readonly noise_S: number;
  /** False where the current drowns in that scatter, has the wrong sign, or was held at the compliance. */
  readonly readable: boolean;
  /** Where the current was held at the compliance: what the conductance is at least [S]. */
  readonly atLeast_S?: number;
}

const NOT_PASSED: Reading = { conductance_S: Number.NaN, noise_S: Number.NaN, readable: false };
/** A current below that many σ of its scatter says nothing but that it is small. */
const DROWNED = 2;

/** The conductance at `at_V` (signed) on one leg. */
function readOn(trace: Trace, leg: Leg | undefined, at_V: number): Reading {
  if (leg === undefined) return NOT_PASSED;
  const { voltage_V, current_A, censored } = trace;
  for (let k = leg.from; k <= leg.to; k++) {
    const exact = voltage_V[k] === at_V;
    const next = k + 1 <= leg.to && (voltage_V[k] - at_V) * (voltage_V[k + 1] - at_V) < 0;
    if (!exact && !next) continue;
    const far = exact ? k : k + 1;
    const share = exact ? 0 : (at_V - voltage_V[k]) / (voltage_V[far] - voltage_V[k]);
    const conductance_S = (current_A[k] + share * (current_A[far] - current_A[k])) / at_V;
    if (censored[k] || censored[far]) return { ...NOT_PASSED, atLeast_S: conductance_S };
    const noise_S = scatterAround(trace, leg, k) / Math.abs(at_V);
    return { conductance_S, noise_S, readable: conductance_S > DROWNED * noise_S };
  }
  return NOT_PASSED;
}

/** A conductance to put into a ratio: what was read, or where that drowned, the most it can be. */
export const atMost = ({ conductance_S, noise_S }: Reading): number =>
  Math.max(conductance_S, DROWNED * noise_S);

/**
 * σ of the current around a point [A]: of each point against the line between its neighbours, over up to 21 points of the leg:
 * of fewer, the median is too often half of σ.
 */
export function scatterAround({ current_A }: Trace, { from, to }: Leg, k: number): number {
  const first = Math.max(from + 1, Math.min(k - 10, to - 21));
  const last = Math.min(to - 1, Math.max(k + 10, from + 21));
  return scatterOf(current_A.subarray(first - 1, last + 2));
}

/** What a half-loop did to the state, by the conductance on its way out and on its way back at one voltage. */
export interface StateChange {
  readonly before: Reading;
  readonly after: Reading;
  /** ln(G after / G before), drowned readings at the most they can be, those held at the compliance at the least; NaN where either leg does not pass the voltage. */
  readonly logRatio: number;
  /** σ of it. */
  readonly noise: number;
  readonly event: 'set' | 'reset' | 'none' | 'small' | 'unread';
}

/** Less than that is no switching, whatever the noise. */
const LEAST = Math.log(1.1);
/** Less than that is nothing at all. */
const NOTHING = Math.log(1.03);
const SIGMAS = 6;
/** A bound tells a change of the state from noise of the other reading where it lies so far above it. */
const HELD = Math.log(2);

/** What a half-loop did, read at ± `read_V`. */
export function stateChange(loop: HalfLoop, read_V: number): StateChange {
  const before = readOn(loop.trace, loop.out, loop.polarity * read_V);
  const after = readOn(loop.trace, loop.back, loop.polarity * read_V);
  const logRatio = Math.log(atMost(after) / atMost(before));
  const noise = Math.hypot(
    before.readable ? before.noise_S / before.conductance_S : 0,
    after.readable ? after.noise_S / after.conductance_S : 0,
  );
  const held = heldEvent(before, after);
  if (held !== undefined) return { before, after, noise, ...held };
  return { before, after, logRatio, noise, event: eventOf(before, after, logRatio, noise) };
}

/** A state held at the compliance on one way lies above what was read on the other one: the least ratio; undefined where that says nothing. */
function heldEvent(before: Reading, after: Reading): Pick<StateChange, 'event' | 'logRatio'> | undefined {
  const above = ({ atLeast_S }: Reading, other: Reading) =>
    atLeast_S === undefined ? Number.NaN : Math.log(atLeast_S / atMost(other));
  const [set, reset] = [above(after, before), above(before, after)];
  if (set > HELD) return { event: 'set', logRatio: set };
  return reset > HELD ? { event: 'reset', logRatio: -reset } : undefined;
}

function eventOf(before: Reading, after: Reading, logRatio: number, noise: number): StateChange['event'] {
  if (Number.isNaN(logRatio) || (!before.readable && !after.readable)) return 'unread';
  const size = Math.abs(logRatio);
  if (size < Math.max(NOTHING, SIGMAS * noise)) return 'none';
  // A drowned reading has no σ of its logarithm: the two must lie apart as they were read, too.
  const apart = Math.abs(after.conductance_S - before.conductance_S);
  if (apart < SIGMAS * Math.hypot(before.noise_S, after.noise_S)) return 'none';
  if (size < LEAST) return 'small';
  return logRatio > 0 ? 'set' : 'reset';
}
