import { type Estimate, LEVEL, Z_975 } from '../estimates/index.js';
import type { MeasuredTrain } from './measured-train.js';

/** What repetitions of one train on one cell say of its noise; all of the range of the mean train. */
export interface RepeatNoise {
  readonly cycles: number;
  /** σ that one pulse adds for good: of the range, and of the mean step. */
  readonly c2cRange: Estimate;
  readonly c2cStep: Estimate;
  /** σ of what a read or a write leaves until the next: not kept by the cell. Read and write noise are not told apart by a train. */
  readonly readWriteRange: Estimate;
}

const BLOCKS = 10;

/**
 * Noise from repeats: same cell, same direction, as many pulses, at least two times. Deviations of the increments from their mean
 * over the cycles have variance σ_c² + 2σ_w² and lag-1 covariance −σ_w², where σ_c adds up from pulse to pulse and σ_w does not;
 * moments, with R/(R − 1) for the mean. Never from the residuals of a fit: they hold what the fit misses as well.
 * Intervals by a jackknife over ten blocks of pulses.
 * @returns undefined where there is no repetition
 */
export function noiseOfRepeats(trains: readonly MeasuredTrain[]): RepeatNoise | undefined {
  const pulses = Math.min(...trains.map(({ states }) => states.length));
  const cycles = trains.length;
  if (cycles < 2 || pulses < 2 * BLOCKS) return undefined;
  const mean = Float64Array.from({ length: pulses }, (_, n) =>
    trains.reduce((s, t) => s + t.states[n] / cycles, 0),
  );
  const range = Math.max(...mean) - Math.min(...mean);
  const step = Math.abs(mean[pulses - 1] - mean[0]) / (pulses - 1);
  const off = trains.map(({ states }) =>
    Float64Array.from({ length: pulses - 1 }, (_, n) => states[n + 1] - states[n] - mean[n + 1] + mean[n]),
  );
  /** Sums over one block of increments, and how many terms they have. */
  const blocks = Array.from({ length: BLOCKS }, (_, b) => {
    const [from, to] = [b, b + 1].map((k) => Math.floor((k * (pulses - 1)) / BLOCKS));
    const sums = { v0: 0, n0: 0, v1: 0, n1: 0 };
    for (const d of off) {
      for (let n = from; n < to; n++) {
        sums.v0 += d[n] * d[n];
        sums.n0++;
        if (n + 1 < to) {
          sums.v1 += d[n] * d[n + 1];
          sums.n1++;
        }
      }
    }
    return sums;
  });
  const unbias = cycles / (cycles - 1);
  const moments = (without: number): [c2c: number, write: number] => {
    const sum = { v0: 0, n0: 0, v1: 0, n1: 0 };
    blocks.forEach((block, b) => {
      if (b === without) return;
      sum.v0 += block.v0;
      sum.n0 += block.n0;
      sum.v1 += block.v1;
      sum.n1 += block.n1;
    });
    const [v0, v1] = [(unbias * sum.v0) / sum.n0, (unbias * sum.v1) / sum.n1];
    return [v0 + 2 * v1, -v1];
  };
  const whole = moments(-1);
  const leftOut = blocks.map((_, b) => moments(b));
  const estimateOf = (which: 0 | 1, unit: number): Estimate => {
    const middle = leftOut.reduce((s, m) => s + m[which] / BLOCKS, 0);
    const error = Math.sqrt(
      ((BLOCKS - 1) / BLOCKS) * leftOut.reduce((s, m) => s + (m[which] - middle) ** 2, 0),
    );
    const sigma = (variance: number) => Math.sqrt(Math.max(0, variance)) / unit;
    const low = sigma(whole[which] - Z_975 * error);
    return {
      value: sigma(whole[which]),
      low,
      high: sigma(whole[which] + Z_975 * error),
      level: LEVEL,
      identifiable: whole[which] > 0,
      n: cycles * (pulses - 1),
      method: `moments of the increments of ${cycles} repetitions, jackknife over ${BLOCKS} blocks of pulses`,
    };
  };
  return {
    cycles,
    c2cRange: estimateOf(0, range),
    c2cStep: estimateOf(0, step),
    readWriteRange: estimateOf(1, range),
  };
}
