import type { AnalysedFile } from '../../../calibration/batch/index.js';
import type { NoiseFeatures, RetentionFeatures } from '../../../calibration/features/index.js';
import { formatQuantity } from '../../../core/index.js';
import {
  noiseFigure,
  type PageCell,
  type PageFigure,
  type PageSection,
  retentionFigure,
} from '../../../report/index.js';
import { shownEstimate } from './feature-summary.js';
import { groupedRemarks } from './grouped-remarks.js';
import { MOST_ROWS } from './loop-section.js';

/** Figures of single records; the table has all of them. */
const MOST_FIGURES = 6;

/** States over time: which way they went, and which laws the data can tell apart. */
export function retentionSection(files: readonly AnalysedFile[]): PageSection | undefined {
  const all = files.flatMap((file) =>
    file.features.retention.map((record) => ({ file, record, name: nameOf(file, record) })),
  );
  if (all.length === 0) return undefined;
  return {
    title: 'Retention',
    lead: all.length === 1 ? leadOf(all[0].record) : `${all.length} states over time.`,
    figures: all.slice(0, MOST_FIGURES).flatMap(({ file, record, name }, i): PageFigure[] => {
      const drawn = file.records.find(
        ({ kind, series }) => kind === 'retention' && (series === record.series || series === record.column),
      );
      if (drawn === undefined) return [];
      return [
        {
          figure: retentionFigure({
            series: [
              {
                name,
                time: drawn.x,
                value: drawn.y,
                // Laws are of value over first value, at the points that they were fitted to.
                laws: record.laws
                  .filter((law) => !record.rejected.includes(law.name) || law.name === 'power')
                  .map((law) => ({
                    name: law.name,
                    time: record.times,
                    value: law.curve.map((y) => y * record.first),
                    ...(record.rejected.includes(law.name) ? { rejected: true } : {}),
                  })),
              },
            ],
            quantity: drawn.quantity,
            unit: drawn.unit,
            timeUnit: record.timeIsKnown ? 's' : '1',
          }),
          caption: `${name}: ${drawn.quantity} over time${record.timeIsKnown ? '' : ', in a unit that the file does not say'}, and the laws that the data does not rule out.${drawn.x.length < drawn.points ? ` ${drawn.x.length} of ${drawn.points} points are drawn: the ends and extremes of even stretches.` : ''}`,
          file: `figures/retention${i === 0 ? '' : `-${i + 1}`}`,
        },
      ];
    }),
    tables: [
      {
        columns: [
          { name: 'record' },
          { name: 'law' },
          { name: 'parameters' },
          { name: 'R²', unit: '1' },
          { name: 'ΔAIC', unit: '1', hint: 'above the best law; with the effective number of points' },
          { name: 'verdict' },
        ],
        rows: all
          .flatMap(({ record, name }) =>
            record.laws.map((law): PageCell[] => [
              name,
              `${law.name}: ${law.formula}`,
              Object.entries(law.parameters)
                .map(([parameter, estimate]) => `${parameter} ${estimateText(estimate)}`)
                .join('; '),
              law.r2.toFixed(4),
              Number.isFinite(law.deltaAic) ? law.deltaAic.toFixed(1).replace('-', '−') : '–',
              record.direction === 'wanders' || record.step !== undefined
                ? 'does not describe it'
                : law.name === record.best
                  ? record.indistinguishable.length === 0
                    ? 'best'
                    : 'cannot be told apart'
                  : record.indistinguishable.includes(law.name)
                    ? 'cannot be told apart'
                    : record.rejected.includes(law.name)
                      ? 'rejected'
                      : Number.isFinite(law.deltaAic)
                        ? 'worse'
                        : 'too few independent points',
            ]),
          )
          .slice(0, MOST_ROWS),
        note: 'Values are over the first value. Where laws cannot be told apart, an extrapolation by any one of them is a guess.',
      },
    ],
    remarks: all.flatMap(({ record, name }) => [
      `${name}: ${changeText(record)}; residuals follow each other (lag 1 ${record.lag1.toFixed(2)}), so errors are ${record.inflation.toFixed(1)} times those of independent reads (effective n ${record.nEffective.toFixed(0)} of ${record.points}).`,
      ...record.remarks.map((text) => `${name}: ${text}.`),
    ]),
  };
}

function leadOf(record: RetentionFeatures): string {
  if (record.direction === 'wanders' || record.step !== undefined) return `The state ${changeText(record)}.`;
  const others = record.indistinguishable;
  const law =
    others.length === 0
      ? `Best described by the law “${record.best}”`
      : `${listed([record.best, ...others])} cannot be told apart`;
  return `The state ${changeText(record)}. ${law}${record.rejected.length === 0 ? '' : `; ruled out: ${record.rejected.join(', ')}`}.`;
}

function changeText({ direction, change, range, unit, step, timeIsKnown }: RetentionFeatures): string {
  if (step !== undefined) {
    const { after, until, ratio } = step;
    const time = (x: number): string => (timeIsKnown ? formatQuantity(x, 's') : x.toPrecision(4));
    const times = (ratio > 1 ? ratio : 1 / ratio).toPrecision(3);
    return `${ratio > 1 ? 'rises' : 'falls'} ${times} times in one step between ${time(after)} and ${time(until)}, and holds before and after it: a failure or a switch, which no law of time describes`;
  }
  if (direction === 'wanders')
    return `moves between ${formatQuantity(range[0], unit || '1')} and ${formatQuantity(range[1], unit || '1')}, far beyond its scatter, and none of the laws says how`;
  if (direction === 'steady') return 'holds still within its scatter';
  // Ten times the value is "9.82e+3 %" to nobody.
  if (change >= 1) return `rises to ${Number((1 + change).toPrecision(3))} times its first value`;
  return `${direction} by ${Number((100 * Math.abs(change)).toPrecision(3))} %`;
}

function listed(names: readonly string[]): string {
  return names.length === 1 ? names[0] : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;
}

function estimateText({
  value,
  low,
  high,
  identifiable,
}: {
  value: number;
  low: number;
  high: number;
  identifiable: boolean;
}): string {
  if (!identifiable) return 'not identifiable';
  return `${short(value)} [${short(low)}, ${short(high)}]`;
}

const short = (value: number): string =>
  (Number.isFinite(value) ? String(Number(value.toPrecision(3))) : value > 0 ? '∞' : '−∞').replace('-', '−');

function nameOf(
  file: AnalysedFile,
  record: { readonly series: string; readonly column: string; readonly cell?: string },
): string {
  const several =
    file.series.length > 1 || file.features.retention.length > 1 || file.features.noise.length > 1;
  return several ? `${file.name}, ${record.cell ?? record.column}` : file.name;
}

/** Records of noise: spectra with their estimator, telegraph noise. */
export function noiseSection(files: readonly AnalysedFile[]): PageSection | undefined {
  const all = files.flatMap((file) =>
    file.features.noise.map((record) => ({ file, record, name: nameOf(file, record) })),
  );
  if (all.length === 0) return undefined;
  const known = all.some(({ record }) => record.rateIsKnown);
  return {
    title: 'Noise',
    figures: files.flatMap((file) => figureOfFile(file)).slice(0, MOST_FIGURES),
    tables: [
      {
        columns: [
          { name: 'record' },
          { name: 'reads', unit: '1' },
          { name: 'mean', unit: '1' },
          { name: 'σ', unit: '1' },
          { name: 'kurtosis', unit: '1', hint: '3 of a normal distribution, below 2 of two levels' },
          { name: 'lag 1', unit: '1' },
          { name: 'exponent α, bins', unit: '1', hint: 'S ∝ f^α of mean densities in logarithmic bins' },
          { name: 'all frequencies', unit: '1' },
          { name: 'two levels' },
          { name: known ? 'dwell (s)' : 'dwell (reads)' },
        ],
        rows: all
          .slice(0, MOST_ROWS)
          .map(({ record, name }): PageCell[] => [
            name,
            { value: record.samples },
            { value: record.mean, unit: record.unit || '1' },
            { value: record.sd, unit: record.unit || '1' },
            record.kurtosis.toPrecision(3),
            record.lag1.toFixed(2).replace('-', '−'),
            shownEstimate(record.exponent?.binned),
            shownEstimate(record.exponent?.unbinned),
            record.telegraph === undefined
              ? (record.line?.share ?? 0) >= 0.25
                ? 'not looked for: a periodic disturbance'
                : 'no'
              : `${formatQuantity(record.telegraph.low, record.unit || '1')} and ${formatQuantity(record.telegraph.high, record.unit || '1')}, ${record.telegraph.transitions} changes`,
            record.telegraph === undefined
              ? '–'
              : `${short(record.telegraph.dwellLow.value)} low, ${short(record.telegraph.dwellHigh.value)} high`,
          ]),
        note: noiseNote(all.map(({ record }) => record)),
      },
    ],
    remarks: groupedRemarks(
      all.flatMap(({ record, name }) => record.remarks.map((text) => ({ name, text }))),
    ),
  };
}

function noiseNote(records: readonly NoiseFeatures[]): string {
  const estimators = new Set(records.flatMap(({ spectrum }) => spectrum?.estimator ?? []));
  const levels = records.some(({ telegraph }) => telegraph !== undefined)
    ? ' Where there are two levels, the spectrum is a Lorentzian over 1/f, and one exponent says little.'
    : '';
  return `Spectra: ${[...estimators].join('; ') || 'none, the records are too short'}.${levels}`;
}

/** Drawn bins a decade of frequency. */
const BINS_A_DECADE = 8;

function figureOfFile(file: AnalysedFile): PageFigure[] {
  const { noise } = file.features;
  const spectra = noise.filter(({ spectrum }) => spectrum !== undefined).slice(0, 7);
  if (spectra.length === 0) return [];
  const [{ rateIsKnown, unit, rate_Hz }] = spectra;
  return [
    {
      figure: noiseFigure({
        traces: spectra.map((record) => {
          const drawn = file.records.find(
            ({ series }) => series === record.column || series === record.series,
          );
          return {
            name: record.cell ?? record.column,
            time: drawn?.x ?? new Float64Array(0),
            values: drawn?.y ?? new Float64Array(0),
            ...binned(record.spectrum as NonNullable<NoiseFeatures['spectrum']>),
            ...(record.exponent === undefined ? {} : { slope: record.exponent.binned.value }),
          };
        }),
        quantity: unit === 'S' ? 'conductance' : unit === 'A' ? 'current' : 'resistance',
        unit: unit || '1',
        timeUnit: rateIsKnown ? 's' : '1',
      }),
      caption: `${file.name}: reads one after another${rateIsKnown ? ` at ${formatQuantity(rate_Hz, 'Hz')}` : ''}, and their power spectral densities, means of logarithmic bins; slopes are the exponents α of the table.`,
      file: `figures/noise-${file.name.replace(/[^\w]+/g, '-')}`,
    },
  ];
}

/** Mean densities in logarithmic bins: what a figure shows of thousands of frequencies. */
function binned({ frequency_Hz, density }: { frequency_Hz: Float64Array; density: Float64Array }) {
  const bins = new Map<number, { f: number; s: number; n: number }>();
  frequency_Hz.forEach((f, k) => {
    if (!(f > 0) || !(density[k] > 0)) return;
    const at = Math.round(BINS_A_DECADE * Math.log10(f));
    const bin = bins.get(at) ?? { f: 0, s: 0, n: 0 };
    bins.set(at, { f: bin.f + Math.log(f), s: bin.s + density[k], n: bin.n + 1 });
  });
  const sorted = [...bins].sort(([a], [b]) => a - b).map(([, bin]) => bin);
  return {
    frequency_Hz: Float64Array.from(sorted, ({ f, n }) => Math.exp(f / n)),
    density: Float64Array.from(sorted, ({ s, n }) => s / n),
  };
}
