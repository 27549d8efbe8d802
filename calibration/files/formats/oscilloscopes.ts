import type { RawColumn, RawTable } from '../raw-table.js';
import { tablesIn } from '../text-tables.js';
import { fileUnit } from '../units.js';
import type { FormatFile, FormatText, TextFormat } from './text-format.js';

const cellsOf = (line: string): string[] =>
  line.split(/[,;]/).map((cell) => cell.trim().replace(/^"|"$/g, ''));

/**
 * Rigol oscilloscopes: `X,CH1,CH2,Start,Increment` over `Sequence,Volt,Volt,-1e-3,4e-7`, then a number and the voltages of each
 * sample. The time is not in the rows: Start and Increment make it.
 */
export const rigol: TextFormat = {
  recognises: ({ lines }) =>
    /^"?X"?[,;].*\bStart"?[,;]\s*"?Increment\b/i.test(lines[0] ?? '') && rigolScale(lines) !== undefined,
  read: readRigol,
};

interface Scale {
  readonly start_s: number;
  readonly increment_s: number;
  readonly names: readonly string[];
  readonly units: readonly string[];
}

function rigolScale(lines: readonly string[]): Scale | undefined {
  const names = cellsOf(lines[0] ?? '');
  const units = cellsOf(lines[1] ?? '');
  const at = names.findIndex((name) => /^start$/i.test(name));
  const start_s = Number(units[at] || Number.NaN);
  const increment_s = Number(units[at + 1] || Number.NaN);
  if (at < 2 || !Number.isFinite(start_s) || !(increment_s > 0)) return undefined;
  return { start_s, increment_s, names: names.slice(1, at), units: units.slice(1, at) };
}

function readRigol({ lines }: FormatText): FormatFile {
  const scale = rigolScale(lines);
  const { tables, entries, remarks } = tablesIn(lines.map((line, at) => (at < 2 ? [] : filledCells(line))));
  if (scale === undefined) return { format: 'Rigol oscilloscope', tables, entries, remarks };
  return {
    format: 'Rigol oscilloscope',
    tables: tables.map((table) => rigolTable(table, scale)),
    entries: [
      { key: 'Start (s)', values: [String(scale.start_s)], line: 2 },
      { key: 'Increment (s)', values: [String(scale.increment_s)], line: 2 },
    ],
    remarks: [...remarks, 'the time of each sample is made of Start and Increment in the second line'],
  };
}

/** Without the empty cells that stand under Start and Increment. */
function filledCells(line: string): string[] {
  const cells = cellsOf(line);
  return cells.slice(0, cells.findLastIndex((cell) => cell !== '') + 1);
}

function rigolTable(table: RawTable, { start_s, increment_s, names, units }: Scale): RawTable {
  const [sequence, ...channels] = table.columns;
  const time: RawColumn = {
    heading: 'time',
    unit: 's',
    values: sequence.values.map((k) => start_s + k * increment_s),
  };
  return {
    ...table,
    columns: [
      time,
      ...channels.map((column, c) => ({
        ...column,
        heading: names[c] ?? `CH${c + 1}`,
        ...(fileUnit(units[c] ?? '') === undefined ? {} : { unit: units[c] }),
      })),
    ],
  };
}

/** LeCroy oscilloscopes: `LECROYWR64Xi,…`, segments, then `Time,Ampl`, which are s and V. */
export const lecroy: TextFormat = {
  recognises: ({ lines }) =>
    /^"?LECROY/i.test(lines[0] ?? '') && lines.slice(0, 3000).some((line) => lecroyNames.test(line)),
  read({ lines }) {
    const names = lines.findIndex((line) => lecroyNames.test(line));
    const above = tablesIn(lines.slice(0, 2));
    const found = tablesIn(lines.map((line, at) => (at <= names ? [] : filledCells(line))));
    return {
      format: 'LeCroy oscilloscope',
      tables: found.tables.map((table) => ({
        ...table,
        columns: table.columns.map((column, c) =>
          c === 0
            ? { ...column, heading: 'time', unit: 's' }
            : { ...column, heading: table.columns.length === 2 ? 'voltage' : `CH${c}`, unit: 'V' },
        ),
      })),
      entries: above.entries,
      remarks: [...found.remarks, 'Time and Ampl of a LeCroy oscilloscope are in s and V'],
    };
  },
};

const lecroyNames = /^"?Time"?[,;]\s*"?Ampl/i;
