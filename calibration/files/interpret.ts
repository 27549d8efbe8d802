import type { MeasuredSeries, MeasuredSetting, Question, SeriesKind } from '../measured/index.js';
import type { Answers } from './answers.js';
import { byDevice } from './by-device.js';
import { rolesOf, whatAreThey } from './column-questions.js';
import { countedPulses, magnitudeAsCurrent, notUsed, plausible, withoutResults } from './column-remarks.js';
import { factorOf } from './column-units.js';
import { atCompliance } from './compliance.js';
import { currentOfSweep } from './current-of-sweeps.js';
import { currentRanges, rangesTold } from './current-ranges.js';
import type { Curve } from './curve.js';
import { curvesOf } from './curves.js';
import { headingsByName } from './headings-by-name.js';
import { namedTrain } from './named-trains.js';
import type { RawFile, RawTable } from './raw-table.js';
import { retentionByName } from './retention-by-name.js';
import { seriesKind } from './series-kind.js';
import { questionOf, takenForTrain, whyNoCurve } from './series-questions.js';
import { statesOfRows } from './states-of-rows.js';
import { measured, type NamedColumn, nameColumns } from './table-columns.js';
import { withTimestamps } from './timestamps.js';
import { deviceAbove } from './whose-curves.js';

/** What tables of a file turned out to be. */
export interface Interpreted {
  readonly series: readonly MeasuredSeries[];
  readonly questions: readonly Question[];
  readonly remarks: readonly string[];
}

/** Says what the tables of a file are: roles, units, curves, kinds; asks what nobody can know. */
export function interpret(
  file: RawFile,
  answers: Answers,
  fileName: string,
  settings: readonly MeasuredSetting[] = [],
): Interpreted {
  const limit_A = settings.find(({ name }) => name === 'compliance_A')?.value;
  const series: MeasuredSeries[] = [];
  const questions = new Map<string, Question>();
  const remarks: string[] = [];
  const ask = (question: Question): void => {
    if (!questions.has(question.key)) questions.set(question.key, question);
  };
  const tables = file.tables
    .filter(({ columns, lines }) => columns.length > 0 && lines.length > 0)
    .flatMap((table) => byDevice(table));
  const sections = tables.flatMap((table, at) => {
    const tableName = table.name !== '' ? table.name : tables.length > 1 ? `table ${at + 1}` : '';
    const { columns: all, overrange } = nameColumns(
      headingsByName(
        retentionByName(table, answers, fileName, ask, remarks),
        answers,
        fileName,
        ask,
        remarks,
      ),
      answers,
    );
    const columns = magnitudeAsCurrent(withoutResults(withTimestamps(all, remarks), remarks), remarks);
    if (overrange > 0) remarks.push(`${overrange} values of 9.9e37 are overrange marks and left out`);
    return statesOfRows({ ...table, name: tableName }, columns, remarks);
  });
  for (const { table, columns } of sections) {
    const tableName = table.name;
    const named = columns.some(({ role }) => role !== undefined);
    if (!named && file.kind === undefined) {
      series.push(unnamedSeries(table, columns, tableName, ask));
      continue;
    }
    if (!named) {
      remarks.push(...notUsed(columns, [], remarks));
      // A curve of which nobody knows the axes: the format says that it is one, and asks.
      series.push({
        name: tableName === '' ? 'table' : tableName,
        kind: file.kind ?? 'unknown',
        columns: columns.map((column) => measured(column, column.given?.factor ?? 1)),
        lines: [table.lines[0], table.lines[table.lines.length - 1]],
      });
      continue;
    }
    const curves = curvesOf(columns, remarks).map((curve) => namedTrain(curve, table, columns, fileName));
    remarks.push(...notUsed(columns, curves, remarks));
    if (curves.every((curve) => curve.columns.every(({ role }) => role === 'cycle' || role === 'level'))) {
      series.push(unnamedSeries(table, columns, tableName, ask));
      continue;
    }
    // Two voltages and one current, and nothing says which is the device's.
    const torn = curves.find(
      ({ columns: own }) =>
        own.filter(({ role }) => role === 'voltage_V').length > 1 &&
        own.some(({ role }) => role === 'current_A'),
    );
    if (torn !== undefined) {
      ask({
        key: 'columns',
        text: `which voltage is the device's: ${torn.columns
          .filter(({ role }) => role === 'voltage_V')
          .map(({ label }) => label)
          .join(' or ')}? Say what each column is, - for one that is not used`,
        flag: `--answer columns=${rolesOf(columns)}`,
        blocks: true,
      });
    }
    for (const curve of curves) {
      const made = seriesOf(countedPulses(curve, remarks), table, {
        file,
        answers,
        fileName,
        tableName,
        ask,
        remarks,
        limit_A,
        readAt: settings.some(({ name }) => name === 'readVoltage_V'),
        all: columns,
      });
      if (made !== undefined) series.push(made);
    }
  }
  return { series: unique(series), questions: [...questions.values()], remarks: [...new Set(remarks)] };
}

interface Surroundings {
  readonly file: RawFile;
  readonly answers: Answers;
  readonly fileName: string;
  readonly tableName: string;
  readonly ask: (question: Question) => void;
  readonly remarks: string[];
  readonly limit_A: number | undefined;
  /** Whether somebody said at which voltage states were read. */
  readonly readAt: boolean;
  /** All columns of the table. */
  readonly all: readonly NamedColumn[];
}

function seriesOf(curve: Curve, table: RawTable, around: Surroundings): MeasuredSeries | undefined {
  const { answers, file, fileName, tableName, ask } = around;
  const rows = rowsWithValues(curve.columns);
  if (rows.length === 0) return undefined;
  const entries = [...file.entries, ...table.entries];
  const inFile = curve.columns.map((column) => {
    const kept = {
      ...column,
      values:
        rows.length === column.values.length
          ? column.values
          : Float64Array.from(rows, (r) => column.values[r]),
    };
    return plausible(measured(kept, factorOf(kept, { ...around, entries })), around.remarks);
  });
  const name = [tableName, curve.name].filter((part) => part !== '').join(' ');
  const kind: SeriesKind =
    curve.transfer === true
      ? 'unknown'
      : ((answers.kind as SeriesKind | undefined) ?? seriesKind(inFile, { file, table, fileName, ...curve }));
  const found = kind === 'sweep' ? currentOfSweep(inFile, around.readAt) : undefined;
  if (found !== undefined) around.remarks.push(found.remark);
  const columns = found?.column === undefined ? inFile : [...inFile, found.column];
  const timed =
    answers.kind === undefined && curve.direction === undefined ? takenForTrain(kind, inFile) : undefined;
  if (timed !== undefined) around.remarks.push(timed);
  const none = kind === 'unknown' ? whyNoCurve(columns, table) : undefined;
  if (none !== undefined) around.remarks.push(none);
  const open =
    none === undefined && curve.transfer !== true
      ? questionOf(kind, columns, around.all, around.readAt)
      : undefined;
  if (open !== undefined) ask(open);
  const current = kind === 'sweep' ? columns.find(({ role }) => role === 'current_A') : undefined;
  const voltage =
    columns.find(({ role }) => role === 'appliedVoltage_V') ??
    columns.find(({ role }) => role === 'voltage_V');
  const limited = current === undefined ? undefined : atCompliance(voltage, current, around.limit_A);
  if (limited !== undefined) around.remarks.push(limited.remark);
  const ranges = currentRanges(around.all, rows);
  if (ranges !== undefined && ranges.length > 1) around.remarks.push(rangesTold(ranges));
  return {
    name: name === '' ? 'table' : name,
    kind,
    columns,
    ...(ranges === undefined ? {} : { currentRanges: ranges }),
    ...(limited === undefined ? {} : { censored: limited.censored }),
    lines: [table.lines[rows[0]], table.lines[rows[rows.length - 1]]],
    ...cycleOf(table),
    ...(curve.cycle === undefined ? {} : { cycle: curve.cycle }),
    ...(curve.direction === undefined ? {} : { direction: curve.direction }),
    ...cellOf(curve, table, kind, around),
  };
}

/** The cell that a curve is of: as its heading, its table or a line above says; curves that nothing tells apart are asked about. */
function cellOf(curve: Curve, table: RawTable, kind: SeriesKind, around: Surroundings): { cell?: string } {
  const told = curve.cell ?? table.cell ?? deviceAbove(table.entries, table.name);
  if (told !== undefined) return { cell: told };
  if (curve.doubtful !== true || (kind !== 'sweep' && kind !== 'train')) return {};
  const { answers, ask } = around;
  if (answers.curves === 'cycles') return {};
  if (answers.curves === undefined) {
    ask({
      key: 'curves',
      text: 'are the curves beside each other of several cells, or cycles of one? Taken for cells, so that nothing of two is mixed',
      choices: ['cells', 'cycles'],
      flag: '--answer curves=cycles',
      blocks: false,
    });
  }
  return { cell: curve.name };
}

/** `Cycle 3` above a table. */
function cycleOf({ entries }: RawTable): { cycle?: number } {
  for (const { key, values } of entries.slice(-3)) {
    const match = /^(?:cycle|sweep|loop|run|scan|segment)\s*(?:no\.?|number|#)?\s*(\d{1,6})$/i.exec(
      [key, ...values].join(' ').trim(),
    );
    if (match !== null) return { cycle: Number(match[1]) };
  }
  return {};
}

/** Rows in which the values of a curve are: columns of a table need not be of one length. */
function rowsWithValues(columns: readonly NamedColumn[]): number[] {
  const all = columns.filter(({ role }) => role !== 'cycle');
  const rows: number[] = [];
  for (let r = 0; r < (columns[0]?.values.length ?? 0); r++) {
    if (all.some(({ values }) => !Number.isNaN(values[r]))) rows.push(r);
  }
  return rows;
}

/** A table of which nothing says what its columns are. */
function unnamedSeries(
  table: RawTable,
  columns: readonly NamedColumn[],
  name: string,
  ask: (question: Question) => void,
): MeasuredSeries {
  ask(whatAreThey(columns));
  return {
    name: name === '' ? 'table' : name,
    kind: 'unknown',
    columns: columns.map((column) => measured(column, 1)),
    lines: [table.lines[0], table.lines[table.lines.length - 1]],
  };
}

function unique(series: readonly MeasuredSeries[]): MeasuredSeries[] {
  const seen = new Map<string, number>();
  const total = new Map<string, number>();
  for (const { name } of series) total.set(name, (total.get(name) ?? 0) + 1);
  return series.map((one) => {
    if (total.get(one.name) === 1) return one;
    const at = (seen.get(one.name) ?? 0) + 1;
    seen.set(one.name, at);
    return { ...one, name: `${one.name} ${at}` };
  });
}
