import type { RawColumn, RawTable } from './raw-table.js';

/** Headings of columns that say which device a row is of. */
const device =
  /^(?:device|cell|dev|sample|address|addr|memristor|junction)(?:[ _-]?(?:id|no|nr|num|number|name|address))?$/i;
/** Rows of one device that a curve has at least. */
const FEWEST_ROWS = 4;
const MOST_DEVICES = 20_000;

/** A table whose rows are of several devices, cut into one a device, where each has enough rows to be a curve. */
export function byDevice(table: RawTable): RawTable[] {
  const column = table.columns.find(({ heading }) => device.test(heading.trim()));
  if (column === undefined) return [table];
  const rows = new Map<string, number[]>();
  for (let r = 0; r < table.lines.length; r++) {
    const name = nameIn(column, r);
    const own = rows.get(name);
    if (own === undefined) rows.set(name, [r]);
    else own.push(r);
  }
  const sizes = [...rows.values()].map(({ length }) => length);
  if (rows.size < 2 || rows.size > MOST_DEVICES || Math.min(...sizes) < FEWEST_ROWS) return [table];
  return [...rows].map(([name, own]) => ({
    ...table,
    name: [table.name, `${column.heading.trim()} ${name}`].filter((part) => part !== '').join(' '),
    cell: name,
    columns: table.columns.filter((one) => one !== column).map((one) => part(one, own)),
    lines: own.map((r) => table.lines[r]),
  }));
}

function nameIn({ values, texts }: RawColumn, r: number): string {
  const text = texts?.[r] ?? '';
  return text !== '' ? text : Number.isNaN(values[r]) ? '' : String(values[r]);
}

function part(column: RawColumn, rows: readonly number[]): RawColumn {
  const { texts } = column;
  return {
    ...column,
    values: Float64Array.from(rows, (r) => column.values[r]),
    ...(texts === undefined ? {} : { texts: rows.map((r) => texts[r]) }),
  };
}
