import { type Spectrum, welch } from '../estimates/index.js';

/** One frequency that stands out of a spectrum: what is coupled in, not what a cell does by itself. */
export interface SpectralLine {
  /** [Hz], or 1/sample at a rate of 1. */
  readonly frequency_Hz: number;
  /** Share of the variance of the record in it. */
  readonly share: number;
  /** Frequency of the mains that it is, or is a multiple of [Hz]. */
  readonly mains_Hz?: number;
}

/** Bins of the Hann window to either side of a line. */
const LINE = 2;
/** … and to where its surroundings are looked at. */
const AROUND = 20;
/** A line stands that many times above the median of its surroundings: single bins of noise do not, nor does a Lorentzian. */
const ABOVE = 50;
/** Periods of a record before a slow wander of it may count as one frequency. */
const MIN_PERIODS = 16;
const MIN_SHARE = 0.05;

/**
 * The strongest sharp line of a record, or undefined: in one periodogram over the longest power of two of samples, five bins that
 * hold a twentieth of the variance and stand fifty times above what is around them. Two levels changed between at random give a
 * spectrum as wide as their rates of change (Machlup 1954); only what is periodic gives a line.
 */
export function spectralLineOf(values: Float64Array, rate_Hz: number): SpectralLine | undefined {
  const segment = 2 ** Math.floor(Math.log2(values.length));
  if (segment < 4 * AROUND) return undefined;
  const spectrum: Spectrum = welch(values, rate_Hz, segment);
  const { density, frequency_Hz } = spectrum;
  const total = density.reduce((sum, value) => sum + value, 0);
  let at = MIN_PERIODS - 1;
  for (let k = at; k < density.length; k++) if (density[k] > density[at]) at = k;
  const line = density.subarray(Math.max(0, at - LINE), at + LINE + 1);
  const power = line.reduce((sum, value) => sum + value, 0);
  const around = density
    .slice(Math.max(0, at - AROUND), at + AROUND + 1)
    .filter((_, k) => Math.abs(k + Math.max(0, at - AROUND) - at) > LINE)
    .sort();
  if (!(density[at] > ABOVE * around[around.length >> 1]) || !(power >= MIN_SHARE * total)) return undefined;
  const step = rate_Hz / segment;
  // Between bins: the centre of the line's power.
  const offset = line.reduce((sum, value, k) => sum + value * (k + Math.max(0, at - LINE) - at), 0) / power;
  const frequency = frequency_Hz[at] + offset * step;
  const mains = [50, 60].find((base) => {
    const multiple = Math.round(frequency / base);
    return (
      multiple >= 1 &&
      multiple <= 6 &&
      Math.abs(frequency - multiple * base) <= Math.max(step, 0.002 * frequency)
    );
  });
  return {
    frequency_Hz: frequency,
    share: power / total,
    ...(mains !== undefined && { mains_Hz: mains }),
  };
}
