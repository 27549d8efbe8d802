import type { Answers } from './answers.js';
import { shapeOf } from './column-shapes.js';
import type { RawColumn, RawTable } from './raw-table.js';

/** File names that say current over voltage. */
const loops = /(?:^|[^a-z])i[-_ ]?v(?:[^a-z]|$)|hysteresis|iv[-_ ]?(?:curve|sweep|loop)/i;
/** Of the points at more than a tenth of the voltage, so many have a current of the same sign. */
const SAME_SIGN = 0.8;

/**
 * A table without headings in a file whose name says what was measured: columns get their names where the values agree with it.
 * Told in the remarks; units stay open.
 */
export function headingsByName(
  table: RawTable,
  answers: Answers,
  fileName: string,
  remarks: string[],
): RawTable {
  const bare = table.columns.every(({ heading }) => heading === '');
  if (!bare || answers.columns !== undefined || table.columns.length > 3) return table;
  if (loops.test(fileName)) return loopOf(table, remarks);
  return stateOf(table, fileName, remarks);
}

/** A voltage that goes up and down through both signs, a current that follows it, and before them at most a time or a number. */
function loopOf(table: RawTable, remarks: string[]): RawTable {
  const { columns } = table;
  if (columns.length < 2) return table;
  const [voltage, current] = columns.slice(-2);
  const { low, high, ramps } = shapeOf(voltage.values);
  const first = columns.length === 3 ? columns[0] : undefined;
  if (!ramps || low >= 0 || high <= 0 || !follows(voltage, current)) return table;
  if (first !== undefined && !shapeOf(first.values).rises) return table;
  const names = [...(first === undefined ? [] : ['column 1']), 'voltage', 'current'];
  remarks.push(
    `no heading: by the file's name and their values column ${columns.length - 1} is taken for the voltage and column ${columns.length} for the current`,
  );
  return { ...table, columns: columns.map((column, c) => ({ ...column, heading: names[c] })) };
}

function follows(voltage: RawColumn, current: RawColumn): boolean {
  const { low, high } = shapeOf(voltage.values);
  const least = 0.1 * Math.max(Math.abs(low), Math.abs(high));
  let same = 0;
  let all = 0;
  for (const [r, v] of voltage.values.entries()) {
    const i = current.values[r];
    if (Number.isNaN(i) || Math.abs(v) < least) continue;
    all++;
    if (v * i > 0) same++;
  }
  return all > 10 && same >= SAME_SIGN * all;
}

/** One column of values, alone or beside a number of its rows, in a file called after its quantity. */
function stateOf(table: RawTable, fileName: string, remarks: string[]): RawTable {
  const quantity = /(conductance|resistance|current)s?(?:[^a-z]|$)/i.exec(fileName)?.[1].toLowerCase();
  const { columns } = table;
  const counted = columns.length === 2 && shapeOf(columns[0].values).counts;
  if (quantity === undefined || !(columns.length === 1 || counted)) return table;
  remarks.push(`no heading: by the file's name column ${columns.length} is taken for a ${quantity}`);
  return {
    ...table,
    columns: columns.map((column, c) => ({
      ...column,
      heading: c === columns.length - 1 ? quantity : 'index',
    })),
  };
}
