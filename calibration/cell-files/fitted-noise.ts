import { type Estimate, LEVEL, Z_975 } from '../estimates/index.js';
import type { CellDescription, RepeatNoise } from '../trains/index.js';
import { estimateInFile } from './estimate-schema.js';
import type { CellParts } from './schema.js';

type Population = NonNullable<CellParts['population']>;

/**
 * Noise of pulses and of reads from repetitions, apart. Of both directions together; what they do not tell from none is in the file
 * as not identifiable with its bound, and no simulation takes it. The noise of reads is apart (`measuredReads`): it is the
 * instrument's as well, and a network that is read so may not learn at all.
 * @param window_S g_max − g_min of the file, which shares of the range are of
 */
export function noiseOfCell({ noise, up, down }: CellDescription, window_S: number): Population {
  const found = [noise.up, noise.down].filter((n) => n !== undefined);
  if (found.length === 0) {
    return {
      spreads: {},
      notSeparated: [{ spreads: ['c2c', 'write', 'read'], reason: 'no train was repeated' }],
    };
  }
  const ofRange = found.every(({ takes }) => takes.write === 'range');
  const scaled = ({ c2cRange, range }: RepeatNoise): Estimate => {
    const times = range / window_S;
    return {
      ...c2cRange,
      value: times * c2cRange.value,
      low: times * c2cRange.low,
      high: times * c2cRange.high,
    };
  };
  return {
    cycles: Math.max(up.length, down.length),
    spreads: {
      ...(ofRange
        ? { c2cRange: estimateInFile(together(found.map(scaled))) }
        : { c2c: estimateInFile(together(found.map(({ c2cStep }) => c2cStep))) }),
    },
    measuredReads: estimateInFile(together(found.map(({ read }) => read))),
    notSeparated: [
      {
        spreads: ['write', 'read'],
        reason:
          'a train reads once after each pulse: the noise of its reads holds what writes do not keep, the cell and the instrument',
      },
    ],
  };
}

/** One number of two directions: their mean, weighted by their intervals; with the wider one's where one gives but a bound. */
function together(estimates: readonly Estimate[]): Estimate {
  const told = estimates.filter(({ identifiable }) => identifiable);
  if (told.length === 0) return estimates.reduce((a, b) => (b.high > a.high ? b : a));
  if (told.length === 1) return told[0];
  const errors = told.map(({ low, high }) => (high - low) / (2 * Z_975));
  const weights = errors.map((error) => 1 / error ** 2);
  const whole = weights.reduce((a, b) => a + b, 0);
  const value = told.reduce((sum, { value }, k) => sum + (weights[k] * value) / whole, 0);
  // directions that differ by more than their intervals say do not make a surer mean
  const misfit = told.reduce((sum, e, k) => sum + weights[k] * (e.value - value) ** 2, 0) / (told.length - 1);
  const half = (Z_975 * Math.sqrt(Math.max(1, misfit))) / Math.sqrt(whole);
  return {
    value,
    low: Math.max(0, value - half),
    high: value + half,
    level: LEVEL,
    identifiable: value > half,
    n: told.reduce((sum, { n }) => sum + n, 0),
    method: `${told[0].method}; both directions, weighted`,
  };
}
