import type { Question } from '../measured/index.js';
import type { Answers } from './answers.js';
import { shapeOf } from './column-shapes.js';
import type { RawColumn, RawTable } from './raw-table.js';

/** File names that say current over voltage. */
const loops = /(?:^|[^a-z])i[-_ ]?v(?:[^a-z]|$)|hysteresis|iv[-_ ]?(?:curve|sweep|loop)/i;
/** A second column of at most this share of the first, both in SI, follows it as a current does, not as a voltage. */
const AS_CURRENT = 0.1;
/** Currents below this are no voltages of a second channel that was named nowhere: [A]. */
const NO_VOLTAGE = 1e-3;
/** Voltages that sweeps of cells reach, in V. */
const [LEAST_V, MOST_V] = [0.02, 50];
/** Of the points at more than a tenth of the voltage, so many have a current of the same sign. */
const SAME_SIGN = 0.8;

/**
 * A table without headings in a file whose name says what was measured: columns get their names where the values agree with it.
 * So does a loop without a telling name, by its shape. Told in the remarks; units stay open.
 */
export function headingsByName(
  table: RawTable,
  answers: Answers,
  fileName: string,
  ask: (question: Question) => void,
  remarks: string[],
): RawTable {
  const bare = table.columns.every(({ heading }) => heading === '');
  if (!bare || answers.columns !== undefined || table.columns.length > 3) return table;
  if (loops.test(fileName)) return loopOf(table, "the file's name and their values", remarks);
  const state = stateOf(table, fileName, remarks);
  return state === table ? loopByShape(table, answers, ask, remarks) : state;
}

/**
 * Two columns of which the first goes there and back through both signs, as no time does, and the second follows it at a small part
 * of its size. A second channel of an oscilloscope may do so too: from 1 mA nothing is made of it before somebody says so.
 */
function loopByShape(
  table: RawTable,
  answers: Answers,
  ask: (question: Question) => void,
  remarks: string[],
): RawTable {
  if (table.columns.length !== 2) return table;
  const [voltage, current] = table.columns.map(({ values }) => shapeOf(values));
  const [most_V, most_A] = [voltage, current].map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high)));
  if (most_V < LEAST_V || most_V > MOST_V || most_A > AS_CURRENT * most_V) return table;
  if (!goesBack(table.columns[0].values, voltage)) return table;
  const named = loopOf(table, 'their values', remarks);
  if (named !== table && most_A >= NO_VOLTAGE && answers.currentUnit === undefined) {
    ask({
      key: 'currentUnit',
      text: `the second of two columns without a heading follows the first, from ${current.low} to ${current.high}, as a current follows a voltage: in which unit? A voltage of a second channel is named by --answer columns=voltage_V,-`,
      choices: ['A', 'mA', 'uA', 'nA', 'pA'],
      flag: '--answer currentUnit=mA',
      blocks: true,
    });
  }
  return named;
}

/** Whether a ramp comes back over at least a quarter of its range. */
function goesBack(values: Float64Array, { low, high }: { low: number; high: number }): boolean {
  let [up, down] = [0, 0];
  for (let r = 1; r < values.length; r++) {
    const step = values[r] - values[r - 1];
    if (step > 0) up += step;
    else if (step < 0) down -= step;
  }
  return Math.min(up, down) >= 0.25 * (high - low);
}

/** A voltage that goes up and down through both signs, a current that follows it, and before them at most a time or a number. */
function loopOf(table: RawTable, by: string, remarks: string[]): RawTable {
  const { columns } = table;
  if (columns.length < 2) return table;
  const [voltage, current] = columns.slice(-2);
  const { low, high, ramps } = shapeOf(voltage.values);
  const first = columns.length === 3 ? columns[0] : undefined;
  if (!ramps || low >= 0 || high <= 0 || !follows(voltage, current)) return table;
  if (first !== undefined && !shapeOf(first.values).rises) return table;
  const names = [...(first === undefined ? [] : ['column 1']), 'voltage', 'current'];
  remarks.push(
    `no heading: by ${by} column ${columns.length - 1} is taken for the voltage and column ${columns.length} for the current`,
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
  if (quantity === undefined || columns.length > 2) return table;
  const [first] = columns;
  const { counts, low, high, count } = shapeOf(first.values);
  const counted = columns.length === 2 && (counts || numbersSomething(first.values));
  if (columns.length === 2 && !counted) return table;
  remarks.push(
    `no heading: by the file's name column ${columns.length} is taken for a ${quantity}${
      counted && !counts
        ? `; column 1, ${count} whole numbers from ${low} to ${high}, is not used: nothing says whether it is a time, pulses or addresses`
        : ''
    }`,
  );
  return {
    ...table,
    columns: columns.map((column, c) => ({
      ...column,
      heading: c === columns.length - 1 ? quantity : 'index',
    })),
  };
}

/** Whole numbers that never fall, each once or again and again: addresses, numbers of rows. */
function numbersSomething(values: Float64Array): boolean {
  const { rises, distinct } = shapeOf(values);
  return rises && distinct >= 3 && values.every((x) => Number.isInteger(x) && x >= 0);
}
