import { stringify } from 'yaml';
import { htmlReport, type ReportSection } from '../../report/index.js';
import { planText, type StudyPlan } from './plan.js';
import type { StudyResults } from './results.js';
import { figuresOf } from './study-figures.js';
import {
  alikeText,
  chosenText,
  countsText,
  extremesOf,
  limitText,
  pointSpreadText,
  pointText,
  quantileText,
  repeatText,
  shortNumber,
  thresholdText,
  trialsText,
  valueText,
  yieldText,
} from './study-text.js';
import type { Threshold } from './thresholds.js';
import { STOPPED } from './trial-store.js';

/** What stands on the page of a study besides its results. */
export interface StudyPageText {
  /** The line that makes the trial of a point again, by its key. */
  readonly commandOf: (key: string) => string;
  /** `ohmprop 0.2.0, commit …` */
  readonly program: string;
  /** How far axes may go. */
  readonly thresholds?: readonly Threshold[];
  readonly width_mm?: number;
}

/** Rows of a table on the page; all are in the CSV. */
const MOST_ROWS = 500;

/** The results of a study as one HTML file. */
export function studyPage(plan: StudyPlan, results: StudyResults, text: StudyPageText): string {
  const { metrics, points, trials, failures, open, name } = results;
  const seconds = trials.reduce((sum, { numbers }) => sum + (numbers.get('seconds') ?? 0), 0);
  return htmlReport(
    {
      title: `Study ${name}`,
      summary: [
        ['command', `ohmprop ${plan.command}`],
        ['trials', failures.length + open === 0 ? trials.length : countsText(results)],
        ['points', points.length],
        plan.draws === undefined ? ['seeds of each', plan.seeds] : ['draws of hardware of each', plan.draws],
        ['time computed', `${shortNumber(Number((seconds / 3600).toPrecision(3)))} h`],
        ['computed by', text.program],
      ],
      warnings: [
        ...alikeText(results),
        ...chosenText(results),
        ...(open > 0 ? [`${open} trials have no answer yet: means are of those that have`] : []),
        ...(plan.draws === undefined && plan.seeds < FEW && plan.seeds > 1
          ? [`${plan.seeds} seeds: an interval of so few is a guess`]
          : []),
      ],
      sections: [
        pointsSection(results, text),
        ...hardwareSection(results, text),
        ...metrics.flatMap((metric) =>
          figuresOf(results, metric).map((figure): ReportSection => ({ title: figure.title, figure })),
        ),
        ...thresholdSection(text.thresholds ?? []),
        ...effectsSection(results),
        ...(failures.length === 0
          ? []
          : [
              {
                title: failures.some(({ code }) => code === STOPPED)
                  ? 'Failed and stopped trials'
                  : 'Failed trials',
                table: {
                  columns: ['point', results.repeats === 'draws' ? 'hardware' : 'seed', 'reason'],
                  rows: failures
                    .slice(0, MOST_ROWS)
                    .map((one) => [pointText(one), one.hardwareSeed ?? one.seed ?? '', one.message]),
                },
              },
            ]),
      ],
      config: stringify(planText(plan)),
    },
    { width_mm: text.width_mm },
  );
}

const FEW = 4;

/** Yield, quantiles and ends of a study that draws hardware. */
function hardwareSection(
  { distributions, limits, repeats, axes }: StudyResults,
  { commandOf }: StudyPageText,
): ReportSection[] {
  if (repeats !== 'draws' || distributions.length === 0) return [];
  const shares = distributions[0].quantiles.map(({ share }) => share);
  const limited = limits.length === 0 ? '' : ` A draw is good where ${limits.map(limitText).join(' and ')}.`;
  return [
    {
      title: 'Over the hardware drawn',
      caption: `Each draw is another piece of hardware, everything else alike: data, their order and the start of a training.${limited} Quantiles with 95 % intervals from order statistics, whatever the distribution is; ? where so few draws say nothing that far out.`,
      table: {
        columns: [...axes, 'number', 'draws', ...shares.map((share) => `${shortNumber(100 * share)} %`)],
        rows: distributions
          .slice(0, MOST_ROWS)
          .map(({ values, metric, n, quantiles }) => [
            ...axes.map((axis) => valueText(values[axis])),
            metric,
            n,
            ...quantiles.map(quantileText),
          ]),
      },
    },
    {
      title: 'Worst cases',
      caption:
        'The command computes that very draw again. Beyond: at 95 % confidence no more of such hardware is worse than the worst of these draws.',
      table: {
        columns: [...axes, 'number', 'which', 'value', 'hardware', 'beyond', 'command'],
        rows: distributions
          .slice(0, MOST_ROWS)
          .flatMap((one) =>
            extremesOf(one).map(([name, extreme]) => [
              ...axes.map((axis) => valueText(one.values[axis])),
              one.metric,
              name,
              shortNumber(extreme.value),
              repeatText(extreme),
              `${shortNumber(Number((100 * one.beyond).toPrecision(2)))} %`,
              commandOf(extreme.key),
            ]),
          ),
      },
    },
  ];
}

function pointsSection(
  { axes, metrics, points, trials, repeats }: StudyResults,
  { commandOf }: StudyPageText,
): ReportSection {
  const withYield = points.some((point) => point.yield !== undefined);
  const firstOf = new Map(trials.map(({ values, key }) => [JSON.stringify(values), key] as const).reverse());
  return {
    title: 'Points',
    caption: `Mean ± standard deviation over ${repeats === 'draws' ? 'draws of hardware' : 'seeds'}, [95 % interval of the mean]; in brackets the difference to the first point, ${repeats === 'draws' ? 'draw by draw' : 'seed by seed'}, with its 95 % interval.${withYield ? ' Yield: trials that keep the limits, of those that have ended, with the interval of Wilson; one that failed keeps none.' : ''}`,
    table: {
      columns: [
        ...axes,
        ...metrics,
        ...(withYield ? ['yield'] : []),
        'n',
        `command of the first ${repeats === 'draws' ? 'draw' : 'seed'}`,
      ],
      rows: points.slice(0, MOST_ROWS).map((point) => {
        const key = firstOf.get(JSON.stringify(point.values));
        return [
          ...axes.map((axis) => valueText(point.values[axis])),
          ...metrics.map((metric) => {
            const [spread, difference] = [point.spreads[metric], point.differences[metric]];
            if (spread === undefined) return '–';
            const pairs =
              difference === undefined || difference.n === point.trials
                ? ''
                : `, ${difference.n} pair${difference.n === 1 ? '' : 's'}`;
            const less = difference === undefined ? '' : ` (${intervalText(difference, true)}${pairs})`;
            return `${pointSpreadText(point, metric)}${spread.low === undefined ? '' : ` [${shortNumber(spread.low)}, ${shortNumber(spread.high ?? Number.NaN)}]`}${less}`;
          }),
          ...(withYield ? [yieldText(point)] : []),
          trialsText(point),
          key === undefined ? '' : commandOf(key),
        ];
      }),
    },
  };
}

function thresholdSection(thresholds: readonly Threshold[]): ReportSection[] {
  if (thresholds.length === 0) return [];
  return [
    {
      title: 'How far each axis may go',
      caption:
        'Where the mean difference to the first value of the axis, seed by seed, reaches the amount, between two values along a line; in brackets where its 95 % interval does.',
      table: { columns: ['threshold'], rows: thresholds.map((one) => [thresholdText(one)]) },
    },
  ];
}

function effectsSection({ effects, axes }: StudyResults): ReportSection[] {
  if (axes.length === 0) return [];
  return [
    {
      title: 'What each axis does',
      caption:
        'Means over everything else; differences to the first value of the axis over pairs of trials that are alike in all else, with 95 % intervals.',
      table: {
        columns: ['axis', 'value', 'number', 'mean', 'difference', 'pairs'],
        rows: effects
          .slice(0, MOST_ROWS)
          .map(({ key, value, metric, mean, difference }) => [
            key,
            valueText(value),
            metric,
            shortNumber(mean),
            difference === undefined ? '' : intervalText(difference, true),
            difference?.n ?? '',
          ]),
      },
    },
  ];
}

function intervalText(
  { mean, low, high }: { mean: number; low?: number; high?: number },
  signed: boolean,
): string {
  const show = (value: number): string =>
    signed && value > 0 ? `+${shortNumber(value)}` : shortNumber(value);
  return low === undefined || high === undefined
    ? show(mean)
    : `${show(mean)}, ${show(low)} to ${show(high)}`;
}
