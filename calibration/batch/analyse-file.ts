import { OhmpropError } from '../../core/index.js';
import { type FeatureOptions, type FileFeatures, featuresOf } from '../features/index.js';
import type { MeasuredReader } from '../files/index.js';
import {
  columnOf,
  type MeasuredFile,
  type MeasuredSeries,
  type SeriesKind,
  settingOf,
} from '../measured/index.js';
import { type TrainLabels, trainLabels } from '../trains/index.js';
import { type DrawnCurve, isSwept, pointsOfEach, sweptCurve, thinned } from './drawn-curves.js';
import type { FoundFile, SkippedFile } from './find-files.js';

/** A file, read and looked at: what is known of it without the columns that it was made of. Plain data. */
export interface AnalysedFile extends FoundFile, Omit<MeasuredFile, 'series' | 'path'> {
  readonly series: readonly {
    readonly name: string;
    readonly kind: SeriesKind;
    readonly rows: number;
  }[];
  readonly features: FileFeatures;
  /** Pulse trains; absent where there is none. */
  readonly trains?: TrainLabels;
  /** Currents over voltages to be drawn, in the order measured; of many, the first and an even choice. */
  readonly loops: readonly DrawnCurve[];
  /** How many loops there are. */
  readonly loopCount: number;
  /** Records over time to be drawn: of retention and of noise, by the name of their series. */
  readonly records: readonly (DrawnCurve & {
    readonly kind: SeriesKind;
    readonly quantity: string;
    readonly unit: string;
    readonly timeUnit: string;
    /** How many there are: of long records, an even choice is drawn. */
    readonly points: number;
  })[];
}

/** What a file came to. */
export type FileOutcome =
  | { readonly kind: 'analysed'; readonly file: AnalysedFile }
  | { readonly kind: 'skipped'; readonly file: SkippedFile };

/** Points of a record that are kept for drawing; laws of retention come at so many, too. */
const MOST_POINTS = 1000;
/** Loops of one file that are kept for drawing. */
const MOST_LOOPS = 40;

/** Reads one file and finds what can be said of it. An answer that is no answer ends the batch; a file that cannot be read is skipped. */
export async function analyseFile(
  found: FoundFile,
  reader: MeasuredReader,
  options: FeatureOptions,
): Promise<FileOutcome> {
  try {
    const file = await reader.read(found.path);
    return { kind: 'analysed', file: summaryOf(found, file, options) };
  } catch (error) {
    if (error instanceof OhmpropError && error.code === 'calibrate.answers') throw error;
    return { kind: 'skipped', file: skippedBy(found, error as Error) };
  }
}

/** Errors name the file first; a list of files does so already. */
export function skippedBy(found: FoundFile, error: Error): SkippedFile {
  const code = error instanceof OhmpropError ? error.code : 'calibrate.internal';
  const prefix = `${found.path}: `;
  const message = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
  const reason = code === 'calibrate.internal' ? `a fault of ohmprop, please report it: ${message}` : message;
  return { ...found, reason, code };
}

function summaryOf(found: FoundFile, file: MeasuredFile, options: FeatureOptions): AnalysedFile {
  const { series, path: _path, ...rest } = file;
  // Numbers of a file whose unit or columns nobody knows are no numbers yet: they wait for the answer.
  const known = file.questions.some(({ blocks }) => blocks) ? { ...file, series: [] } : file;
  const swept = known.series.filter(({ kind }) => kind !== 'train' && kind !== 'amplitude-ramp');
  const curves = swept.filter(isSwept);
  const chosen = evenChoice(curves, MOST_LOOPS);
  const loops = chosen.flatMap((one) => sweptCurve(one, pointsOfEach(chosen.length)) ?? []);
  const trains = labelsOf(known);
  return {
    ...rest,
    ...found,
    series: series.map((one) => ({
      name: one.name,
      kind: one.kind,
      rows: one.columns[0]?.values.length ?? 0,
    })),
    features: featuresOf(known, options),
    ...(trains === undefined ? {} : { trains }),
    loops,
    loopCount: curves.length,
    records: known.series.flatMap((one) => recordOf(one, settingOf(file, 'rate_Hz'))),
  };
}

/** Undefined where the file has no train, and none was refused. */
function labelsOf(file: MeasuredFile): TrainLabels | undefined {
  const labels = trainLabels(file);
  return labels.cells.length + labels.ramps.length + labels.refused.length === 0 ? undefined : labels;
}

/** The first, the last and evenly between. */
function evenChoice<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]);
}

const quantities = [
  ['conductance_S', 'conductance'],
  ['resistance_Ohm', 'resistance'],
  ['current_A', 'current'],
] as const;

/** @param rate_Hz of reads without a time column, where the file tells */
function recordOf(series: MeasuredSeries, rate_Hz: number | undefined): AnalysedFile['records'][number][] {
  if (series.kind !== 'retention' && series.kind !== 'noise') return [];
  for (const [role, quantity] of quantities) {
    const columns = series.columns.filter((column) => column.role === role);
    if (columns.length === 0) continue;
    const time = columnOf(series, 'time_s');
    return columns.map((column) => {
      const x =
        time?.values ?? Float64Array.from(column.values, (_, i) => (rate_Hz === undefined ? i : i / rate_Hz));
      const name = columns.length === 1 ? series.name : column.name;
      return {
        ...thinned({ ...series, name }, x, column.values, MOST_POINTS),
        kind: series.kind,
        quantity,
        unit: column.unit === '' ? '1' : column.unit,
        points: column.values.length,
        timeUnit: time === undefined ? (rate_Hz === undefined ? '1' : 's') : time.unit || '1',
      };
    });
  }
  return [];
}
