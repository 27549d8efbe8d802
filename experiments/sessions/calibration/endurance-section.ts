import type { AnalysedFile } from '../../../calibration/batch/index.js';
import type { EnduranceFeatures, FeatureSummary } from '../../../calibration/features/index.js';
import {
  enduranceFigure,
  type PageCell,
  type PageFigure,
  type PageSection,
  probabilityPlot,
} from '../../../report/index.js';
import { lawTable, sampleOf } from './distribution-section.js';
import { shownEstimate } from './feature-summary.js';

const MOST_TABLES = 4;
const MOST_SERIES = 4;
/** On one paper: more hide each other. */
const MOST_SAMPLES = 4;

/** Tables of cycles as the instrument made them: states and thresholds over the cycles, their laws, trends and failures. */
export function enduranceSection(files: readonly AnalysedFile[]): PageSection | undefined {
  const all = files.flatMap((file) => file.features.endurance.map((table) => ({ file, table })));
  const tables = all.filter(({ table }) => table.summaries.length > 0);
  if (tables.length === 0) return undefined;
  const many = tables.length > 1;
  const [first] = tables;
  const oneFile = tables.every(({ file }) => file === first.file);
  const nameOf = ({ file, table }: (typeof tables)[number]): string => {
    if (oneFile) return many ? table.series : file.name;
    return file.features.endurance.length > 1 ? `${file.name}, ${table.series}` : file.name;
  };
  return {
    title: 'Endurance',
    figures: tables.slice(0, MOST_TABLES).flatMap((one, i) => figuresOf(one.table, nameOf(one), i)),
    tables: [
      {
        columns: [
          ...(many ? [{ name: oneFile ? 'table' : 'file' }] : []),
          { name: 'quantity' },
          { name: 'cycles', unit: '1' },
          { name: 'median', unit: '1' },
          { name: 'mean', unit: '1' },
          { name: 'σ', unit: '1' },
          { name: 'lag 1', unit: '1', hint: 'correlation of neighbouring cycles, of logarithms' },
          {
            name: 'errors ×',
            unit: '1',
            hint: 'by what errors of independent cycles are too small: by the blocks',
          },
          { name: 'ln a thousand cycles', unit: '1', hint: 'trend: change of ln over a thousand cycles' },
        ],
        rows: tables.flatMap((one) =>
          one.table.summaries.map((summary): PageCell[] => [
            ...(many ? [nameOf(one)] : []),
            summary.name,
            { value: summary.n },
            { ...shownEstimate(summary.median), unit: summary.unit || '1' },
            { ...shownEstimate(summary.mean), unit: summary.unit || '1' },
            { ...shownEstimate(summary.sd), unit: summary.unit || '1' },
            summary.lag1.toFixed(2).replace('-', '−'),
            // Of too few cycles for blocks there is no such factor.
            Number.isFinite(summary.inflation.blocks) ? summary.inflation.blocks.toFixed(1) : '–',
            shownEstimate(one.table.trends.find(({ name }) => name === summary.name)?.lnPerThousandCycles),
          ]),
        ),
      },
      lawTable(
        tables.flatMap((one) => one.table.summaries.map((summary) => ({ name: nameOf(one), summary }))),
      ),
    ].filter(({ rows }) => rows.length > 0),
    remarks: tables.flatMap((one) =>
      one.table.windows.map((window) => failureText(window, nameOf(one), one.table)),
    ),
  };
}

function failureText(
  window: EnduranceFeatures['windows'][number],
  name: string,
  { cycles, reads, numbers }: EnduranceFeatures,
): string {
  const { ratio, failures, failedReads, failsBelow, failedFrom, mostlyFrom } = window;
  const pair = `${name}: ${ratio}`;
  if (failures.length === 0)
    return `${pair} never fell below ${failsBelow} in ${cycles} cycles; the life is right-censored there.`;
  const first = `${failures.slice(0, 5).join(', ')}${failures.length > 5 ? ', …' : ''}`;
  // of cycles that were read now and then, reads are counted
  const listed =
    numbers === undefined
      ? `${pair} fell below ${failsBelow} in ${failures.length} of ${cycles} cycles (${first})`
      : `${pair} fell below ${failsBelow} in ${failedReads} of ${reads} reads (cycles ${first})`;
  if (mostlyFrom !== undefined)
    return `${listed}: most reads from cycle ${mostlyFrom} on, where its life ends for most purposes.`;
  return failedFrom === undefined
    ? `${listed} and came back each time; the life is right-censored at ${cycles} cycles.`
    : `${listed}, for good from cycle ${failedFrom}.`;
}

/** The file's own cycles; of a column with gaps its values would not be beside them. */
function cycleAxis({ numbers, reads, summaries }: EnduranceFeatures): { cycle?: Float64Array } {
  const whole = summaries.every(({ observations }) => observations.high.length === reads);
  return numbers !== undefined && whole ? { cycle: numbers } : {};
}

function figuresOf(table: EnduranceFeatures, name: string, i: number): PageFigure[] {
  const ending = i === 0 ? '' : `-${i + 1}`;
  const byUnit = new Map<string, FeatureSummary[]>();
  for (const summary of table.summaries)
    byUnit.set(summary.unit, [...(byUnit.get(summary.unit) ?? []), summary]);
  const quantities: Readonly<Record<string, string>> = {
    A: 'current',
    V: 'voltage',
    S: 'conductance',
    Ω: 'resistance',
    '': 'window',
  };
  const panels = [...byUnit].map(([unit, summaries]) => ({
    quantity: quantities[unit] ?? 'value',
    unit: unit === '' ? '1' : unit,
    ...(unit === 'V' ? {} : { scale: 'log' as const }),
    series: summaries
      .slice(0, MOST_SERIES)
      .map((summary) => ({ name: summary.name, values: summary.observations.high })),
  }));
  const papers = [...byUnit].flatMap(([unit, summaries]): PageFigure[] => {
    const fitted = summaries
      .filter(({ distributions }) => distributions !== undefined)
      .slice(0, MOST_SAMPLES);
    if (fitted.length === 0 || unit === '') return [];
    const quantity = quantities[unit] ?? 'value';
    return [
      {
        figure: probabilityPlot({
          quantity,
          unit,
          samples: fitted.map((summary) => sampleOf(summary, summary.name)),
        }),
        caption: `${name}: distribution of every ${quantity} over the cycles (magnitudes), on Weibull and lognormal paper; lines are the fits.`,
        file: `figures/endurance-${quantity}${ending}`,
      },
    ];
  });
  return [
    {
      figure: enduranceFigure({ panels, ...cycleAxis(table) }),
      caption: `${name}: magnitudes over the cycles.`,
      file: `figures/endurance${ending}`,
    },
    ...papers,
  ];
}
