import type { ComparedLaws } from './compare-laws.js';
import { fitTrain, type TrainFit } from './fit-train.js';
import type { MeasuredTrain } from './measured-train.js';

/** Laws of both directions in one window. Conductances in the trains' unit. */
export interface JointLaws {
  readonly up: TrainFit;
  readonly down: TrainFit;
  readonly window: readonly [low: number, high: number];
  /** An end is a law's, not the data's. */
  readonly fitted: { readonly low: boolean; readonly high: boolean };
  /** Sentences: what was carried on, what was held. */
  readonly remarks: readonly string[];
}

/** A law held to the common window may miss the data by this much more than with a bound of its own: other people's fits differ by it. */
const AS_GOOD = 1.05;

/**
 * One window for both laws. Trains that do not go end to end show less than the cell has: where a law has an end of the window as a
 * parameter (power), and all of its interval lies beyond everything measured, the law's end is taken; a soft bound is none, since a
 * window may end before its asymptote. A law whose bound lies inside of what the other direction has shown is fitted again with the
 * common window, and that is taken where it fits as well (root mean square error at most 1.05 times).
 * @param trains of both directions @param seen lowest and highest conductance measured
 */
export function jointWindow(
  trains: { readonly up: readonly MeasuredTrain[]; readonly down: readonly MeasuredTrain[] },
  laws: { readonly up: ComparedLaws; readonly down: ComparedLaws },
  seen: readonly [low: number, high: number],
): JointLaws {
  const remarks: string[] = [];
  const [above, below] = [endOf(laws.up.best), endOf(laws.down.best)];
  const high = above !== undefined && above.low > seen[1] ? above.value : seen[1];
  const low = below !== undefined && below.high < seen[0] && below.value > 0 ? below.value : seen[0];
  const fitted = { low: low !== seen[0], high: high !== seen[1] };
  const show = (value: number) => `${value.toPrecision(3)} ${trains.up[0].unit}`.trim();
  const bounds = [
    ...(fitted.high ? [['upper', high, above!, seen[1]] as const] : []),
    ...(fitted.low ? [['lower', low, below!, seen[0]] as const] : []),
  ];
  for (const [end, value, { low: from, high: to }, measured] of bounds) {
    remarks.push(
      `the trains do not go end to end: the ${end} end of the window is the law's, ${show(value)} (95 % interval ${show(from)} to ${show(to)}), and was measured to ${show(measured)}`,
    );
  }
  const held = (fit: TrainFit): TrainFit => {
    const own = endOf(fit);
    if (own === undefined || own.value === (fit.direction === 'up' ? high : low)) return fit;
    const again = fitTrain(trains[fit.direction], fit.model, { window: [low, high] });
    if (again.status !== 'converged' || again.rmse > AS_GOOD * fit.rmse) return fit;
    remarks.push(
      `the ${fit.direction === 'up' ? 'potentiation' : 'depression'} law is held to the window of both, ${show(low)} to ${show(high)}; alone it would end at ${show(own.value)}`,
    );
    return again;
  };
  return { up: held(laws.up.best), down: held(laws.down.best), window: [low, high], fitted, remarks };
}

/** The end of the window that a law has as a parameter and the data bound on both sides. */
function endOf({ model, status, frame, estimates }: TrainFit) {
  const end = estimates.bound_S ?? estimates.bound;
  if (model !== 'power' || status !== 'converged' || frame.bounded || end?.identifiable !== true)
    return undefined;
  return Number.isFinite(end.low) && Number.isFinite(end.high) ? end : undefined;
}
