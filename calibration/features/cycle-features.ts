import { median } from '../../core/index.js';
import type { Cycle } from './cycles.js';
import { lobeArea_VA } from './loop-area.js';
import { atMost, type Reading } from './read-conductance.js';
import type { JudgedLoop } from './switching-verdict.js';
import {
  type EventContext,
  noneUpTo,
  type ResetRule,
  resetVoltage,
  type SetRule,
  type SwitchingVoltage,
  setVoltage,
} from './switching-voltage.js';
import type { ThresholdVoltages } from './threshold-voltages.js';

/** What one cycle of a cell shows. A number that was not measured is NaN. */
export interface CycleFeatures {
  /** From 1, in the order measured, forming included. */
  readonly cycle: number;
  /** Series and rows (from 0) that it comes from. */
  readonly series: string;
  readonly rows: readonly [first: number, last: number];
  /** The first switching of a cell, apart from the cycles after it. */
  readonly forming: boolean;
  /** Where it set and reset; absent where the cycle has no way out on that side, or was in that state already. */
  readonly set?: SwitchingVoltage;
  readonly reset?: SwitchingVoltage;
  /** Conductances before and after the set (without one: after and before the reset), both at `readAt_V` (signed) [S]. */
  readonly off_S: number;
  readonly on_S: number;
  readonly readAt_V: number;
  /** True where the off state drowned in the scatter: `off_S` is the most it can be and `window` the least. */
  readonly offIsBound: boolean;
  /** on/off at `readAt_V`. */
  readonly window: number;
  /** Areas between way out and way back, magnitudes added over both sides [V·A]. */
  readonly loopArea_VA: number;
  readonly complianceReached: boolean;
  /** Largest magnitude of the current [A]. */
  readonly maxCurrent_A: number;
  /** Of a volatile cell: where it went on and off, a polarity each that switches it. */
  readonly thresholds?: readonly ThresholdVoltages[];
}

/** The rules of a methods paragraph; `threshold_A` of `current-threshold`. */
export interface SwitchingRules {
  readonly set: SetRule;
  readonly reset: ResetRule;
  readonly threshold_A?: number;
}

const contextOf = ({ change }: JudgedLoop, { threshold_A }: SwitchingRules): EventContext => ({
  logRatio: change.logRatio,
  ...(threshold_A !== undefined && { threshold_A }),
});

/** The two states of a cycle at one voltage. */
interface States {
  readonly off: Reading;
  readonly on: Reading;
  readonly at_V: number;
}

/** Features of every cycle; `sides` are the polarities that set and that reset, where the verdict knows them. */
export function featuresOfCycles(
  cycles: readonly Cycle[],
  read_V: number,
  rules: SwitchingRules,
): CycleFeatures[] {
  const middleState = logMiddle(cycles, read_V);
  const forming = formingCycle(cycles, rules);
  return cycles.map((cycle, index) => {
    const set = eventOf(cycle, 'set', cycles, middleState, (judged) =>
      setVoltage(judged.loop, rules.set, contextOf(judged, rules)),
    );
    const reset = eventOf(cycle, 'reset', cycles, middleState, (judged) =>
      resetVoltage(judged.loop, rules.reset, contextOf(judged, rules)),
    );
    const states = statesOf(cycle, read_V);
    const [off_S, on_S] =
      states === undefined ? [Number.NaN, Number.NaN] : [atMost(states.off), atMost(states.on)];
    const { trace } = cycle[0].loop;
    const points = cycle.flatMap(({ loop }) =>
      [loop.out, loop.back].flatMap((leg) =>
        leg === undefined ? [] : Array.from({ length: leg.to - leg.from + 1 }, (_, k) => leg.from + k),
      ),
    );
    return {
      cycle: index + 1,
      series: trace.series,
      rows: extent(points.map((k) => trace.rows[k])),
      forming: index === forming,
      ...(set !== undefined && { set }),
      ...(reset !== undefined && { reset }),
      off_S,
      on_S,
      readAt_V: states?.at_V ?? Number.NaN,
      offIsBound: states !== undefined && !states.off.readable,
      window: on_S / off_S,
      loopArea_VA: areaOf(cycle),
      complianceReached: cycle.some(({ loop }) =>
        [loop.out, loop.back].some(
          (leg) => leg !== undefined && loop.trace.censored.subarray(leg.from, leg.to + 1).includes(1),
        ),
      ),
      maxCurrent_A: points.reduce((most, k) => Math.max(most, Math.abs(trace.current_A[k])), 0),
    };
  });
}

const extent = (rows: readonly number[]): [number, number] => [
  rows.reduce((a, b) => Math.min(a, b)),
  rows.reduce((a, b) => Math.max(a, b)),
];

const areaOf = (cycle: Cycle): number => {
  const lobes = cycle.map(({ loop }) => Math.abs(lobeArea_VA(loop))).filter((area) => !Number.isNaN(area));
  return lobes.length === 0 ? Number.NaN : lobes.reduce((sum, area) => sum + area, 0);
};

/** The states around the set of a cycle; without one, or where the compliance held the current there, around its reset. */
function statesOf(cycle: Cycle, read_V: number): States | undefined {
  const set = cycle.find(({ change }) => change.event === 'set');
  const reset = cycle.find(({ change }) => change.event === 'reset');
  const atSet = set && { off: set.change.before, on: set.change.after, at_V: set.loop.polarity * read_V };
  const atReset = reset && {
    off: reset.change.after,
    on: reset.change.before,
    at_V: reset.loop.polarity * read_V,
  };
  const found = [atSet, atReset].filter((states) => states !== undefined);
  return found.find(({ off, on }) => off.atLeast_S === undefined && on.atLeast_S === undefined) ?? found[0];
}

/** Where between off and on the states part: the middle of ln G over all events; NaN without any. */
function logMiddle(cycles: readonly Cycle[], read_V: number): number {
  const states = cycles.map((cycle) => statesOf(cycle, read_V)).filter((found) => found !== undefined);
  const logs = (pick: (found: States) => Reading) => states.map((found) => Math.log(atMost(pick(found))));
  return (median(logs(({ off }) => off)) + median(logs(({ on }) => on))) / 2;
}

/** The event of that kind in a cycle; where the sweep that should bring it did not, none up to its end. */
function eventOf(
  cycle: Cycle,
  event: 'set' | 'reset',
  cycles: readonly Cycle[],
  middleState: number,
  find: (judged: JudgedLoop) => SwitchingVoltage | undefined,
): SwitchingVoltage | undefined {
  const happened = cycle.find(({ change }) => change.event === event);
  if (happened !== undefined) return find(happened) ?? undefined;
  const side = cycles.flat().find(({ change }) => change.event === event)?.loop.polarity;
  const failed = cycle.find(
    ({ loop, change }) =>
      loop.polarity === side &&
      loop.out !== undefined &&
      change.before.readable &&
      (change.event === 'none' || change.event === 'small') &&
      // A cell that is on already cannot set.
      Math.log(change.before.conductance_S) < middleState === (event === 'set'),
  );
  return failed === undefined ? undefined : noneUpTo(failed.loop);
}

/** A first set is forming where it needs that many times the voltage of all the others. */
const FORMING = 1.2;
/** The pristine cell is at least that many times less conducting than any off state later. */
const PRISTINE = 3;
const MIN_OTHERS = 2;

/** Which cycle is the forming, by the data: −1 for none. It takes two later sets to compare with. */
function formingCycle(cycles: readonly Cycle[], rules: SwitchingRules): number {
  const sets = cycles.flatMap((cycle, index) => {
    const judged = cycle.find(({ change }) => change.event === 'set');
    const found = judged && setVoltage(judged.loop, rules.set, contextOf(judged, rules));
    return judged && found ? [{ index, at: Math.abs(found.at_V), off: atMost(judged.change.before) }] : [];
  });
  if (sets.length < 1 + MIN_OTHERS) return -1;
  const [first, ...others] = sets;
  const higher = first.at > FORMING * Math.max(...others.map(({ at }) => at));
  const pristine = PRISTINE * first.off < Math.min(...others.map(({ off }) => off));
  return higher && pristine ? first.index : -1;
}
