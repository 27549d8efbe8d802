import { inputError } from '../../core/index.js';
import { endOf, type HalfLoop } from './half-loops.js';
import { largest } from './trace.js';

/** How a set voltage is found, and what is printed with it. */
export const setRules = {
  'largest-step': 'largest step of ln|I/V| between neighbouring points on the way out',
  'current-threshold': 'first point on the way out at or above a current threshold',
  'compliance-reached': 'first point on the way out at the compliance',
} as const;

/** How a reset voltage is found, and what is printed with it. */
export const resetRules = {
  'maximum-current': 'maximum of |I| on the way out, before its largest fall (a tenth at least)',
  'largest-fall': 'largest fall of ln|I/V| between neighbouring points on the way out',
} as const;

/** A rule by which a set voltage is found. */
export type SetRule = keyof typeof setRules;
/** A rule by which a reset voltage is found. */
export type ResetRule = keyof typeof resetRules;

/**
 * Where a state changed. The event lies between two measured voltages, the last before it and the first after it; where none was
 * seen, above the largest voltage that was driven.
 */
export interface SwitchingVoltage {
  /** Last voltage before [V], signed; where nothing was seen, the largest driven. */
  readonly after_V: number;
  /** First voltage with the new state [V], signed: the number that papers print. NaN where nothing was seen. */
  readonly at_V: number;
  /** False: no event up to `after_V`, the value is right-censored there. */
  readonly seen: boolean;
  /** The change happened between two neighbouring points, and did not creep. */
  readonly abrupt: boolean;
  /** Row of the series (from 0) of `at_V`; −1 where nothing was seen. */
  readonly row: number;
}

/** A change of conductance between neighbours by that factor is a jump. */
const JUMP = Math.log(2);
/** A step of less is noise. */
const LEAST_STEP = Math.log(1.2);
/** … and so is one of less than that share of the whole change of state. */
const SHARE = 0.2;
/** A maximum of the current is passed where it falls by that share. */
const FALL = 0.1;
/** Below that share of the largest voltage, currents drown and ratios of neighbours say nothing. */
const SMALL = 0.05;

/** The event at point `k` of the way out; its interval begins at the point before. */
function eventAt({ trace, out }: HalfLoop, k: number, abrupt: boolean): SwitchingVoltage {
  const before = Math.max(k - 1, out?.from ?? k);
  const { voltage_V } = trace;
  // Behind a series resistor the voltage falls back as the cell sets: the event began at the voltage before.
  const fellBack = Math.abs(voltage_V[k]) < Math.abs(voltage_V[before]);
  return {
    after_V: voltage_V[before],
    at_V: voltage_V[fellBack ? before : k],
    seen: true,
    abrupt,
    row: trace.rows[k],
  };
}

/** No event up to the end of the half-loop. */
export const noneUpTo = (loop: HalfLoop): SwitchingVoltage => ({
  after_V: endOf(loop),
  at_V: Number.NaN,
  seen: false,
  abrupt: false,
  row: -1,
});

/** What a rule may need to know of a half-loop besides its points. */
export interface EventContext {
  /** Of the rule `current-threshold`. */
  readonly threshold_A?: number;
  /** ln(after/before) of the state at the read voltage: what a step is measured against. */
  readonly logRatio: number;
}

/** Where a half-loop that set did so, or undefined where the rule finds nothing on its way out: a state that creeps has no V_set by its largest step. */
export function setVoltage(
  loop: HalfLoop,
  rule: SetRule,
  { threshold_A, logRatio }: EventContext,
): SwitchingVoltage | undefined {
  const { trace, out } = loop;
  if (out === undefined) return undefined;
  const first = (holds: (k: number) => boolean) => {
    for (let k = out.from; k <= out.to; k++) if (holds(k)) return eventAt(loop, k, isJump(loop, k));
    return undefined;
  };
  if (rule === 'compliance-reached') return first((k) => trace.censored[k] === 1);
  if (rule === 'current-threshold') {
    if (threshold_A === undefined)
      throw inputError(
        'features.threshold',
        'the rule current-threshold needs a current: give the threshold in A',
      );
    return first((k) => Math.abs(trace.current_A[k]) >= threshold_A);
  }
  return steepest(loop, 1, logRatio);
}

/**
 * Where a half-loop that reset did so. By the maximum of the current: none up to its end where the current is largest at the turning
 * point, though the state went back. Undefined where there is no way out, or no fall to be found.
 */
export function resetVoltage(
  loop: HalfLoop,
  rule: ResetRule,
  { logRatio }: EventContext,
): SwitchingVoltage | undefined {
  const { trace, out } = loop;
  if (out === undefined) return undefined;
  if (rule === 'largest-fall') return steepest(loop, -1, logRatio);
  let top = out.from;
  let best = { peak: out.from, fall: 0 };
  for (let k = out.from; k <= out.to; k++) {
    if (isSpike(loop, k)) continue;
    const size = Math.abs(trace.current_A[k]);
    if (size >= Math.abs(trace.current_A[top])) top = k;
    const fall = 1 - size / Math.abs(trace.current_A[top]);
    if (fall > best.fall) best = { peak: top, fall };
  }
  if (best.fall < FALL) return noneUpTo(loop);
  return eventAt(loop, best.peak, best.peak < out.to && isJump(loop, best.peak + 1));
}

/** ln of the change of |I/V| from the point before; NaN at small voltages and where a current is zero or of the wrong sign. */
function step({ trace, polarity }: HalfLoop, k: number, small: number): number {
  const { voltage_V, current_A } = trace;
  if (Math.abs(voltage_V[k - 1]) < small) return Number.NaN;
  const [before, after] = [polarity * current_A[k - 1], polarity * current_A[k]];
  if (!(before > 0 && after > 0)) return Number.NaN;
  return Math.log(after / voltage_V[k] / (before / voltage_V[k - 1]));
}

/**
 * A point alone that conducts several times more, or less, than two neighbours on either side, which agree: a glitch, and no state of
 * the cell. Where currents drown, neighbours do not agree either.
 */
function isSpike(loop: HalfLoop, k: number): boolean {
  const { length } = loop.trace.voltage_V;
  if (k < 2 || k + 2 >= length) return false;
  const [up, back] = [step(loop, k, 0), step(loop, k + 1, 0)];
  return (
    Math.abs(up) >= JUMP &&
    Math.abs(back) >= JUMP &&
    up * back < 0 &&
    Math.abs(up + back) < 0.5 * Math.min(Math.abs(up), Math.abs(back)) &&
    Math.abs(step(loop, k - 1, 0)) < JUMP &&
    Math.abs(step(loop, k + 2, 0)) < JUMP
  );
}

/** Points of the ways out that stand alone by ten times. */
export const spikesIn = (loops: readonly HalfLoop[]): number =>
  loops.reduce((count, loop) => {
    const { out, trace } = loop;
    if (out === undefined) return count;
    const small = SMALL * largest(trace.voltage_V.subarray(out.from, out.to + 1));
    for (let k = out.from + 1; k < out.to; k++)
      if (Math.abs(step(loop, k, small)) >= Math.log(10) && isSpike(loop, k)) count++;
    return count;
  }, 0);

const isJump = (loop: HalfLoop, k: number): boolean =>
  k > (loop.out?.from ?? 0) && Math.abs(step(loop, k, 0)) >= JUMP;

/** The largest change of ln|I/V| between neighbours on the way out, where it is a fifth of all that happened to the state: less is a creep, or noise. */
const steepest = (loop: HalfLoop, sign: 1 | -1, logRatio: number): SwitchingVoltage | undefined =>
  steepestStep(loop, 'out', sign, logRatio);

/**
 * Where ln|I/V| rises (`sign` 1) or falls (−1) most between neighbours on one way, or undefined where that is less than a fifth of
 * `logRatio`: a creep, or noise.
 */
export function steepestStep(
  loop: HalfLoop,
  way: 'out' | 'back',
  sign: 1 | -1,
  logRatio: number,
): SwitchingVoltage | undefined {
  const { trace } = loop;
  const leg = loop[way];
  if (leg === undefined) return undefined;
  const small = SMALL * largest(trace.voltage_V.subarray(leg.from, leg.to + 1));
  let [at, most] = [-1, Math.max(LEAST_STEP, SHARE * Math.abs(logRatio))];
  for (let k = leg.from + 1; k <= leg.to; k++) {
    const size = sign * step(loop, k, small);
    if (size > most && !isSpike(loop, k) && !isSpike(loop, k - 1)) [at, most] = [k, size];
  }
  if (at < 0) return undefined;
  return way === 'out' ? eventAt(loop, at, most >= JUMP) : fallAt(loop, at, most >= JUMP);
}

/** On the way back: from the last voltage at which it held to the first without. */
function fallAt({ trace, polarity }: HalfLoop, k: number, abrupt: boolean): SwitchingVoltage {
  const { voltage_V } = trace;
  // A cell that goes off behind a series resistor takes the voltage back on itself.
  const sprang = polarity * voltage_V[k] > polarity * voltage_V[k - 1];
  return {
    after_V: voltage_V[k - 1],
    at_V: voltage_V[sprang ? k - 1 : k],
    seen: true,
    abrupt,
    row: trace.rows[k],
  };
}
