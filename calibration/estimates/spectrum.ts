import { inputError } from '../../core/index.js';
import { type Estimate, LEVEL } from './estimate.js';
import { fourierTransform } from './fft.js';
import { student975 } from './student.js';

/** A one-sided power spectral density. */
export interface Spectrum {
  /** From one step above zero to half the rate [Hz, or 1/sample at a rate of 1], `[bins]`. */
  readonly frequency_Hz: Float64Array;
  /** [unit²/Hz], `[bins]`. */
  readonly density: Float64Array;
  readonly segment: number;
  readonly segments: number;
  readonly estimator: string;
}

/** The segment for n samples where nobody says: the largest power of two of which 1.8 fit, so that at least two overlap by half. */
export const segmentFor = (n: number): number => 2 ** Math.floor(Math.log2(n / 1.8));

/**
 * Welch's averaged periodogram (1967): Hann window (periodic), segments that overlap by half, the mean of each taken off, scaled to a
 * one-sided density; the same as `scipy.signal.welch` with its defaults.
 * @param segment samples, a power of two @throws `estimates.segment` where it is none, or longer than the record
 */
export function welch(values: Float64Array, rate_Hz: number, segment = segmentFor(values.length)): Spectrum {
  if (!(segment >= 8) || segment > values.length || Math.log2(segment) % 1 !== 0)
    throw inputError(
      'estimates.segment',
      `a segment is a power of two from 8 up to the ${values.length} samples there are; got ${segment}`,
    );
  const window = Float64Array.from(
    { length: segment },
    (_, k) => 0.5 - 0.5 * Math.cos((2 * Math.PI * k) / segment),
  );
  const power = window.reduce((sum, w) => sum + w * w, 0);
  const half = segment / 2;
  const sum = new Float64Array(half + 1);
  const [re, im] = [new Float64Array(segment), new Float64Array(segment)];
  let segments = 0;
  for (let from = 0; from + segment <= values.length; from += half, segments++) {
    let mean = 0;
    for (let k = 0; k < segment; k++) mean += values[from + k] / segment;
    for (let k = 0; k < segment; k++) re[k] = (values[from + k] - mean) * window[k];
    im.fill(0);
    fourierTransform(re, im);
    for (let k = 0; k <= half; k++) sum[k] += re[k] * re[k] + im[k] * im[k];
  }
  const scale = 1 / (rate_Hz * power * segments);
  return {
    frequency_Hz: Float64Array.from({ length: half }, (_, k) => ((k + 1) * rate_Hz) / segment),
    density: Float64Array.from({ length: half }, (_, k) => sum[k + 1] * scale * (k + 1 === half ? 1 : 2)),
    segment,
    segments,
    estimator: `Welch, Hann window, segments of ${segment} overlapping by half (${segments}), mean taken off each`,
  };
}

/** How the exponent of a spectrum is found: it changes the number by a tenth or two. */
export interface SlopeBand {
  readonly low_Hz: number;
  readonly high_Hz: number;
  /** Logarithmic bins whose mean power is fitted; none: every frequency alike, which weighs the high ones. */
  readonly bins?: number;
}

/** Exponent of a power law of the density over frequency, S ∝ f^value, by a straight line through logarithms. Undefined for fewer than three points. */
export function spectralSlope(
  { frequency_Hz, density, estimator }: Spectrum,
  { low_Hz, high_Hz, bins }: SlopeBand,
): Estimate | undefined {
  const x: number[] = [];
  const y: number[] = [];
  const add = (frequency: number, power: number) => {
    if (!(power > 0)) return;
    x.push(Math.log(frequency));
    y.push(Math.log(power));
  };
  const tolerance = 1e-9 * low_Hz;
  if (bins === undefined)
    frequency_Hz.forEach((f, k) => {
      if (f >= low_Hz - tolerance && f <= high_Hz + tolerance) add(f, density[k]);
    });
  else
    for (let bin = 0; bin < bins; bin++) {
      const [from, to] = [bin, bin + 1].map((edge) => low_Hz * (high_Hz / low_Hz) ** (edge / bins));
      const inside = density.filter((_, k) => frequency_Hz[k] >= from && frequency_Hz[k] < to);
      if (inside.length > 0)
        add(Math.sqrt(from * to), inside.reduce((sum, value) => sum + value, 0) / inside.length);
    }
  const n = x.length;
  if (n < 3) return undefined;
  const mean = (all: number[]) => all.reduce((sum, one) => sum + one, 0) / n;
  const [meanX, meanY] = [mean(x), mean(y)];
  let [sxx, sxy, syy] = [0, 0, 0];
  for (let k = 0; k < n; k++) {
    sxx += (x[k] - meanX) ** 2;
    sxy += (x[k] - meanX) * (y[k] - meanY);
    syy += (y[k] - meanY) ** 2;
  }
  const value = sxy / sxx;
  const error = Math.sqrt(Math.max(0, syy - value * sxy) / (n - 2) / sxx);
  const reach = student975(n - 2) * error;
  return {
    value,
    low: value - reach,
    high: value + reach,
    level: LEVEL,
    identifiable: true,
    n,
    method: `${estimator}; straight line through ln of ${bins === undefined ? `the density at ${n} frequencies` : `mean densities of ${bins} logarithmic bins (${n} hold frequencies)`}, ${low_Hz.toPrecision(3)} to ${high_Hz.toPrecision(3)} Hz`,
  };
}
