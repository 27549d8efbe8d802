import type { MeasuredColumn } from '../measured/index.js';

/** Points within this share of the limit are at it. */
const AT_LIMIT = 0.01;
/** A limit that the current exceeds by this share, at more points than overshoot explains, does not hold in that direction. */
const OVER = 0.05;
const OVERSHOOTS = 2;
/** A limit that nobody wrote down: so many points in a row at the largest current, alike to this share. */
const FLAT_POINTS = 6;
const FLAT = 2e-3;
/** …while the voltage changes by this share of its range. */
const MOVES = 0.05;
/** Where the current comes to its top within this share of the top's width, the top is cut off: saturation comes slowly. */
const SHARP = 0.2;
/** …coming from here. */
const BELOW = 0.95;
/** People set round limits: first digits of these, within 0.5 %. */
const ROUND: readonly number[] = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 7, 8, 9, 10];
const NEARLY_ROUND = 5e-3;
/** A current that is the same at more points than this was set, not limited. */
const ALL = 0.9;

/** Points at the instrument's current limit. */
export interface AtCompliance {
  readonly censored: Uint8Array;
  readonly remark: string;
}

/**
 * Which points of a sweep are at the current limit: the one that was set, else one that shows, a flat top of the current while the
 * voltage goes on. A flat top at no round number that the current comes to slowly is what transistors and lit diodes do, and none.
 * @param limit_A where it is known
 */
export function atCompliance(
  voltage: MeasuredColumn | undefined,
  current: MeasuredColumn,
  limit_A: number | undefined,
): AtCompliance | undefined {
  const amount = current.values.map(Math.abs);
  const censored = new Uint8Array(amount.length);
  if (limit_A !== undefined && limit_A > 0) return namedLimit(current.values, limit_A, censored);
  if (voltage === undefined) return undefined;
  return flatTop(voltage.values, current.values, censored);
}

/** Points at a limit that the file names, in each direction of the current in which nothing exceeds it for long. */
function namedLimit(current: Float64Array, limit_A: number, censored: Uint8Array): AtCompliance | undefined {
  let count = 0;
  const free: string[] = [];
  for (const sign of [1, -1]) {
    const at: number[] = [];
    let beyond = 0;
    let most = 0;
    for (let r = 0; r < current.length; r++) {
      const amount = sign * current[r];
      if (!(amount >= (1 - AT_LIMIT) * limit_A)) continue;
      at.push(r);
      most = Math.max(most, amount);
      if (amount > (1 + OVER) * limit_A) beyond++;
    }
    if (at.length === 0) continue;
    if (beyond > Math.max(OVERSHOOTS, OVER * at.length)) {
      free.push(
        `${sign === 1 ? 'positive' : 'negative'} currents go to ${Number((sign * most).toPrecision(4))} A`,
      );
      continue;
    }
    for (const r of at) censored[r] = 1;
    count += at.length;
  }
  if (count === 0 && free.length === 0) return undefined;
  const limit = `the current limit of ${Number(limit_A.toPrecision(4))} A`;
  const held = count === 0 ? `no point is at ${limit}` : `${count} points are at ${limit}`;
  return {
    censored,
    remark: free.length === 0 ? held : `${held}; it does not hold everywhere: ${free.join(', ')}`,
  };
}

function flatTop(
  voltage: Float64Array,
  current: Float64Array,
  censored: Uint8Array,
): AtCompliance | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const v of voltage) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  let count = 0;
  let limit = 0;
  for (const sign of [1, -1]) {
    let largest = 0;
    for (const i of current) if (sign * i > largest) largest = sign * i;
    if (largest === 0) continue;
    for (let from = 0; from < current.length; ) {
      let to = from;
      let [least, most] = [voltage[from], voltage[from]];
      while (to < current.length && sign * current[to] >= (1 - FLAT) * largest) {
        least = Math.min(least, voltage[to]);
        most = Math.max(most, voltage[to]);
        to++;
      }
      if (
        to - from >= FLAT_POINTS &&
        most - least >= MOVES * (high - low) &&
        to - from <= ALL * current.length &&
        (isRound(largest) || comesSharply(voltage, current, [from, to], sign * largest, most - least))
      ) {
        censored.fill(1, from, to);
        count += to - from;
        limit = Math.max(limit, largest);
      }
      from = Math.max(to, from + 1);
    }
  }
  return count === 0
    ? undefined
    : {
        censored,
        remark: `${count} points stay at ${limit.toPrecision(4)} A while the voltage changes: taken for a current limit that the file does not name`,
      };
}

function isRound(value: number): boolean {
  const digits = value / 10 ** Math.floor(Math.log10(value));
  return ROUND.some((one) => Math.abs(digits - one) <= NEARLY_ROUND * one);
}

/** Whether a top from one row to before another is left or reached within a small share of its width [V]. */
function comesSharply(
  voltage: Float64Array,
  current: Float64Array,
  [from, to]: readonly [number, number],
  top: number,
  width: number,
): boolean {
  const within = (start: number, step: 1 | -1): number | undefined => {
    for (let r = start; r >= 0 && r < current.length; r += step) {
      if (current[r] / top < BELOW) return Math.abs(voltage[r - step] - voltage[start - step]);
    }
    return undefined;
  };
  const ways = [within(from - 1, -1), within(to, 1)].filter((way) => way !== undefined);
  return ways.some((way) => way <= SHARP * width);
}
