import { formatQuantity, median } from '../../core/index.js';
import {
  type Estimate,
  lagOne,
  type Spectrum,
  segmentFor,
  spectralSlope,
  welch,
} from '../estimates/index.js';
import {
  columnOf,
  FEWEST_OF_NOISE,
  type MeasuredColumn,
  type MeasuredFile,
  type MeasuredSeries,
  settingOf,
} from '../measured/index.js';
import { noiseDoubts } from './noise-doubts.js';
import { stateColumns } from './records-of-state.js';
import { type SpectralLine, spectralLineOf } from './spectral-line.js';
import { type Telegraph, telegraphOf } from './telegraph.js';

/** A state read many times. */
export interface NoiseFeatures {
  readonly series: string;
  readonly column: string;
  readonly cell?: string;
  /** S, A or Ω. */
  readonly unit: string;
  readonly samples: number;
  /** False: frequencies are in 1/sample and times in samples. */
  readonly rateIsKnown: boolean;
  readonly rate_Hz: number;
  readonly mean: number;
  readonly sd: number;
  /** Fourth moment over squared variance: 3 of a normal distribution, below 2 of two levels, above 10 of rare excursions. */
  readonly kurtosis: number;
  readonly lag1: number;
  /** Samples at the beginning that lie far off what follows; left out of `settled` and of the search for levels, not of the spectrum. */
  readonly startTransient: number;
  /** The same without the start transient. */
  readonly settled: { readonly mean: number; readonly sd: number; readonly kurtosis: number };
  readonly spectrum?: Spectrum;
  /** Exponent of S ∝ f^α: of mean densities in logarithmic bins, and of all frequencies alike. */
  readonly exponent?: { readonly binned: Estimate; readonly unbinned: Estimate };
  /** Two levels: a Lorentzian over 1/f, of which the exponent says little. */
  readonly telegraph?: Telegraph;
  /** One sharp frequency: mains or another disturbance. Where it holds a quarter of the variance, two levels are not looked for. */
  readonly line?: SpectralLine;
  readonly remarks: readonly string[];
}

/** How noise is looked at: what is left out is chosen, and said. */
export interface NoiseOptions {
  /** Samples of a Welch segment, a power of two. */
  readonly segment?: number;
  /** Band of the exponent [Hz]; from a 4000th to a tenth of the rate where left out. */
  readonly band_Hz?: readonly [low: number, high: number];
}

/** A line of that share of the variance swings between its turning points as if they were levels. */
const LINE_HIDES = 0.25;
const BINS = 13;
/** A tenth of the record at the most is a start. */
const START = 0.1;
/** … and lies that many σ off. */
const FAR_OFF = 5;
/** Steps of the time that differ by more are no even record. */
const UNEVEN = 0.05;

/** Every record of a file that was taken for its noise. */
export function noiseFeatures(file: MeasuredFile, options: NoiseOptions = {}): NoiseFeatures[] {
  return file.series
    .filter(({ kind }) => kind === 'noise')
    .flatMap((series) =>
      stateColumns(series).flatMap((column) => noiseOf(file, series, column, options) ?? []),
    );
}

function noiseOf(
  file: MeasuredFile,
  series: MeasuredSeries,
  column: MeasuredColumn,
  { segment, band_Hz }: NoiseOptions,
): NoiseFeatures | undefined {
  const remarks: string[] = [];
  const values = column.values.filter(Number.isFinite);
  const n = values.length;
  if (n < FEWEST_OF_NOISE) return undefined;
  if (n < column.values.length)
    remarks.push(`${column.values.length - n} rows without a number are left out, as if time had not passed`);
  const { rate_Hz, isKnown, even } = rateOf(file, series);
  const first = startTransient(values);
  const rest = values.subarray(first);
  const all = moments(values);
  const line = even ? spectralLineOf(rest, rate_Hz) : undefined;
  const hidden = line !== undefined && line.share >= LINE_HIDES;
  const telegraph = hidden ? undefined : telegraphOf(rest, isKnown ? 1 / rate_Hz : 1);
  const spectrum = even ? welch(values, rate_Hz, segment ?? segmentFor(n)) : undefined;
  if (!even) remarks.push('the samples are not evenly spaced in time: no spectrum');
  if (first > 0)
    remarks.push(
      `the first ${first} samples are a start transient: they raise the kurtosis and the low end of the spectrum`,
    );
  const [low_Hz, high_Hz] = band_Hz ?? [rate_Hz / 4000, rate_Hz / 10];
  const binned = spectrum && spectralSlope(spectrum, { low_Hz, high_Hz, bins: BINS });
  const unbinned = spectrum && spectralSlope(spectrum, { low_Hz, high_Hz });
  if (line !== undefined) remarks.push(lineText(line, isKnown, hidden));
  remarks.push(...noiseDoubts(values, all.sd, column.unit));
  if (telegraph !== undefined)
    remarks.push(
      'random telegraph noise: its spectrum is a Lorentzian on top of 1/f, of which one exponent says little',
    );
  return {
    series: series.name,
    column: column.name,
    ...(series.cell !== undefined && { cell: series.cell }),
    unit: column.unit,
    samples: n,
    rateIsKnown: isKnown,
    rate_Hz,
    ...all,
    lag1: lagOne(values),
    startTransient: first,
    settled: moments(rest),
    ...(spectrum !== undefined && { spectrum }),
    ...(binned !== undefined && unbinned !== undefined && { exponent: { binned, unbinned } }),
    ...(telegraph !== undefined && { telegraph }),
    ...(line !== undefined && { line }),
    remarks,
  };
}

function lineText(
  { frequency_Hz, share, mains_Hz }: SpectralLine,
  isKnown: boolean,
  hidden: boolean,
): string {
  const where = isKnown ? formatQuantity(frequency_Hz, 'Hz') : `${frequency_Hz.toPrecision(3)} a sample`;
  const cause =
    isKnown && mains_Hz !== undefined ? `pickup of the ${mains_Hz} Hz mains` : 'a periodic disturbance';
  const levels = hidden ? '; σ, kurtosis and lag 1 are mostly its, and two levels were not looked for' : '';
  return `one sharp frequency, ${where}, holds ${(100 * share).toPrecision(2)} % of the variance: ${cause}, not noise of the cell${levels}`;
}

/** Rate of the record: as set, else from an even time column; 1 where nobody knows. */
function rateOf(
  file: MeasuredFile,
  series: MeasuredSeries,
): { rate_Hz: number; isKnown: boolean; even: boolean } {
  const time = columnOf(series, 'time_s');
  const set = settingOf(file, 'rate_Hz');
  const even = time === undefined || isEven(time.values);
  if (set !== undefined && set > 0) return { rate_Hz: set, isKnown: true, even };
  if (time === undefined || time.unit !== 's' || !even) return { rate_Hz: 1, isKnown: false, even };
  const { values } = time;
  return { rate_Hz: (values.length - 1) / (values[values.length - 1] - values[0]), isKnown: true, even };
}

function isEven(time: Float64Array): boolean {
  const steps = time.slice(1).map((value, k) => value - time[k]);
  const usual = median(steps);
  // Clocks of instruments jitter: nineteen of twenty steps must agree.
  const odd = steps.filter((step) => !(Math.abs(step - usual) <= UNEVEN * usual)).length;
  return usual > 0 && odd <= 0.05 * steps.length;
}

/** How many samples at the beginning lie far off what comes after the first tenth. */
function startTransient(values: Float64Array): number {
  const most = Math.floor(START * values.length);
  const later = values.subarray(most);
  const centre = median(later);
  const sigma = 1.4826 * median(later.map((value) => Math.abs(value - centre)));
  let first = 0;
  while (first < most && Math.abs(values[first] - centre) > FAR_OFF * sigma) first++;
  return first;
}

function moments(values: Float64Array): { mean: number; sd: number; kurtosis: number } {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let [second, fourth] = [0, 0];
  for (const value of values) {
    second += (value - mean) ** 2;
    fourth += (value - mean) ** 4;
  }
  return { mean, sd: Math.sqrt(second / n), kurtosis: second > 0 ? (n * fourth) / second ** 2 : Number.NaN };
}
