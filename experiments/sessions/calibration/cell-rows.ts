import type { AnalysedFile } from '../../../calibration/batch/index.js';
import { type CycleFeatures, type LoopFeatures, summariesOf } from '../../../calibration/features/index.js';
import type { SeriesKind } from '../../../calibration/measured/index.js';
import { median } from '../../../core/index.js';

/** One swept cell of a batch: what the tables and distributions are made of. */
export interface CellRow {
  readonly file: AnalysedFile;
  /** `run1.csv`, or `run1.csv, cell 2` where a file holds several. */
  readonly name: string;
  readonly loops: LoopFeatures;
  /** Cycles but the forming one. */
  readonly cycles: readonly CycleFeatures[];
  readonly forming: CycleFeatures | undefined;
}

/** Every swept cell of every file. */
export function cellRows(files: readonly AnalysedFile[]): CellRow[] {
  return files.flatMap((file) =>
    file.features.loops.map((loops) => ({
      file,
      name: loops.cell === '' ? file.name : `${file.name}, ${loops.cell}`,
      loops,
      cycles: loops.cycles.filter(({ forming }) => !forming),
      forming: loops.cycles.find(({ forming }) => forming),
    })),
  );
}

/**
 * Rows of one cell as one, its cycles in the order of their numbers: files whose names give the same cell (`--name-pattern`), the same
 * settings, and were read alike. Others stay as they are: what two files call cell 1 may be two cells.
 * @param seed of the intervals of the cycles together
 */
export function devicesOf(rows: readonly CellRow[], seed?: number): CellRow[] {
  const groups = new Map<string, CellRow[]>();
  rows.forEach((row, k) => {
    const { file, loops } = row;
    const named = file.inName !== undefined && file.inName.cell === loops.cell && loops.verdict.switches;
    const conditions = file.settings.flatMap(({ name, value, from }) =>
      from === 'file name' ? [`${name} ${value}`] : [],
    );
    const key = named
      ? JSON.stringify([loops.cell, loops.readVoltage.value_V, ...conditions.sort()])
      : `row ${k}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  });
  return [...groups.values()].map((some) => (some.length === 1 ? some[0] : together(some, seed)));
}

function together(some: readonly CellRow[], seed: number | undefined): CellRow {
  const ordered = some
    .map((row, k) => ({ row, at: row.file.inName?.cycle ?? k }))
    .sort((a, b) => a.at - b.at)
    .map(({ row }) => row);
  const [first] = ordered;
  const all = ordered.flatMap(({ loops }) => loops.cycles).map((cycle, k) => ({ ...cycle, cycle: k + 1 }));
  return {
    file: first.file,
    name: `${first.loops.cell} (${ordered.length} files)`,
    loops: { ...first.loops, cycles: all, summaries: summariesOf(all, seed) },
    cycles: all.filter(({ forming }) => !forming),
    forming: all.find(({ forming }) => forming),
  };
}

/**
 * Where cells are compared: the read voltage that most share, the cells read there, and the others. Undefined of no cell.
 */
export function sharedRead(rows: readonly CellRow[]): {
  readonly read_V: number | undefined;
  readonly at: readonly CellRow[];
  readonly apart: readonly CellRow[];
} {
  const counts = new Map<number, number>();
  for (const { loops } of rows)
    counts.set(loops.readVoltage.value_V, (counts.get(loops.readVoltage.value_V) ?? 0) + 1);
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  const read_V =
    rows.find(({ loops }) => loops.readVoltage.from === 'common')?.loops.readVoltage.value_V ?? most?.[0];
  const isAt = ({ loops }: CellRow) => loops.readVoltage.value_V === read_V;
  return { read_V, at: rows.filter(isAt), apart: rows.filter((row) => !isAt(row)) };
}

const kindNames: Readonly<Record<SeriesKind, string>> = {
  sweep: 'sweep',
  train: 'pulse trains',
  'amplitude-ramp': 'amplitude ramp',
  retention: 'retention',
  noise: 'noise',
  endurance: 'endurance',
  'step-table': 'step table',
  waveform: 'waveform',
  curve: 'curve',
  unknown: 'unclear',
};

/** What a file is, in a word or two: the verdict of what was swept, else what was measured. */
export function kindOf({ features, series }: AnalysedFile): { label: string; switches: boolean } {
  const { verdict } = features;
  if (verdict !== undefined) return { label: verdict.name, switches: verdict.switches };
  const kinds = [...new Set(series.map(({ kind }) => kind))];
  const known = kinds.filter((kind) => kind !== 'unknown');
  return {
    label: (known.length > 0 ? known : kinds).map((kind) => kindNames[kind]).join(' and '),
    switches: kinds.includes('train') || kinds.includes('endurance'),
  };
}

/** The voltage that papers print, magnitude; NaN where no event was seen. */
export const setVoltageOf = ({ set }: CycleFeatures): number => (set?.seen ? set.at_V : Number.NaN);
export const resetVoltageOf = ({ reset }: CycleFeatures): number => (reset?.seen ? reset.at_V : Number.NaN);

/** The first voltage at which a volatile cell was on, or the last at which it held; NaN where that was not seen. */
export function thresholdOf(
  { thresholds = [] }: CycleFeatures,
  event: 'threshold' | 'hold',
  polarity: 1 | -1,
): number {
  const found = thresholds.find((one) => one.polarity === polarity)?.[event];
  if (!found?.seen) return Number.NaN;
  return event === 'hold' ? found.after_V : found.at_V;
}

/** Middle of the finite values; NaN of none. */
export const medianOf = (values: readonly number[]): number => median(values.filter(Number.isFinite));
