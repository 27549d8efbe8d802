import type { StudyPoint, StudyResults } from './results.js';
import type { Spread } from './spread.js';
import type { Threshold } from './thresholds.js';

/** A number with as many digits as anybody reads. */
export function shortNumber(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value).replace('-', '−');
  const digits =
    Math.abs(value) >= 1e-3 && Math.abs(value) < 1e6
      ? String(Number(value.toPrecision(4)))
      : value.toExponential(3);
  return digits.replaceAll('-', '−');
}

/** `0.0331 ± 0.0012`: mean and standard deviation. */
export function spreadText({ mean, deviation }: Spread): string {
  return deviation === undefined ? shortNumber(mean) : `${shortNumber(mean)} ± ${shortNumber(deviation)}`;
}

/** A value of an axis as it was written. */
export function valueText(value: unknown): string {
  if (typeof value === 'number') return shortNumber(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `readout.noise_V 10uV, training.nudge current-held` */
export function pointText({ values }: Pick<StudyPoint, 'values'>): string {
  const parts = Object.entries(values).map(([key, value]) => `${key} ${valueText(value)}`);
  return parts.length === 0 ? 'as it is' : parts.join(', ');
}

/** A table for a terminal: a row a point. */
export function resultsText({ metrics, axes, points, failures, open, trials }: StudyResults): string {
  const withYield = points.some((point) => point.yield !== undefined);
  const heading = [...axes, ...metrics, ...(withYield ? ['yield'] : []), 'n'];
  const rows = points.map((point) => [
    ...axes.map((key) => valueText(point.values[key])),
    ...metrics.map((metric) =>
      point.spreads[metric] === undefined ? '–' : spreadText(point.spreads[metric]),
    ),
    ...(withYield ? [point.yield === undefined ? '–' : `${point.yield.good} of ${point.yield.n}`] : []),
    point.failed === 0 ? String(point.trials) : `${point.trials}, ${point.failed} failed`,
  ]);
  const widths = heading.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at].length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at]))
      .join('  ')
      .trimEnd();
  const counts = [
    `${trials.length} trials`,
    ...(failures.length > 0 ? [`${failures.length} failed`] : []),
    ...(open > 0 ? [`${open} open`] : []),
  ];
  const several = points.some((point) => Object.values(point.spreads).some(({ n }) => n > 1));
  return [
    line(heading),
    ...rows.map(line),
    `${counts.join(', ')}${several ? '; mean ± standard deviation over seeds' : ''}`,
    ...failures
      .slice(0, MOST_FAILURES)
      .map(
        ({ message, ...at }) =>
          `failed at ${pointText(at)}${at.seed === undefined ? '' : `, seed ${at.seed}`}: ${message}`,
      ),
  ].join('\n');
}

const MOST_FAILURES = 3;

/** `testError rises by 0.003 at readout.noise_V 2.3e-7 [1.6e-7, 3.1e-7], 5 seeds` */
export function thresholdText({ metric, amount, axis, at, value, low, high, seeds }: Threshold): string {
  const where = Object.keys(at).length === 0 ? '' : `${pointText({ values: at })}: `;
  const what = `${metric} ${amount > 0 ? 'rises' : 'falls'} by ${shortNumber(Math.abs(amount))}`;
  const end = (number: number | undefined): string =>
    number === undefined ? 'beyond' : shortNumber(round(number));
  const counted = `${seeds} ${seeds === 1 ? 'seed' : 'seeds'}`;
  if (value === undefined)
    return `${where}${what} at no value of ${axis}${low === undefined ? '' : `, perhaps from ${end(low)} on`} (${counted})`;
  return `${where}${what} at ${axis} ${end(value)}${seeds === 1 ? '' : ` [${end(low)}, ${end(high)}]`} (${counted})`;
}

const round = (value: number): number => Number(value.toPrecision(3));
