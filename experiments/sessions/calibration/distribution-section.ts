import type {
  DistributionComparison,
  DistributionFit,
  Summary,
} from '../../../calibration/estimates/index.js';
import { type FeatureSummary, thresholdNames } from '../../../calibration/features/index.js';
import { formatQuantity } from '../../../core/index.js';
import {
  type MeasuredNumber,
  type PageCell,
  type PageFigure,
  type PageSection,
  type PageTable,
  probabilityPlot,
  type Sample,
} from '../../../report/index.js';
import { type CellRow, sharedRead } from './cell-rows.js';
import { cycleQuantities, medianCell, quantitiesOf, shownEstimate } from './feature-summary.js';
import { MOST_ROWS } from './loop-section.js';

/** Cells that have a distribution of their own; of more, the cells are the sample. */
const MOST_CELLS = 5;
const MIN_POINTS = 8;

/** Distributions over the cycles of each cell, or over the cells where there are many. */
export function distributionSection(rows: readonly CellRow[]): PageSection | undefined {
  const switching = rows.filter(({ loops }) => loops.verdict.switches);
  const many = switching.length > MOST_CELLS;
  const withLaws = switching
    .filter(({ loops }) => loops.summaries.some(({ distributions }) => distributions !== undefined))
    .slice(0, MOST_CELLS);
  if (many && switching.length >= MIN_POINTS) return overCells(switching);
  if (withLaws.length === 0) return undefined;
  const figures = [
    {
      names: ['setVoltage_V', 'resetVoltage_V', ...thresholdNames.map(({ name }) => name)],
      quantity: 'voltage',
      unit: 'V',
      file: 'voltages',
    },
    { names: ['on_S', 'off_S'], quantity: 'conductance', unit: 'S', file: 'conductances' },
  ].flatMap(({ names, quantity, unit, file }): PageFigure[] => {
    const samples = withLaws.flatMap(({ name, loops }) =>
      names.flatMap((wanted): Sample[] => {
        const summary = loops.summaries.find((one) => one.name === wanted);
        if (summary === undefined || summary.n < MIN_POINTS) return [];
        return [sampleOf(summary, withLaws.length === 1 ? plain[wanted] : `${name}: ${plain[wanted]}`)];
      }),
    );
    if (samples.length === 0) return [];
    return [
      {
        figure: probabilityPlot({ quantity, unit, samples }),
        caption: `Distribution over the cycles of ${quantity === 'voltage' ? 'the voltages at which the state changes (magnitudes)' : 'the conductances of both states'}. A Weibull distribution is straight on the left, a lognormal one on the right; lines are the fits.`,
        file: `figures/distribution-of-${file}`,
      },
    ];
  });
  return {
    title: 'Distributions over cycles',
    figures,
    tables: [
      lawTable(withLaws.flatMap(({ name, loops }) => loops.summaries.map((summary) => ({ name, summary })))),
    ],
    remarks: [
      'Cycles follow each other: intervals (from 200 cycles on of a block bootstrap, of fewer by the profile of the likelihood) and ΔAIC are for the effective number of cycles. Fewer than 8 cycles give no interval.',
    ],
  };
}

/** Names of summaries for people. */
export const plain: Readonly<Record<string, string>> = {
  setVoltage_V: 'set',
  resetVoltage_V: 'reset',
  thresholdPositive_V: 'threshold +',
  holdPositive_V: 'hold +',
  thresholdNegative_V: 'threshold −',
  holdNegative_V: 'hold −',
  on_S: 'on',
  off_S: 'off',
  window: 'window',
  loopArea_VA: 'loop area',
  maxCurrent_A: 'largest current',
};

/** A summary as a sample on probability paper, with its fitted laws. */
export function sampleOf(summary: FeatureSummary, name: string): Sample {
  const { observations, censored, distributions } = summary;
  const weibull = distributions?.fits.find(({ law }) => law === 'weibull');
  const lognormal = distributions?.fits.find(({ law }) => law === 'lognormal');
  return {
    name,
    values: observations.high.filter(Number.isFinite),
    ...(censored === 0 ? {} : { rightCensored: censored }),
    ...(weibull === undefined ? {} : { weibull: weibullShare(weibull) }),
    ...(lognormal === undefined ? {} : { lognormal: lognormalShare(lognormal) }),
  };
}

const weibullShare =
  ({ parameters: { shape, scale } }: DistributionFit) =>
  (value: number): number =>
    -Math.expm1(-((value / scale.value) ** shape.value));

const lognormalShare =
  ({ parameters: { median, sigma } }: DistributionFit) =>
  (value: number): number =>
    normalShare(Math.log(value / median.value) / sigma.value);

/** Standard normal distribution function to 7e-8, Abramowitz & Stegun 26.2.17: for lines on paper. */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z > 0 ? 1 - tail : tail;
}

/** Laws beside each other: parameters with intervals, how far behind the best each is, and what can be told. */
export function lawTable(
  all: readonly {
    readonly name: string;
    readonly summary: Pick<FeatureSummary, keyof Summary | 'name' | 'unit'>;
  }[],
  title = 'Laws',
): PageTable {
  const rows = all.flatMap(({ name, summary }): PageCell[][] => {
    const { distributions, unit, n, censored } = summary;
    if (distributions === undefined) return [];
    const [weibull, lognormal, normal] = (['weibull', 'lognormal', 'normal'] as const).map((law) =>
      distributions.fits.find((fit) => fit.law === law),
    );
    const own = unit === '' ? '1' : unit;
    return [
      [
        name,
        plain[summary.name] ?? summary.name,
        censored === 0 ? String(n) : `${n}, ${censored} censored`,
        shownEstimate(weibull?.parameters.shape),
        { value: weibull?.rankRegressionShape ?? Number.NaN },
        withUnit(shownEstimate(weibull?.parameters.scale), own),
        withUnit(shownEstimate(lognormal?.parameters.median), own),
        shownEstimate(lognormal?.parameters.sigma),
        [weibull, lognormal, normal]
          .map((fit) => (fit === undefined ? '–' : Number(fit.deltaAic.toPrecision(2)).toString()))
          .join(' / '),
        lawText(distributions),
      ],
    ];
  });
  return {
    title,
    columns: [
      { name: 'of' },
      { name: 'quantity' },
      { name: 'n', unit: '1' },
      { name: 'Weibull β', unit: '1', hint: 'shape, maximum likelihood' },
      { name: 'β, ranks', unit: '1', hint: 'rank regression, F = (i − 0.3)/(n + 0.4)' },
      { name: 'η', unit: '1', hint: 'Weibull scale' },
      { name: 'median', unit: '1', hint: 'of the lognormal law' },
      { name: 'σ(ln)', unit: '1' },
      {
        name: 'ΔAIC W / LN / N',
        unit: '1',
        hint: 'Weibull, lognormal, normal: above the best, scaled to the effective number',
      },
      { name: 'law' },
    ],
    rows: rows.slice(0, MOST_ROWS),
    note:
      rows.length === 0
        ? 'No laws: fewer than eight different values of a quantity say nothing of its distribution.'
        : `β by maximum likelihood and by rank regression differ; both are printed, as papers mean either.${rows.length > MOST_ROWS ? ` ${MOST_ROWS} of ${rows.length} rows; all: features.json.` : ''}`,
  };
}

/** A number whose column holds several units. */
function withUnit(number: MeasuredNumber, unit: string): PageCell {
  return { ...number, unit };
}

function lawText({ best, indistinguishable }: DistributionComparison): string {
  return indistinguishable.length === 0 ? best : `${best}; not told from ${indistinguishable.join(', ')}`;
}

/** Medians of cells as a sample: device to device. */
function overCells(all: readonly CellRow[]): PageSection {
  const { at, read_V } = sharedRead(all);
  const sample = (rows: readonly CellRow[], key: string): Sample => {
    const quantity = cycleQuantities.find((one) => one.key === key) as (typeof cycleQuantities)[number];
    return {
      name: quantity.words,
      values: rows.map((row) => Math.abs(medianCell(row, quantity).value)).filter(Number.isFinite),
    };
  };
  return {
    title: 'Distributions over cells',
    lead: `Medians of ${all.length} cells, each over its own cycles.`,
    figures: [
      {
        quantity: 'voltage',
        unit: 'V',
        samples: quantitiesOf(all)
          .filter(({ unit }) => unit === 'V')
          .map(({ key }) => sample(all, key)),
        caption: `Voltages at which the state changes (magnitudes) of ${all.length} cells: the median of each.`,
        file: 'figures/cells-voltages',
      },
      {
        quantity: 'resistance',
        unit: 'Ω',
        samples: [sample(at, 'R_on_ohm'), sample(at, 'R_off_ohm')],
        caption: `Resistances of both states of ${at.length} cells${read_V === undefined ? '' : ` at ${formatQuantity(read_V, 'V')}`}: the median of each.`,
        file: 'figures/cells-resistances',
      },
    ].flatMap(({ quantity, unit, samples, caption, file }): PageFigure[] => {
      const there = samples.filter(({ values }) => values.length > 0);
      if (there.length === 0) return [];
      return [{ figure: probabilityPlot({ quantity, unit, samples: there }), caption, file }];
    }),
  };
}
