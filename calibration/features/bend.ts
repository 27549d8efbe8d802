import type { StraightLine } from './straight-line.js';
import { largest, type Trace } from './trace.js';

/** How a curve leaves a straight line, weighed against the scatter of its points. */
export interface Bend {
  /** Largest mean residual of a band of voltage [A]. */
  readonly largest_A: number;
  /** σ of one point, from what neighbours differ by [A]: a bend is not in it, noise is. */
  readonly scatter_A: number;
  /** Whether the bands lie off every straight line by more than that scatter explains. */
  readonly isCertain: boolean;
}

/** Bands of voltage from the lowest to the highest. */
const BANDS = 20;
/** A band of fewer points says nothing. */
const MIN_POINTS = 4;
/** σ of a band is of so many bands to either side as well: a few points alone know it badly. */
const REACH = 2;
/** Standard deviations of χ² above its mean that make a bend certain. */
const SIGMAS = 6;

/**
 * The residuals of `line` in bands of voltage, of all sweeps together: Σ mean²/(σ²/n) about the best weighted line through the bands is
 * χ² of a straight line with noise. σ is of the points against the line between their neighbours (3/2 of the variance of a point), band
 * by band, so noise that grows with the current is weighed where it is. Undefined where fewer than three bands have points enough.
 */
export function bendOf({ voltage_V, current_A, censored }: Trace, line: StraightLine): Bend | undefined {
  const [lowest, highest] = voltage_V.reduce(
    ([low, high], v) => [Math.min(low, v), Math.max(high, v)],
    [Infinity, -Infinity],
  );
  const residual = current_A.map((value, k) => value - line.offset_A.value - line.slope_S * voltage_V[k]);
  const bands = Array.from({ length: BANDS }, () => ({ n: 0, sum: 0, voltage: 0, squares: 0 }));
  for (let k = 1; k + 1 < residual.length; k++) {
    if (censored[k - 1] || censored[k] || censored[k + 1]) continue;
    const share = (voltage_V[k] - lowest) / (highest - lowest);
    const band = bands[Math.min(BANDS - 1, Math.floor(share * BANDS))];
    band.n++;
    band.sum += residual[k];
    band.voltage += voltage_V[k];
    band.squares += (residual[k] - (residual[k - 1] + residual[k + 1]) / 2) ** 2 / 1.5;
  }
  const variance = total(bands, ({ squares }) => squares) / total(bands, ({ n }) => n);
  const means = bands.flatMap(({ n, sum, voltage }, b) => {
    if (n < MIN_POINTS) return [];
    const near = bands.slice(Math.max(0, b - REACH), b + REACH + 1);
    const own = total(near, ({ squares }) => squares) / total(near, (band) => band.n);
    // Points that happen to agree are not more certain than a thousandth of the usual scatter; a curve without noise has none.
    return [{ x: voltage / n, y: sum / n, weight: n / Math.max(own, 1e-6 * variance, Number.MIN_VALUE) }];
  });
  if (means.length < 3) return undefined;
  const weight = total(means, (mean) => mean.weight);
  const meanX = total(means, (mean) => mean.weight * mean.x) / weight;
  const meanY = total(means, (mean) => mean.weight * mean.y) / weight;
  const slope =
    total(means, (mean) => mean.weight * (mean.x - meanX) * mean.y) /
    total(means, (mean) => mean.weight * (mean.x - meanX) ** 2);
  const chiSquared = total(means, (mean) => mean.weight * (mean.y - meanY - slope * (mean.x - meanX)) ** 2);
  const spare = means.length - 2;
  return {
    largest_A: largest(Float64Array.from(means, ({ y }) => y)),
    scatter_A: Math.sqrt(variance),
    isCertain: chiSquared > spare + SIGMAS * Math.sqrt(2 * spare),
  };
}

const total = <T>(all: readonly T[], pick: (one: T) => number): number =>
  all.reduce((sum, one) => sum + pick(one), 0);
