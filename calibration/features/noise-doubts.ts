import { formatQuantity } from '../../core/index.js';

/** Values of a record from a coarse converter: more than that many are no ladder of its steps. */
const MOST_STEPS = 64;
/** Differences that are whole multiples of the step, to that share of it. */
const WHOLE = 0.02;
/** A step of that share of σ, and more, is seen in σ: rounding adds step²/12 to the variance. */
const COARSE = 1;
/** A straight line with that share of the variance is no noise of a state that holds. */
const DRIFT = 0.25;

const show = (value: number, unit: string): string =>
  unit === '' ? value.toPrecision(3) : formatQuantity(value, unit === 'Ω' ? 'ohm' : unit);

/**
 * What a record says beside the noise of its cell, in sentences: a converter whose steps are as large as the noise, a drift over the whole
 * record, which stands in σ and at the low end of the spectrum.
 * @param sd of the values, in their unit
 */
export function noiseDoubts(values: Float64Array, sd: number, unit: string): string[] {
  const remarks: string[] = [];
  const step = converterStep(values);
  if (step !== undefined && step.size >= COARSE * sd) {
    remarks.push(
      `${step.levels} different values in steps of ${show(step.size, unit)}, ${(step.size / sd).toPrecision(2)} σ: the converter's or the digits of the file, so σ and spectrum are mostly its rounding`,
    );
  }
  const drift = driftOf(values);
  if (drift !== undefined && drift.share >= DRIFT) {
    remarks.push(
      `it drifts by ${show(drift.change, unit)} from end to end, which holds ${Math.floor(100 * drift.share)} % of the variance: σ, kurtosis and the exponent hold it; about a straight line σ is ${show(drift.sd, unit)}. A state that goes away is looked at by --answer kind=retention`,
    );
  }
  return remarks;
}

/** The ladder on which all values stand, where there is one. */
function converterStep(values: Float64Array): { size: number; levels: number } | undefined {
  const levels = [...new Set(values)].sort((a, b) => a - b);
  if (levels.length < 3 || levels.length > MOST_STEPS) return undefined;
  const gaps = levels.slice(1).map((level, k) => level - levels[k]);
  const size = Math.min(...gaps);
  const whole = gaps.every((gap) => Math.abs(gap / size - Math.round(gap / size)) <= WHOLE * (gap / size));
  return whole ? { size, levels: levels.length } : undefined;
}

/** The straight line through a record: what it changes by, its share of the variance, and σ about it. */
function driftOf(values: Float64Array): { change: number; share: number; sd: number } | undefined {
  const n = values.length;
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  const middle = (n - 1) / 2;
  let [all, along] = [0, 0];
  for (const [i, v] of values.entries()) {
    all += (v - mean) ** 2;
    along += (i - middle) * (v - mean);
  }
  // Σ(i − middle)² of n whole numbers
  const squares = (n * (n * n - 1)) / 12;
  const share = along ** 2 / (squares * all);
  if (!(all > 0)) return undefined;
  return { change: (along / squares) * (n - 1), share, sd: Math.sqrt((all * (1 - share)) / n) };
}
