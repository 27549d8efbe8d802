import { formatQuantity, median } from '../../core/index.js';
import { endOf, type HalfLoop } from './half-loops.js';
import { type StateChange, scatterAround, stateChange } from './read-conductance.js';
import type { Verdict } from './verdict.js';

/** A half-loop with what it did to the state. */
export interface JudgedLoop {
  readonly loop: HalfLoop;
  readonly change: StateChange;
}

/** How often something happened on one side. */
interface Side {
  readonly polarity: 1 | -1;
  readonly name: string;
  /** Half-loops whose state could be read before and after. */
  readonly read: number;
  readonly set: number;
  readonly reset: number;
  readonly small: number;
  /** Largest voltage driven, signed [V]. */
  readonly end_V: number;
}

/** An event of less than that share of the cycles is an accident. */
const ACCIDENT = 0.2;
/** A threshold switch has at least that ratio between way back and way out, away from the read voltage. */
const THRESHOLD_SWITCH = Math.log(1.5);

/** … and those three points must lie that many standard errors of their scatter apart: noise does that nowhere. */
const CERTAIN = 8;

/** Which half-loops of `loops` did what, read at ± `read_V`. */
export const judged = (loops: readonly HalfLoop[], read_V: number): JudgedLoop[] =>
  loops.map((loop) => ({ loop, change: stateChange(loop, read_V) }));

function sideOf(loops: readonly JudgedLoop[], polarity: 1 | -1): Side {
  const here = loops.filter(({ loop }) => loop.polarity === polarity);
  const count = (event: StateChange['event']) => here.filter(({ change }) => change.event === event).length;
  return {
    polarity,
    name: polarity === 1 ? 'positive' : 'negative',
    read: here.length - count('unread'),
    set: count('set'),
    reset: count('reset'),
    small: count('small'),
    end_V: polarity * Math.max(0, ...here.map(({ loop }) => Math.abs(endOf(loop)))),
  };
}

/** What the events of the half-loops make of a cell, or undefined where nothing happened to its state. */
export function switchingVerdict(loops: readonly JudgedLoop[], read_V: number): Verdict | undefined {
  const [positive, negative] = [sideOf(loops, 1), sideOf(loops, -1)];
  const often = (events: number, side: Side) => events > ACCIDENT * Math.max(1, side.read);
  const sets = [positive, negative].filter((side) => often(side.set, side));
  const resets = [positive, negative].filter((side) => often(side.reset, side));
  const at = `read at ±${formatQuantity(read_V, 'V')}`;
  const counts = [positive, negative]
    .filter((side) => side.end_V !== 0)
    .map(
      (side) =>
        `${side.name} side up to ${formatQuantity(side.end_V, 'V')}: ${side.set} set and ${side.reset} reset in ${side.read} sweeps`,
    )
    .join(', ');
  const because = `${counts}, ${at}`;
  if (sets.length === 0 && resets.length === 0) {
    const volatile = thresholdSwitch(loops, read_V);
    if (volatile !== undefined) return volatile;
    const small = positive.small + negative.small;
    if (small > ACCIDENT * (positive.read + negative.read))
      return {
        name: 'unclear',
        switches: false,
        because: `the state changes by less than a tenth in ${small} of ${positive.read + negative.read} sweeps (${at}): more than the scatter, too little to call it switching`,
        missing: 'more cycles or a larger voltage',
      };
    return undefined;
  }
  const missing = (words: string): Verdict => ({ name: 'unclear', switches: true, because, missing: words });
  if (sets.length > 0 && resets.length > 0) {
    const same = sets.some((side) => resets.includes(side));
    if (same) return { name: 'unipolar', switches: true, because };
    return { name: 'bipolar', switches: true, because };
  }
  const seen = sets.length > 0 ? 'set' : 'reset';
  const moved = sets.length > 0 ? sets : resets;
  const opposite = seen === 'set' ? 'reset' : 'set';
  if (positive.end_V === 0 || negative.end_V === 0)
    return missing(
      `one polarity only: a sweep of the ${positive.end_V === 0 ? 'positive' : 'negative'} side, to see whether it takes that to ${opposite}`,
    );
  const still = moved.length === 1 ? (moved[0] === positive ? negative : positive) : undefined;
  if (still !== undefined && still.read === 0)
    return missing(
      `the state cannot be read on the ${still.name} side: a ${opposite} there would not be seen`,
    );
  if (seen === 'set' && (moved.length === 2 || moved[0].set >= 2))
    return {
      name: 'volatile',
      switches: true,
      because: `${because}; each sweep sets it anew, and nothing but time resets it`,
    };
  return missing(`a second cycle or a larger voltage: no ${opposite} was seen`);
}

/** Back higher than out somewhere above the read voltage, and the same again below: on only while the voltage lasts. */
function thresholdSwitch(loops: readonly JudgedLoop[], read_V: number): Verdict | undefined {
  const whole = loops.filter(({ loop, change }) => loop.out && loop.back && change.event !== 'small');
  const held = whole.filter(({ loop }) => largestRatio(loop, read_V) >= THRESHOLD_SWITCH);
  if (held.length === 0) return undefined;
  const sides = ([1, -1] as const).filter((polarity) => {
    const all = whole.filter(({ loop }) => loop.polarity === polarity).length;
    return held.filter(({ loop }) => loop.polarity === polarity).length > all / 2;
  });
  if (sides.length === 0) return undefined;
  const ratio = Math.exp(median(held.map(({ loop }) => largestRatio(loop, read_V))));
  return {
    name: 'volatile',
    switches: true,
    because: `up to ${ratio.toPrecision(3)} times more current on the way back than on the way out in ${held.length} of ${whole.length} sweeps, and off again at ±${formatQuantity(read_V, 'V')}`,
  };
}

/**
 * ln of how much more a volatile cell conducts while it is on, by one half-loop: at the read voltage where it is still on there, else the
 * largest ratio of the way back to the way out above it. 0: this sweep did not switch it on.
 */
export function onWhileDriven({ loop, change }: JudgedLoop, read_V: number): number {
  if (change.event === 'set') return change.logRatio;
  const ratio = largestRatio(loop, read_V);
  return ratio >= THRESHOLD_SWITCH ? ratio : 0;
}

/**
 * Largest ln(back/out) that three neighbours share, of magnitudes of current at the same voltages above the read voltage; 0 where the
 * two ways lie no further apart than the scatter between neighbouring points explains.
 */
function largestRatio({ trace, out, back, polarity }: HalfLoop, read_V: number): number {
  if (out === undefined || back === undefined) return 0;
  const { voltage_V, current_A } = trace;
  const ratios: number[] = [];
  /** Current back less out, and its σ [A]. */
  const gaps: number[] = [];
  const noises: number[] = [];
  let b = back.to;
  for (let k = out.from; k <= out.to; k++) {
    const voltage = polarity * voltage_V[k];
    if (voltage <= read_V) continue;
    while (b > back.from && polarity * voltage_V[b] < voltage) b--;
    const [going, coming] = [polarity * current_A[k], polarity * current_A[b]];
    ratios.push(going > 0 && coming > 0 ? Math.log(coming / going) : 0);
    gaps.push(coming - going);
    noises.push(Math.hypot(scatterAround(trace, out, k), scatterAround(trace, back, b)));
  }
  let most = 0;
  for (let k = 2; k < ratios.length; k++) {
    const gap = (gaps[k] + gaps[k - 1] + gaps[k - 2]) / 3;
    const noise = Math.max(noises[k], noises[k - 1], noises[k - 2]) / Math.sqrt(3);
    if (gap > CERTAIN * noise) most = Math.max(most, Math.min(ratios[k], ratios[k - 1], ratios[k - 2]));
  }
  return most;
}
