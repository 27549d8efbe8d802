import { median } from '../../core/index.js';
import type { RawTable } from './raw-table.js';
import type { NamedColumn } from './table-columns.js';

/** Words that say which of the two states a row is of, alone in their cells. */
const low = /^(?:[rgi][ _]?)?(?:lrs|low[ _-]?resist(?:ance|ive)?(?:[ _-]?state)?)$/i;
const high = /^(?:[rgi][ _]?)?(?:hrs|high[ _-]?resist(?:ance|ive)?(?:[ _-]?state)?)$/i;
/** Words that do so under a heading that speaks of states: a lamp and a gate are on and off as well. */
const [on, off] = [/^(?:on|low)$/i, /^(?:off|high)$/i];
const speaksOfStates = /state|resist|^(?:l\/h|h\/l|[lh]rs.?[lh]rs)$/i;
/** A column that numbers the states. */
const numbersStates = /^(?:state|resistance state|r state|level)s?$/i;
const quantities = ['conductance_S', 'resistance_Ohm', 'current_A'] as const;

/** A table with its columns. */
export interface TableInColumns {
  readonly table: RawTable;
  readonly columns: readonly NamedColumn[];
}

/**
 * Rows of two states of one cell under each other, `cycle, state, R` with LRS and HRS in turn: brought beside each other, a row a
 * cycle; over a time, as two tables. A column of both would be of no state. As it came where no column tells the two.
 * @param remarks gains what was done
 */
export function statesOfRows(
  table: RawTable,
  columns: readonly NamedColumn[],
  remarks: string[],
): TableInColumns[] {
  const asItCame = [{ table, columns }];
  const used = columns.filter(
    ({ role, unused, values }) => role !== undefined && !unused && values.some((x) => !Number.isNaN(x)),
  );
  const axes = used.filter(({ role }) => role === 'cycle' || role === 'time_s');
  const states = quantities.map((quantity) => used.filter(({ role }) => role === quantity));
  const [state] = states.find(({ length }) => length === 1) ?? [];
  if (state === undefined || states.some(({ length }) => length > 1)) return asItCame;
  const told = columns.flatMap((column) => {
    const ways = waysOf(column, state);
    return ways === undefined ? [] : [{ column, ways }];
  });
  if (told.length !== 1) return asItCame;
  const [{ column, ways }] = told;
  const other = used.filter((one) => ![column, state, ...axes].includes(one));
  const sameQuantity = other.filter(({ role }) => quantities.some((quantity) => quantity === role));
  // a voltage that moves is of a sweep, a count of pulses of a train
  if (other.some((one) => !sameQuantity.includes(one) && !constant(one))) return asItCame;
  const rows = (way: number) => Array.from(ways.keys()).filter((r) => ways[r] === way);
  const kinds = [rows(1), rows(-1)] as const;
  const cycle = axes.find(({ role }) => role === 'cycle');
  const time = axes.find(({ role }) => role === 'time_s');
  if (cycle === undefined && time !== undefined && !inTurn(ways)) {
    remarks.push(`${column.label} says which state a row is of: taken apart by it`);
    return kinds.map((own, k) => ({
      table: { ...table, name: named(table.name, NAMES[k]), lines: own.map((r) => table.lines[r]) },
      columns: columns.filter((one) => one !== column).map((one) => part(one, own)),
    }));
  }
  const left = [...other, ...(time === undefined ? [] : [time])].map(({ label }) => label);
  remarks.push(
    `${column.label} says which state a row is of: ${state.label} of both is taken side by side, a row a cycle${left.length === 0 ? '' : `; not used: ${left.join(', ')}`}`,
  );
  return [sideBySide(table, cycle, state, kinds)];
}

/** In the order of `kinds`. */
const NAMES = ['LRS', 'HRS'] as const;

/** 1 for rows of the low resistance, −1 for those of the high one, 0 for rows that say nothing; undefined unless both occur. */
function waysOf(
  { texts, values, name, role, unused }: NamedColumn,
  state: NamedColumn,
): Float64Array | undefined {
  if (role === 'cycle' || role === 'time_s') return undefined;
  const stated = speaksOfStates.test(name);
  const wayOf = (text: string): number =>
    low.test(text) || (stated && on.test(text))
      ? 1
      : high.test(text) || (stated && off.test(text))
        ? -1
        : text === ''
          ? 0
          : Number.NaN;
  const words = texts?.map(wayOf);
  const numbered = !unused && numbersStates.test(name.replaceAll('_', ' ').trim());
  const ways = words?.every((way) => !Number.isNaN(way))
    ? Float64Array.from(words)
    : numbered
      ? byNumber(values, state)
      : undefined;
  return ways?.includes(1) && ways.includes(-1) ? ways : undefined;
}

/** Of states numbered 0 and 1 the one that conducts better is the low resistance. */
function byNumber(numbers: Float64Array, { values, role }: NamedColumn): Float64Array | undefined {
  const both = [...new Set(numbers.filter((x) => !Number.isNaN(x)))];
  if (both.length !== 2) return undefined;
  const [a, b] = both.map((number) =>
    median(values.filter((x, r) => numbers[r] === number && !Number.isNaN(x)).map(Math.abs)),
  );
  const on = a > b === (role !== 'resistance_Ohm') ? both[0] : both[1];
  return numbers.map((x) => (Number.isNaN(x) ? 0 : x === on ? 1 : -1));
}

/** Whether the state changes from row to row, as no two records over time do that stand under each other. */
function inTurn(ways: Float64Array): boolean {
  let changes = 0;
  for (let r = 1; r < ways.length; r++) if (ways[r] !== ways[r - 1]) changes++;
  return changes > ways.length / 4;
}

const constant = ({ values }: NamedColumn): boolean => {
  const known = values.filter((x) => !Number.isNaN(x));
  return known.every((x) => x === known[0]);
};

const named = (table: string, state: string): string =>
  [table, state].filter((part) => part !== '').join(' ');

function part(column: NamedColumn, rows: readonly number[]): NamedColumn {
  const { values, texts } = column;
  return {
    ...column,
    values: Float64Array.from(rows, (r) => values[r]),
    ...(texts === undefined ? {} : { texts: rows.map((r) => texts[r]) }),
  };
}

/** The k-th read of one state in a cycle beside the k-th of the other; without numbers of cycles, of all. */
function sideBySide(
  table: RawTable,
  cycle: NamedColumn | undefined,
  state: NamedColumn,
  kinds: readonly [readonly number[], readonly number[]],
): TableInColumns {
  const places = new Map<string, { number: number; rows: (number | undefined)[] }>();
  for (const [k, rows] of kinds.entries()) {
    const counts = new Map<number, number>();
    for (const [at, r] of rows.entries()) {
      const number = cycle?.values[r] ?? at + 1;
      const count = counts.get(number) ?? 0;
      counts.set(number, count + 1);
      const key = `${number} ${count}`;
      const place = places.get(key) ?? { number, rows: [undefined, undefined] };
      place.rows[k] = r;
      places.set(key, place);
    }
  }
  const found = [...places.values()].sort((a, b) => first(a.rows) - first(b.rows));
  const { texts: _, ...bare } = state;
  const numbers = Float64Array.from(found, ({ number }) => number);
  return {
    table: { ...table, lines: found.map(({ rows }) => table.lines[first(rows)]) },
    columns: [
      cycle === undefined
        ? {
            name: 'cycle',
            label: 'cycle (counted)',
            group: '',
            at: -1,
            role: 'cycle',
            unused: false,
            values: numbers,
          }
        : { ...part(cycle, []), values: numbers },
      ...NAMES.map((name, k) => ({
        ...bare,
        label: `${state.label} ${name}`,
        name: `${state.name} ${name}`,
        values: Float64Array.from(found, ({ rows }) => state.values[rows[k] ?? -1] ?? Number.NaN),
      })),
    ],
  };
}

const first = (rows: readonly (number | undefined)[]): number => Math.min(...rows.map((r) => r ?? Infinity));
