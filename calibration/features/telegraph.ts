import { type Estimate, LEVEL, Z_975 } from '../estimates/index.js';

/** Random telegraph noise: two levels, and how long it stays in each. */
export interface Telegraph {
  /** [unit of the data] */
  readonly low: number;
  readonly high: number;
  /** Changes between them. */
  readonly transitions: number;
  /** Time in a state over the number of times that it was left [s, or samples where the rate is not known]. */
  readonly dwellLow: Estimate;
  readonly dwellHigh: Estimate;
}

const BINS = 120;
/** Between two levels the histogram falls at least to that share of the smaller one. */
const VALLEY = 0.6;
/** Levels nearer than that many σ of one sample are one. */
const APART = 5;
const MIN_TRANSITIONS = 4;
/** A jump takes no longer than that many samples; a drift does. */
const SUDDEN = 3;
/** A mode below that share of the largest is a few odd samples. */
const MODE = 0.05;

/**
 * Two levels of a record, or undefined: modes of the histogram with a valley between them, at least five σ of a sample apart, changed
 * between at least four times, each time within three samples (median). Of several pairs the one with the
 * deepest valley between its modes; levels are the means of the samples in each. A drift
 * through two levels is slow, a start transient comes once: neither counts.
 * @param step_s time between samples; 1 counts samples
 */
export function telegraphOf(values: Float64Array, step_s: number): Telegraph | undefined {
  const sigma = sampleNoise(values);
  const modes = modesOf(values, sigma);
  let best: { prominence: number; changes: Changes } | undefined;
  for (let a = 0; a < modes.length; a++)
    for (let b = a + 1; b < modes.length; b++) {
      const [low, high] = [modes[a], modes[b]];
      if (high.value - low.value < APART * sigma) continue;
      const valley = Math.min(...modes.slice(a, b).map(({ valleyAfter }) => valleyAfter));
      if (valley > VALLEY * Math.min(low.height, high.height)) continue;
      const changes = changesBetween(values, low.value, high.value);
      if (changes.count < MIN_TRANSITIONS || changes.medianLength > SUDDEN) continue;
      const prominence = Math.min(low.height, high.height) - valley;
      if (best === undefined || prominence > best.prominence) best = { prominence, changes };
    }
  if (best === undefined) return undefined;
  const { changes } = best;
  return {
    low: changes.meanLow,
    high: changes.meanHigh,
    transitions: changes.count,
    dwellLow: dwell(changes.timeLow * step_s, changes.leftLow),
    dwellHigh: dwell(changes.timeHigh * step_s, changes.leftHigh),
  };
}

/** σ of one sample, from the median step between neighbours: what is slow, and what jumps rarely, is not in it. */
function sampleNoise(values: Float64Array): number {
  const steps = new Float64Array(Math.max(0, values.length - 1));
  for (let k = 0; k < steps.length; k++) steps[k] = Math.abs(values[k + 1] - values[k]);
  steps.sort();
  return (1.4826 * (steps[steps.length >> 1] ?? 0)) / Math.SQRT2;
}

interface Mode {
  readonly value: number;
  readonly height: number;
  /** Lowest point of the histogram before the next mode. */
  readonly valleyAfter: number;
}

/** Modes of a smoothed histogram over all but the outermost thousandths. */
function modesOf(values: Float64Array, sigma: number): Mode[] {
  const sorted = Float64Array.from(values).sort();
  const from = sorted[Math.floor(0.001 * (sorted.length - 1))];
  const to = sorted[Math.ceil(0.999 * (sorted.length - 1))];
  const width = (to - from) / BINS;
  if (!(width > 0)) return [];
  const counts = new Float64Array(BINS);
  for (const value of values) {
    const bin = Math.floor((value - from) / width);
    if (bin >= 0 && bin <= BINS) counts[Math.min(BINS - 1, bin)]++;
  }
  const smooth = smoothed(counts, Math.max(1.5, (1.06 * sigma * values.length ** -0.2) / width));
  const top = Math.max(...smooth);
  const peaks: number[] = [];
  for (let k = 1; k + 1 < BINS; k++)
    if (smooth[k] > smooth[k - 1] && smooth[k] >= smooth[k + 1] && smooth[k] > MODE * top) peaks.push(k);
  return peaks.map((k, j) => ({
    value: from + (k + 0.5) * width,
    height: smooth[k],
    valleyAfter: j + 1 < peaks.length ? Math.min(...smooth.subarray(k, peaks[j + 1] + 1)) : Infinity,
  }));
}

/** Weighted by a Gaussian of that many bins. */
function smoothed(counts: Float64Array, bins: number): Float64Array {
  const reach = Math.ceil(4 * bins);
  return counts.map((_, at) => {
    let sum = 0;
    for (let k = Math.max(0, at - reach); k <= Math.min(counts.length - 1, at + reach); k++)
      sum += counts[k] * Math.exp(-0.5 * ((k - at) / bins) ** 2);
    return sum / bins / Math.sqrt(2 * Math.PI);
  });
}

interface Changes {
  readonly count: number;
  /** Samples from the last in one level to the first in the other. */
  readonly medianLength: number;
  readonly timeLow: number;
  readonly timeHigh: number;
  readonly leftLow: number;
  readonly leftHigh: number;
  readonly meanLow: number;
  readonly meanHigh: number;
}

/** A level is reached a quarter of the way before it and left where the other is: noise does not change it. */
function changesBetween(values: Float64Array, low: number, high: number): Changes {
  const quarter = (high - low) / 4;
  const lengths: number[] = [];
  const time = [0, 0];
  const left = [0, 0];
  const sum = [0, 0];
  let state = -1;
  let last = 0;
  values.forEach((value, k) => {
    const now = value <= low + quarter ? 0 : value >= high - quarter ? 1 : state;
    if (state >= 0 && now !== state) {
      lengths.push(k - last);
      left[state]++;
    }
    if (value <= low + quarter || value >= high - quarter) last = k;
    state = now;
    if (state < 0) return;
    time[state]++;
    sum[state] += value;
  });
  lengths.sort((a, b) => a - b);
  return {
    count: lengths.length,
    medianLength: lengths[lengths.length >> 1] ?? Infinity,
    timeLow: time[0],
    timeHigh: time[1],
    leftLow: left[0],
    leftHigh: left[1],
    meanLow: sum[0] / time[0],
    meanHigh: sum[1] / time[1],
  };
}

/** Maximum likelihood of exponential dwell times, the last one cut off by the end; interval of ln τ, whose σ is 1/√n. */
function dwell(time: number, left: number): Estimate {
  const value = left > 0 ? time / left : Infinity;
  const reach = Math.exp(Z_975 / Math.sqrt(Math.max(1, left)));
  return {
    value,
    low: left > 0 ? value / reach : time,
    high: left > 0 ? value * reach : Infinity,
    level: LEVEL,
    identifiable: left > 0,
    n: left,
    method: 'time in the state over times it was left (exponential dwell times, maximum likelihood)',
  };
}
