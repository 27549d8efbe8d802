import type { PulseTrain } from './drive-text.js';
import { inputError } from './errors.js';

/** A sine whose two halves may have different amplitudes; starts at 0 V rising. */
export function sineDrive(
  positive_V: number,
  negative_V: number,
  frequency_Hz: number,
): (time_s: number) => number {
  return (t) => {
    const s = Math.sin(2 * Math.PI * frequency_Hz * t);
    return s >= 0 ? positive_V * s : negative_V * s;
  };
}

/** A triangle at a constant rate: from 0 V to the positive peak, to the negative one, and back to 0 V in one period. */
export function triangleDrive(
  positive_V: number,
  negative_V: number,
  period_s: number,
): (time_s: number) => number {
  const way_V = 2 * (positive_V - negative_V);
  return (t) => {
    const gone_V = way_V * (t / period_s - Math.floor(t / period_s));
    if (gone_V <= positive_V) return gone_V;
    const down_V = 2 * positive_V - gone_V;
    return down_V >= negative_V ? down_V : gone_V - way_V;
  };
}

/**
 * Straight lines between voltages at given times, held before the first and after the last.
 * @throws OhmpropError `waveform.times` where times do not rise, or there is none
 */
export function tableDrive(
  times_s: ArrayLike<number>,
  voltages_V: ArrayLike<number>,
): (time_s: number) => number {
  const n = times_s.length;
  if (n < 2 || n !== voltages_V.length) {
    throw inputError(
      'waveform.times',
      `a drive needs at least two times, each with a voltage; got ${n} and ${voltages_V.length}`,
    );
  }
  for (let i = 1; i < n; i++) {
    if (times_s[i] > times_s[i - 1]) continue;
    throw inputError(
      'waveform.times',
      `times must rise: number ${i + 1} is ${times_s[i]} s after ${times_s[i - 1]} s`,
    );
  }
  return (t) => {
    if (t <= times_s[0]) return voltages_V[0];
    if (t >= times_s[n - 1]) return voltages_V[n - 1];
    let [low, high] = [0, n - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (times_s[middle] <= t) low = middle;
      else high = middle;
    }
    const share = (t - times_s[low]) / (times_s[high] - times_s[low]);
    return voltages_V[low] + share * (voltages_V[high] - voltages_V[low]);
  };
}

/** Trains of rectangular pulses over time: what each is made of, and where it ends. */
export interface PulsesWave {
  readonly drive_V: (time_s: number) => number;
  /** Where the voltage jumps, the end of the last rest included, s, rising. */
  readonly edges_s: Float64Array;
}

/**
 * Pulses one after another, each followed by a rest at 0 V as long as itself.
 * @param trains each with its width and count @throws OhmpropError `drive.value` where one of the two is missing
 */
export function pulsesWave(trains: readonly PulseTrain[]): PulsesWave {
  const starts: number[] = [];
  const voltages: number[] = [];
  let at = 0;
  for (const { amplitude_V, width_s, count } of trains) {
    if (width_s === undefined || count === undefined) {
      throw inputError(
        'drive.value',
        `a train of ${amplitude_V} V needs its width and count over time: pulses:+1.2V,1us,100/-1.3V,1us,100`,
      );
    }
    for (let k = 0; k < count; k++) {
      starts.push(at + 2 * k * width_s, at + (2 * k + 1) * width_s);
      voltages.push(amplitude_V, 0);
    }
    at += 2 * count * width_s;
  }
  return {
    edges_s: Float64Array.from([...starts, at]),
    drive_V: (t) => {
      if (t < 0 || t >= at) return 0;
      let [low, high] = [0, starts.length];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (starts[middle] <= t) low = middle;
        else high = middle;
      }
      return voltages[low];
    },
  };
}
