import { inputError } from '../core/index.js';
import type { TargetCoding } from '../devices/contract/index.js';
import type { DataSet, Samples } from './data/index.js';

/** How near outputs come to numbers that were asked for, by column. */
export interface Fit {
  /** Of the columns; runs of 0.1 do not say them. */
  readonly names?: readonly string[];
  /** Share of a column's variance that the outputs explain: 1 − Σ(v − y)²/Σ(y − ȳ)². */
  readonly r2: readonly number[];
  /** Root mean square of v − y, in the device's node unit: V, or 1. */
  readonly rmse_V: readonly number[];
}

/**
 * Numbers as voltages: each column affine, so that the range that the training samples show goes from `off` to `on`. Others may lie outside.
 */
export class ValueCoding {
  private readonly names: readonly string[];
  private readonly offset: Float64Array;
  private readonly gain: Float64Array;
  /** Of the training samples, V². */
  private readonly variance: Float64Array;

  /** @throws `coding.fit` where there are no numbers, `coding.constant` where a column does not vary */
  constructor(dataSet: DataSet, { off, on }: TargetCoding) {
    const { targets, train, name } = dataSet;
    if (targets === undefined) {
      throw inputError(
        'coding.fit',
        `"value" targets are numbers, and ${name} has classes; name columns with --targets`,
      );
    }
    const still = targets.ranges.findIndex(([low, high]) => !(high > low));
    if (still >= 0) {
      throw inputError(
        'coding.constant',
        `${name}: column ${targets.names[still]} is ${targets.ranges[still][0]} in every training sample; there is nothing to learn of it, leave it out`,
      );
    }
    this.names = targets.names;
    this.gain = Float64Array.from(targets.ranges, ([low, high]) => (on - off) / (high - low));
    this.offset = Float64Array.from(targets.ranges, ([low], k) => off - this.gain[k] * low);
    const indices = Array.from({ length: train.count }, (_, s) => s);
    const encoded = new Float64Array(train.count * this.gain.length);
    this.encode(train, indices, encoded);
    this.variance = this.gain.map((_, k) => spread(encoded, this.gain.length, k) / Math.max(1, train.count));
  }

  /** Voltages of the samples `indices`, [indices.length × columns]. */
  encode({ targets }: Samples, indices: ArrayLike<number>, out: Float64Array): void {
    const { gain, offset } = this;
    for (let s = 0; s < indices.length; s++) {
      for (let k = 0; k < gain.length; k++) {
        out[s * gain.length + k] =
          offset[k] + gain[k] * (targets?.[indices[s] * gain.length + k] ?? Number.NaN);
      }
    }
  }

  /** The number that a voltage stands for, in the unit of the source. */
  decode(voltage: number, k: number): number {
    return (voltage - this.offset[k]) / this.gain[k];
  }

  /** Σ(v − y)² of outputs `s` over the training variance, mean over the columns: its mean over samples is 1 − R². */
  missOf(outputs: Float64Array, targets: Float64Array, s: number): number {
    const n = this.gain.length;
    let sum = 0;
    for (let k = 0; k < n; k++) sum += (outputs[s * n + k] - targets[s * n + k]) ** 2 / this.variance[k];
    return sum / n;
  }

  /** @param outputs, targets `[samples × columns]` */
  fitOf(outputs: Float64Array, targets: Float64Array): Fit {
    const n = this.gain.length;
    const left = Array.from(this.gain, (_, k) => {
      let sum = 0;
      for (let e = k; e < outputs.length; e += n) sum += (outputs[e] - targets[e]) ** 2;
      return sum;
    });
    return {
      names: this.names,
      r2: left.map((sum, k) => {
        const whole = spread(targets, n, k);
        return whole > 0 ? 1 - sum / whole : sum === 0 ? 1 : 0;
      }),
      rmse_V: left.map((sum) => Math.sqrt(sum / Math.max(1, outputs.length / n))),
    };
  }
}

/** Σ(y − ȳ)² of column k of `values`, [samples × n]. */
function spread(values: Float64Array, n: number, k: number): number {
  const count = values.length / n;
  let mean = 0;
  for (let e = k; e < values.length; e += n) mean += values[e] / count;
  let sum = 0;
  for (let e = k; e < values.length; e += n) sum += (values[e] - mean) ** 2;
  return sum;
}
