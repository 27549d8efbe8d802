import { inputError, quoted } from '../../core/index.js';
import { DECADES, quantityOf } from './axis-quantity.js';
import type { TrialNumbers } from './numbers.js';
import { repeatOf } from './plan.js';
import type { StudyPoint, StudyResults } from './results.js';
import { type Spread, spreadOf } from './spread.js';

/** `testError=0.3%`: how much a number may rise (or, below 0, fall) against the first value of an axis. */
export interface Rise {
  readonly metric: string;
  readonly amount: number;
}

/** How far an axis may go from its first value until a number has risen by an amount. */
export interface Threshold extends Rise {
  readonly axis: string;
  /** Of the other axes. */
  readonly at: Readonly<Record<string, unknown>>;
  /** In the unit of the axis; absent where no value costs as much. */
  readonly value?: number;
  /** Where the interval of the difference begins to allow it: absent where that is beyond the last value. */
  readonly low?: number;
  /** Where it ceases to allow less: absent where that is beyond the last value. */
  readonly high?: number;
  readonly seeds: number;
  /** They are draws of hardware. */
  readonly isOfDraws?: boolean;
}

/** `testError=0.3%`. @throws `study.rise` (exit code 2) */
export function readRise(text: string): Rise {
  const found = /^\s*([\w.]+)\s*=\s*\+?(-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)\s*(%?)\s*$/.exec(text);
  const amount = found === null ? 0 : Number(found[2]) * (found[3] === '' ? 1 : 0.01);
  if (found === null || amount === 0) {
    throw inputError(
      'study.rise',
      `${quoted(text)}: needs a number of the answer and by how much it may rise, such as testError=0.3%`,
    );
  }
  return { metric: found[1], amount };
}

/**
 * The worst value that costs at most as much (the rule of Gokmen & Vlasov, Front. Neurosci. 10, 333, 2016), for each axis of quantities and
 * each choice of the others: where the mean of differences to the axis's first value, over seeds that both have, reaches the amount; between
 * two values along a straight line, over decades along a logarithmic one. The interval is where the 95 % interval of that mean does. A
 * difference that falls again counts as its worst so far. None of an axis with values on both sides of its first.
 */
export function thresholdsOf(results: StudyResults, { metric, amount }: Rise): Threshold[] {
  return results.axes.flatMap((axis) => {
    if (!results.points.every(({ values }) => Number.isFinite(quantityOf(axis, values[axis])))) return [];
    const groups = new Map<string, StudyPoint[]>();
    for (const point of results.points) {
      const key = JSON.stringify({ ...point.values, [axis]: null });
      groups.set(key, [...(groups.get(key) ?? []), point]);
    }
    return [...groups.values()].flatMap((group) => {
      const points = outward(axis, group);
      if (points.length < 2) return [];
      const differences = differencesOf(points, results.trials, metric);
      if (differences.length === 0) return [];
      const steps = differences.map(({ point, difference: { mean, low, high } }) => {
        const ends = [low, high].map((end) => (end === undefined ? undefined : end / amount));
        // A rise by a negative amount is a fall: its ends change places.
        const [least, most] = amount > 0 ? ends : ends.reverse();
        return { x: quantityOf(axis, point.values[axis]), mean: mean / amount, least, most };
      });
      const first = quantityOf(axis, points[0].values[axis]);
      const crossing = (of: (step: (typeof steps)[number]) => number | undefined) =>
        crossingOf(first, steps, of);
      const { [axis]: _, ...at } = points[0].values;
      const found = {
        value: crossing(({ mean }) => mean),
        low: crossing(({ most }) => most),
        high: crossing(({ least }) => least),
      };
      return [
        {
          metric,
          amount,
          axis,
          at,
          seeds: Math.min(...differences.map(({ difference }) => difference.n)),
          ...(results.repeats === 'draws' ? { isOfDraws: true } : {}),
          ...Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)),
        },
      ];
    });
  });
}

/** Points from the first one away, in whatever order the others stand; none where they lie on both sides of it. */
function outward(axis: string, points: readonly StudyPoint[]): readonly StudyPoint[] {
  const of = ({ values }: StudyPoint): number =>
    quantityOf(axis, values[axis]) - quantityOf(axis, points[0].values[axis]);
  const sides = new Set(points.map((point) => Math.sign(of(point))).filter((side) => side !== 0));
  return sides.size > 1 ? [] : [...points].sort((a, b) => Math.abs(of(a)) - Math.abs(of(b)));
}

function differencesOf(
  points: readonly StudyPoint[],
  trials: readonly TrialNumbers[],
  metric: string,
): { point: StudyPoint; difference: Spread }[] {
  const by = new Map<string, Map<string, number>>();
  for (const trial of trials) {
    const { values, numbers } = trial;
    const value = numbers.get(metric);
    if (value === undefined) continue;
    const place = JSON.stringify(values);
    const here = by.get(place) ?? new Map<string, number>();
    by.set(place, here.set(repeatOf(trial), value));
  }
  const of = ({ values }: StudyPoint) => by.get(JSON.stringify(values)) ?? new Map<string, number>();
  const base = of(points[0]);
  return points.slice(1).flatMap((point) => {
    const pairs = [...of(point)].flatMap(([repeat, value]) => {
      const other = base.get(repeat);
      return other === undefined ? [] : [value - other];
    });
    const difference = spreadOf(pairs);
    return difference === undefined ? [] : [{ point, difference }];
  });
}

/** Where a curve that begins at 0 first reaches 1. */
function crossingOf<S extends { readonly x: number }>(
  first: number,
  steps: readonly S[],
  of: (step: S) => number | undefined,
): number | undefined {
  const positive = [first, ...steps.map(({ x }) => x)].filter((x) => x > 0);
  const isLogarithmic = Math.max(...positive) > DECADES * Math.min(...positive);
  let before = { x: first, y: 0 };
  for (const step of steps) {
    const y = of(step);
    if (y === undefined) return undefined;
    if (y >= 1) {
      const share = (1 - before.y) / (y - before.y);
      return isLogarithmic && before.x > 0 && step.x > 0
        ? before.x * (step.x / before.x) ** share
        : before.x + (step.x - before.x) * share;
    }
    before = { x: step.x, y: Math.max(y, before.y) };
  }
  return undefined;
}
