import { type Estimate, LEVEL } from '../estimates/index.js';
import type { Trace } from './trace.js';

/** I = offset + slope·V over a trace, its points at the compliance left out. */
export interface StraightLine {
  /** [S] */
  readonly slope_S: number;
  readonly slopeError_S: number;
  readonly offset_A: Estimate;
  readonly resistance_Ohm: Estimate;
  /** Standard error of it as if residuals were independent [Ω]; the interval is widened where they are not. */
  readonly resistanceError_Ohm: number;
  /** Root of the mean square of what is left over [A]. */
  readonly residual_A: number;
  /** Largest magnitude of what is left over, of means over neighbours [A]. */
  readonly largestResidual_A: number;
  readonly r2: number;
  /** Correlation of neighbouring residuals. */
  readonly lag1: number;
  readonly n: number;
}

const METHOD =
  'least squares, straight line of I over V; interval widened by the lag-1 correlation of its residuals';
/** 97.5 % point of the normal distribution. */
const Z = 1.959964;

/** The straight line through a trace, or undefined where fewer than three points are free or the voltage does not change. */
export function straightLine({ voltage_V, current_A, censored }: Trace): StraightLine | undefined {
  const points: number[] = [];
  for (let k = 0; k < voltage_V.length; k++) if (censored[k] === 0) points.push(k);
  const n = points.length;
  if (n < 3) return undefined;
  const mean = (values: Float64Array) => points.reduce((sum, k) => sum + values[k], 0) / n;
  const [meanV, meanI] = [mean(voltage_V), mean(current_A)];
  let [sxx, sxy, syy] = [0, 0, 0];
  for (const k of points) {
    const [x, y] = [voltage_V[k] - meanV, current_A[k] - meanI];
    sxx += x * x;
    sxy += x * y;
    syy += y * y;
  }
  if (!(sxx > 0)) return undefined;
  const slope_S = sxy / sxx;
  const offset = meanI - slope_S * meanV;
  const residuals = points.map((k) => current_A[k] - offset - slope_S * voltage_V[k]);
  const squares = residuals.reduce((sum, value) => sum + value * value, 0);
  const variance = squares / (n - 2);
  const slopeError_S = Math.sqrt(variance / sxx);
  const offsetError = Math.sqrt(variance * (1 / n + (meanV * meanV) / sxx));
  const resistance = 1 / slope_S;
  const resistanceError = slopeError_S / slope_S ** 2;
  const lag1 = lagOne(residuals, squares);
  const nEffective = lag1 > 0 ? Math.max(3, (n * (1 - lag1)) / (1 + lag1)) : n;
  const around = (value: number, error: number, identifiable: boolean): Estimate => ({
    value,
    low: value - Z * error * Math.sqrt(n / nEffective),
    high: value + Z * error * Math.sqrt(n / nEffective),
    level: LEVEL,
    identifiable,
    n,
    nEffective,
    method: METHOD,
  });
  return {
    slope_S,
    slopeError_S,
    offset_A: around(offset, offsetError, Number.isFinite(offsetError)),
    resistance_Ohm: around(resistance, resistanceError, slope_S > 2 * slopeError_S),
    resistanceError_Ohm: resistanceError,
    residual_A: Math.sqrt(variance),
    largestResidual_A: largestMean(residuals),
    r2: syy === 0 ? 0 : 1 - squares / syy,
    lag1,
    n,
  };
}

function lagOne(residuals: readonly number[], squares: number): number {
  let product = 0;
  for (let k = 1; k < residuals.length; k++) product += residuals[k] * residuals[k - 1];
  return squares === 0 ? 0 : product / squares;
}

/** Means over three neighbours: one noisy point does not make a curve. */
function largestMean(residuals: readonly number[]): number {
  let most = 0;
  for (let k = 1; k + 1 < residuals.length; k++)
    most = Math.max(most, Math.abs(residuals[k - 1] + residuals[k] + residuals[k + 1]) / 3);
  return most;
}
