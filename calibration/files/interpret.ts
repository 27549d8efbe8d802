import { printableLine } from '../../core/index.js';
import type {
  CurrentRange,
  MeasuredColumn,
  MeasuredSeries,
  MeasuredSetting,
  Question,
  SeriesKind,
} from '../measured/index.js';
import type { Answers } from './answers.js';
import { byDevice } from './by-device.js';
import { listed, rolesOf, suggestion, whatAreThey } from './column-questions.js';
import { shapeOf } from './column-shapes.js';
import { atCompliance } from './compliance.js';
import { currentRanges } from './current-ranges.js';
import { type Curve, curvesOf } from './curves.js';
import { headingsByName } from './headings-by-name.js';
import type { RawFile, RawTable } from './raw-table.js';
import { seriesKind } from './series-kind.js';
import { measured, type NamedColumn, nameColumns, unitOfRole } from './table-columns.js';
import { fileUnit } from './units.js';
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
  for (const [at, table] of tables.entries()) {
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
    const columns = withoutResults(all, remarks);
    if (overrange > 0) remarks.push(`${overrange} values of 9.9e37 are overrange marks and left out`);
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
    const curves = curvesOf(columns, remarks);
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

/**
 * Two columns without a heading in a file that is called retention: a time that rises from 0 or 1, and a state. The unit of the
 * time is asked for; the laws of the state are the same whatever it is.
 */
function retentionByName(
  table: RawTable,
  answers: Answers,
  fileName: string,
  ask: (question: Question) => void,
  remarks: string[],
): RawTable {
  const [time, state] = table.columns;
  const bare = table.columns.length === 2 && table.columns.every(({ heading }) => heading === '');
  if (!bare || answers.columns !== undefined || !/retention|relaxation/i.test(fileName)) return table;
  const { rises, low } = shapeOf(time.values);
  if (!rises || low < 0) return table;
  if (answers.timeUnit === undefined) {
    ask({
      key: 'timeUnit',
      text: `the first of two columns without a heading rises from ${low}, as a time does: in which unit? Taken for s`,
      choices: ['s', 'ms', 'us', 'ns', 'min', 'h'],
      flag: '--answer timeUnit=min',
      blocks: false,
    });
  }
  remarks.push(
    'columns without a heading in a file called retention: taken for a time and a conductance in S',
  );
  return {
    ...table,
    columns: [
      { ...time, heading: 'time', unit: answers.timeUnit ?? 's' },
      { ...state, heading: 'conductance', unit: 'S' },
    ],
  };
}

/** Rows from which one number alone in the first of them is a result of a formula, and no column. */
const FEWEST_FOR_RESULTS = 5;

/** Results of formulas stand in the first row of a column of their own. */
function withoutResults(columns: readonly NamedColumn[], remarks: string[]): NamedColumn[] {
  const results: string[] = [];
  const kept = columns.map((column) => {
    const { role, values, label } = column;
    if (role === undefined || values.length < FEWEST_FOR_RESULTS || Number.isNaN(values[0])) return column;
    if (values.subarray(1).some((x) => !Number.isNaN(x))) return column;
    results.push(`${label} ${values[0]}`);
    return { ...column, unused: true };
  });
  if (results.length > 0) remarks.push(`results of formulas, in the first row alone: ${results.join(', ')}`);
  return kept;
}

/** In trains read off a picture pulse numbers are called times: they go from 0 to about as many as there are points. */
function countedPulses(curve: Curve, remarks: string[]): Curve {
  if (curve.direction === undefined || curve.columns.some(({ role }) => role === 'pulse')) return curve;
  return {
    ...curve,
    columns: curve.columns.map((column) => {
      if (column.role !== 'time_s') return column;
      const { low, high, count } = shapeOf(column.values);
      if (low < 0 || low > 1 || high < 0.5 * count || high > 2 * count) return column;
      remarks.push(
        `${column.label} goes from ${low} to ${high} in ${count} rows: taken for numbers of pulses, not for a time`,
      );
      const { given: _, ...bare } = column;
      return { ...bare, role: 'pulse' };
    }),
  };
}

/** No instrument on a bench measures more: what is larger are marks of an overload. */
const LARGEST: Readonly<Record<string, number>> = { A: 1e6, V: 1e7 };

function plausible(column: MeasuredColumn, remarks: string[]): MeasuredColumn {
  const most = LARGEST[column.unit];
  if (most === undefined || !column.values.some((x) => Math.abs(x) > most)) return column;
  const values = column.values.map((x) => (Math.abs(x) > most ? Number.NaN : x));
  remarks.push(`${column.name}: values beyond ${most} ${column.unit} are no measurement and left out`);
  return { ...column, values };
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
  const columns = curve.columns.map((column) => {
    const kept = {
      ...column,
      values:
        rows.length === column.values.length
          ? column.values
          : Float64Array.from(rows, (r) => column.values[r]),
    };
    return plausible(measured(kept, factorOf(kept, around)), around.remarks);
  });
  const name = [tableName, curve.name].filter((part) => part !== '').join(' ');
  const kind: SeriesKind =
    curve.transfer === true
      ? 'unknown'
      : ((answers.kind as SeriesKind | undefined) ??
        seriesKind(columns, { file, table, fileName, ...curve }));
  if (kind === 'train' && readsWithoutVoltage(columns, around)) {
    ask({
      key: 'readVoltage',
      text: 'the trains are currents: at which voltage were they read? Without it there are no conductances',
      flag: '--answer readVoltage=0.1V',
      blocks: false,
    });
  }
  if (kind === 'unknown' && curve.transfer !== true && stateAlone(columns, around.all)) {
    ask({
      key: 'kind',
      text: `${columns[0].name} is one state after the other: what was measured?`,
      choices: ['retention', 'noise', 'endurance', 'train'],
      flag: '--answer kind=noise',
      blocks: false,
    });
  } else if (kind === 'unknown' && curve.transfer !== true) {
    ask({
      key: 'columns',
      text: `what are the columns ${listed(around.all)}? No voltage with a current, no state over pulses or time was found`,
      flag: `--answer columns=${suggestion(around.all)}`,
      blocks: true,
    });
  }
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

/** Whether a train is of currents, and nothing says at which voltage. */
function readsWithoutVoltage(columns: readonly MeasuredColumn[], { readAt }: Surroundings): boolean {
  const has = (wanted: string): boolean => columns.some(({ role }) => role === wanted);
  if (readAt || has('voltage_V') || has('appliedVoltage_V')) return false;
  return has('current_A') && !has('conductance_S') && !has('resistance_Ohm');
}

/** One column of a state, with a number of each row at most: nobody need say what its columns are. */
function stateAlone(columns: readonly MeasuredColumn[], all: readonly NamedColumn[]): boolean {
  const [one, ...more] = columns;
  const others = all.filter(({ role, unused }) => role === undefined && !unused);
  return (
    more.length === 0 && others.length === 0 && /^(?:resistance|conductance|current)_/.test(one?.role ?? '')
  );
}

/** Changes of range that are told one by one. */
const MOST_TOLD = 8;

function rangesTold(ranges: readonly CurrentRange[]): string {
  const told = ranges
    .slice(0, MOST_TOLD)
    .map(({ row, range }) => `${printableLine(range, 20)} from row ${row}`);
  const rest = ranges.length - told.length;
  return `the range of the current changes: ${told.join(', ')}${rest > 0 ? ` and ${rest} more times` : ''}`;
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

const answerOfUnit: Readonly<
  Record<string, { key: string; choices: readonly string[]; most: number; least: number }>
> = {
  V: { key: 'voltageUnit', choices: ['V', 'mV'], most: 210, least: 1e-4 },
  A: { key: 'currentUnit', choices: ['A', 'mA', 'uA', 'nA', 'pA'], most: 2, least: 0 },
  Ω: { key: 'resistanceUnit', choices: ['ohm', 'kohm', 'Mohm'], most: 1e17, least: 10 },
  S: { key: 'conductanceUnit', choices: ['S', 'mS', 'uS', 'nS'], most: 0.5, least: 0 },
  s: { key: 'timeUnit', choices: ['s', 'ms', 'us', 'ns', 'min', 'h'], most: 1e7, least: 0 },
};

/** SI units in one unit of a column: as written, as answered, else SI where such a number can be one. */
function factorOf(column: NamedColumn, { answers, ask, file, remarks }: Surroundings): number {
  const { role, given, label, values } = column;
  if (role === undefined) return given?.factor ?? 1;
  const unit = unitOfRole[role];
  if (given !== undefined) return given.factor;
  const known = answerOfUnit[unit];
  if (known === undefined || file.siUnits === true) return 1;
  const answered = answers[known.key];
  if (answered !== undefined) return fileUnit(answered)?.factor ?? 1;
  const { low, high } = shapeOf(values);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (column.odd === undefined && (largest === 0 || (largest <= known.most && largest >= known.least))) {
    remarks.push(`${label}: no unit written, taken as ${unit === 'Ω' ? 'ohm' : unit}`);
    return 1;
  }
  ask({
    key: known.key,
    text: `in which unit is ${label}, from ${low} to ${high}? The file does not say`,
    choices: known.choices,
    flag: `--answer ${known.key}=${known.choices[1]}`,
    blocks: true,
  });
  return 1;
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

/** Names told of columns that are not used. */
const MOST_UNUSED = 40;

/** Every column that holds anything is in a curve, or named here, unless another remark has named it. */
function notUsed(
  columns: readonly NamedColumn[],
  curves: readonly Curve[],
  remarks: readonly string[],
): string[] {
  const used = new Set(curves.flatMap((curve) => curve.columns.map(({ at }) => at)));
  const told = remarks.filter((remark) => /not used|results of formulas/.test(remark)).join(', ');
  const left = columns.filter(
    ({ at, values, texts, label }) =>
      !used.has(at) &&
      (values.some((x) => !Number.isNaN(x)) || texts?.some((text) => text !== '') === true) &&
      !told.includes(label),
  );
  if (left.length === 0) return [];
  const names = left.slice(0, MOST_UNUSED).map(({ label }) => printableLine(label, 60));
  return [
    `not used: ${names.join(', ')}${left.length > MOST_UNUSED ? ` and ${left.length - MOST_UNUSED} more` : ''}`,
  ];
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
