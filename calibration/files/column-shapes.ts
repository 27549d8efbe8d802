/** What the values of a column look like, whatever they are. */
export interface ColumnShape {
  readonly count: number;
  readonly low: number;
  readonly high: number;
  readonly distinct: number;
  readonly constant: boolean;
  /** Of nine tenths of the values: what a glitch does not change. */
  readonly spread: number;
  /** As constant as a measured voltage is: nine tenths of it within a hundredth of its size. */
  readonly held: boolean;
  /** Never falls, and rises. */
  readonly rises: boolean;
  /** Goes up and down in steps that are small beside its range: what a sweep does. */
  readonly ramps: boolean;
  /** All differences of neighbours are the same, to a thousandth. */
  readonly even: boolean;
  /** Each value is one more than the one before. */
  readonly counts: boolean;
}

/** More distinct values are not counted. */
const MANY = 1000;
/** A sweep has steps of at most this share of its range. */
const RAMP_STEP = 0.26;

/** Looks at a column. NaN is passed over. */
export function shapeOf(values: Float64Array): ColumnShape {
  const numbers = values.filter((x) => !Number.isNaN(x));
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  const seen = new Set<number>();
  let falls = 0;
  let rises = 0;
  for (let r = 0; r < numbers.length; r++) {
    const x = numbers[r];
    if (x < low) low = x;
    if (x > high) high = x;
    if (seen.size < MANY) seen.add(x);
    if (r === 0) continue;
    if (x > numbers[r - 1]) rises++;
    if (x < numbers[r - 1]) falls++;
  }
  const range = high - low;
  const sorted = Float64Array.from(numbers).sort();
  const at = (share: number): number => Math.round(share * (sorted.length - 1));
  const spread = sorted.length === 0 ? 0 : sorted[at(0.95)] - sorted[at(0.05)];
  const steps = Float64Array.from(
    { length: Math.max(0, numbers.length - 1) },
    (_, r) => numbers[r + 1] - numbers[r],
  );
  const sizes = steps.map(Math.abs).sort();
  const typical = sizes[Math.floor(0.9 * (sizes.length - 1))] ?? 0;
  const first = steps[0] ?? 0;
  const even =
    steps.length > 1 &&
    first !== 0 &&
    steps.every((step) => Math.abs(step - first) <= 1e-3 * Math.abs(first));
  return {
    count: numbers.length,
    low,
    high,
    distinct: seen.size,
    constant: numbers.length > 0 && range <= 1e-9 * Math.max(Math.abs(low), Math.abs(high)),
    spread,
    held:
      numbers.length > 0 && spread <= 0.01 * Math.max(Math.abs(sorted[at(0.05)]), Math.abs(sorted[at(0.95)])),
    rises: falls === 0 && rises > 0,
    ramps: seen.size >= 5 && range > 0 && typical <= RAMP_STEP * range && !zigzags(steps, range),
    even,
    counts: even && Math.abs(first - 1) < 1e-9,
  };
}

/** Turns at more than a third of its points by more than a hundredth of the range: noise or pulses, no sweep. */
function zigzags(steps: Float64Array, range: number): boolean {
  let turns = 0;
  for (let r = 1; r < steps.length; r++) {
    if (steps[r] * steps[r - 1] < 0 && Math.min(Math.abs(steps[r]), Math.abs(steps[r - 1])) > 0.01 * range)
      turns++;
  }
  return turns > steps.length / 3;
}
