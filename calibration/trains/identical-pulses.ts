import { formatQuantity } from '../../core/index.js';
import { columnOf, type MeasuredSeries } from '../measured/index.js';
import { IDENTICAL, twoHeights } from './cut-trains.js';

/** Fewest pulses of one sign that a rise is said of. */
const MIN_POINTS = 4;

/** Amplitude of the pulse of each row; beside a count of pulses, a column of voltages that does not hold one is of them too. */
export function amplitudesOf(series: MeasuredSeries): Float64Array | undefined {
  const own = columnOf(series, 'amplitude_V') ?? columnOf(series, 'appliedVoltage_V');
  if (own !== undefined || columnOf(series, 'pulse') === undefined) return own?.values;
  const voltage = columnOf(series, 'voltage_V')?.values;
  return voltage !== undefined && constantOf(voltage) === undefined ? voltage : undefined;
}

/** Amplitudes of one sign that rise from row to row: no identical pulses. */
export function risesByAmplitude(amplitudes: Float64Array | undefined): boolean {
  if (amplitudes === undefined || twoHeights(amplitudes) !== undefined) return false;
  const sizes = amplitudes.filter(Number.isFinite);
  return [sizes.filter((v) => v > 0), sizes.filter((v) => v < 0)].some((one) => {
    const [low, high] = [Math.min(...one.map(Math.abs)), Math.max(...one.map(Math.abs))];
    return one.length >= MIN_POINTS && high - low > IDENTICAL * high;
  });
}

/** Widths that differ are of two polarities at the most. */
const MOST_WIDTHS = 2;

/** Why pulses are no identical ones by their widths, as a sentence: NL compares pulses that are. */
export function unlikeWidths(widths: Float64Array | undefined): string | undefined {
  const own = widths?.filter((w) => w > 0) ?? new Float64Array();
  const distinct: number[] = [];
  for (const width of own) {
    if (distinct.some((one) => Math.abs(one - width) <= IDENTICAL * one)) continue;
    distinct.push(width);
    if (distinct.length > MOST_WIDTHS) break;
  }
  if (distinct.length <= MOST_WIDTHS) return undefined;
  const [low, high] = [Math.min(...own), Math.max(...own)];
  return `pulses are ${formatQuantity(low, 's')} to ${formatQuantity(high, 's')} wide: no identical pulses, so no NL and no law of one pulse`;
}

/** The one value of a column that holds it. */
export function constantOf(values: Float64Array): number | undefined {
  const finite = values.filter(Number.isFinite);
  const [low, high] = [Math.min(...finite), Math.max(...finite)];
  return finite.length > 0 && high !== 0 && high - low <= 1e-3 * Math.abs(high)
    ? (low + high) / 2
    : undefined;
}
