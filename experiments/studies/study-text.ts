import type { Distribution, Extreme } from './distribution.js';
import type { Coordinates } from './plan.js';
import { bookkeeping, type StudyPoint, type StudyResults } from './results.js';
import type { Spread } from './spread.js';
import type { Threshold } from './thresholds.js';
import { STOPPED } from './trial-store.js';

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

/** A value of an axis as it was written, a number with as many digits as drawn points have, so that no two read alike. */
export function valueText(value: unknown): string {
  if (typeof value === 'number') {
    const short = shortNumber(value);
    if (Number(short.replaceAll('−', '-')) === value) return short;
    if (Number.isInteger(value)) return String(value).replace('-', '−');
    const digits = Number(value.toPrecision(6));
    return (Math.abs(value) < 1e-3 ? digits.toExponential() : String(digits)).replaceAll('-', '−');
  }
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** `readout.noise_V 10uV, training.nudge current-held` */
export function pointText({ values }: Pick<StudyPoint, 'values'>): string {
  const parts = Object.entries(values).map(([key, value]) => `${key} ${valueText(value)}`);
  return parts.length === 0 ? 'as it is' : parts.join(', ');
}

/** `seed 3`, `hardware 1007`; empty where the command draws nothing. */
export function repeatText({ seed, hardwareSeed }: Omit<Coordinates, 'values'>): string {
  if (hardwareSeed !== undefined) return `hardware ${hardwareSeed}`;
  return seed === undefined ? '' : `seed ${seed}`;
}

/** The mean of one number at a point, and of how many trials where others have none. */
export function pointSpreadText({ spreads, trials }: StudyPoint, metric: string): string {
  const spread = spreads[metric];
  if (spread === undefined) return '–';
  return `${spreadText(spread)}${spread.n === trials ? '' : ` (of ${spread.n})`}`;
}

/** `187 of 200, 93.5 % [89.2, 96.2]` */
export function yieldText({ yield: found }: StudyPoint): string {
  if (found === undefined) return '–';
  const { good, n, share, low, high } = found;
  return `${good} of ${n}, ${percent(share)} % [${percent(low)}, ${percent(high)}]`;
}

const percent = (share: number): string => String(Number((100 * share).toFixed(1)));

/** A limit as it was asked for. */
export const limitText = ({ metric, relation, value }: StudyResults['limits'][number]): string =>
  `${metric} ${{ '<=': '≤', '>=': '≥', '<': '<', '>': '>' }[relation]} ${shortNumber(value)}`;

/** `0.031 [0.029, 0.034]`; an end that so few draws cannot tell is `?`. */
export function quantileText({ value, low, high }: Distribution['quantiles'][number]): string {
  const end = (number: number | undefined): string => (number === undefined ? '?' : shortNumber(number));
  return `${shortNumber(value)} [${end(low)}, ${end(high)}]`;
}

/** The ends that matter of a distribution: the worst by its limit, both where it has none. */
export function extremesOf({ worst, least, most }: Distribution): readonly (readonly [string, Extreme])[] {
  if (worst === undefined) return [['least', least] as const, ['most', most] as const];
  return [['worst', worst === 'most' ? most : least] as const];
}

/** What a study of hardware says below its table. @param commandOf the line that computes a trial again, by its key */
export function distributionsText(
  { distributions, points }: StudyResults,
  commandOf: (key: string) => string,
): string[] {
  const one = points.length === 1;
  return distributions.slice(0, MOST_DISTRIBUTIONS).flatMap((found) => {
    const { metric, n, quantiles, beyond } = found;
    const of = (share: number) => quantiles.find((quantile) => quantile.share === share);
    const shown = [0.05, 0.5, 0.95].flatMap((share) => {
      const quantile = of(share);
      return quantile === undefined ? [] : [`${100 * share} % ${quantileText(quantile)}`];
    });
    return [
      `${one ? '' : `${pointText(found)}: `}${metric} over ${n} draws: quantiles ${shown.join(', ')}`,
      ...extremesOf(found).map(
        ([name, extreme]) =>
          `  ${name} ${shortNumber(extreme.value)}, ${repeatText(extreme)}: ${commandOf(extreme.key)}`,
      ),
      ...(found.worst === undefined
        ? []
        : [`  at most ${percent(beyond)} % of such hardware is worse than that (95 % confidence)`]),
    ];
  });
}

const MOST_DISTRIBUTIONS = 12;

/** Points whose every draw came to the same in every number: nothing of their hardware differs, and a yield of it says nothing. */
export function alikePoints({ distributions, points, trials }: StudyResults): readonly StudyPoint[] {
  if (distributions.length === 0) return [];
  const by = new Map<string, Set<string>>();
  const count = new Map<string, number>();
  for (const { values, numbers } of trials) {
    const place = JSON.stringify(values);
    const told = [...numbers].filter(([name]) => !bookkeeping.test(name));
    by.set(place, (by.get(place) ?? new Set()).add(JSON.stringify(told)));
    count.set(place, (count.get(place) ?? 0) + 1);
  }
  return points.filter(({ values }) => {
    const place = JSON.stringify(values);
    return (count.get(place) ?? 0) > 1 && by.get(place)?.size === 1;
  });
}

/** A warning of those; none where there are none. */
export function alikeText(results: StudyResults): string[] {
  const alike = alikePoints(results);
  if (alike.length === 0) return [];
  const where =
    alike.length === results.points.length ? '' : ` at ${alike.slice(0, 3).map(pointText).join('; ')}`;
  return [
    `all draws came to the same${where}: no number here depends on what differs from one piece of hardware to the next, and a yield says nothing`,
  ];
}

/** How many trials of a point have an answer, and what became of others: `3, 2 failed`. */
export function trialsText({ trials, failed, stopped }: StudyPoint): string {
  const lost = failed - stopped;
  return [
    trials,
    ...(stopped > 0 ? [`${stopped} stopped`] : []),
    ...(lost > 0 ? [`${lost} failed`] : []),
  ].join(', ');
}

/** `6 trials`, or `2 of 6 trials have an answer, 3 stopped, 1 failed`. */
export function countsText({ trials, failures, open }: StudyResults): string {
  const all = trials.length + failures.length + open;
  if (all === trials.length) return `${all} trial${all === 1 ? '' : 's'}`;
  const stopped = failures.filter(({ code }) => code === STOPPED).length;
  const lost = failures.length - stopped;
  return [
    `${trials.length} of ${all} trials ${trials.length === 1 ? 'has' : 'have'} an answer`,
    ...(stopped > 0 ? [`${stopped} stopped`] : []),
    ...(lost > 0 ? [`${lost} failed`] : []),
    ...(open > 0 ? [`${open} open`] : []),
  ].join(', ');
}

/** A warning where the worse points were stopped by their test error: of those that are left it is no estimate. */
export function chosenText({ failures }: StudyResults): string[] {
  const chosen = failures.some(
    ({ code, message }) => code === STOPPED && / test error of at most /.test(message),
  );
  return chosen
    ? [
        'the points that went on were chosen by their test error, which is then no estimate of what they do on other samples; hold some out to choose by: --validation',
      ]
    : [];
}

/** A table for a terminal: a row a point. */
export function resultsText(results: StudyResults): string {
  const { metrics, axes, points, failures, repeats } = results;
  const withYield = points.some((point) => point.yield !== undefined);
  const heading = [...axes, ...metrics, ...(withYield ? ['yield'] : []), 'n'];
  const rows = points.map((point) => [
    ...axes.map((key) => valueText(point.values[key])),
    ...metrics.map((metric) => pointSpreadText(point, metric)),
    ...(withYield ? [yieldText(point)] : []),
    trialsText(point),
  ]);
  const widths = heading.map((name, at) => Math.max(name.length, ...rows.map((row) => row[at].length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at]))
      .join('  ')
      .trimEnd();
  // What failed of itself is told before what the study stopped.
  const shown = [...failures]
    .sort((a, b) => Number(a.code === STOPPED) - Number(b.code === STOPPED))
    .slice(0, MOST_FAILURES);
  const several = points.some((point) => Object.values(point.spreads).some(({ n }) => n > 1));
  return [
    line(heading),
    ...rows.map(line),
    `${countsText(results)}${several ? `; mean ± standard deviation over ${repeats === 'draws' ? 'draws of hardware' : 'seeds'}` : ''}${withYield ? `; yield: ${results.limits.map(limitText).join(', ')}` : ''}`,
    ...shown.map(
      ({ message, code, ...at }) =>
        `${code === STOPPED ? 'not gone on with' : 'failed'} at ${[pointText(at), repeatText(at)].filter((text) => text !== '').join(', ')}: ${message}`,
    ),
    ...(failures.length > shown.length ? [`and ${failures.length - shown.length} more like these`] : []),
    ...chosenText(results),
    ...alikeText(results),
  ].join('\n');
}

const MOST_FAILURES = 3;

/** `testError rises by 0.003 at readout.noise_V 2.3e-7 [1.6e-7, 3.1e-7], 5 seeds` */
export function thresholdText({
  metric,
  amount,
  axis,
  at,
  value,
  low,
  high,
  seeds,
  isOfDraws,
}: Threshold): string {
  const where = Object.keys(at).length === 0 ? '' : `${pointText({ values: at })}: `;
  const what = `${metric} ${amount > 0 ? 'rises' : 'falls'} by ${shortNumber(Math.abs(amount))}`;
  const end = (number: number | undefined): string =>
    number === undefined ? 'beyond' : shortNumber(round(number));
  const unit = isOfDraws === true ? 'draw' : 'seed';
  const counted = `${seeds} ${unit}${seeds === 1 ? '' : 's'}`;
  if (value === undefined)
    return `${where}${what} at no value of ${axis}${low === undefined ? '' : `, perhaps from ${end(low)} on`} (${counted})`;
  return `${where}${what} at ${axis} ${end(value)}${seeds === 1 ? '' : ` [${end(low)}, ${end(high)}]`} (${counted})`;
}

const round = (value: number): number => Number(value.toPrecision(3));
