import { inputError } from '../../core/index.js';

/** A table of results as SPICE keeps them. */
export interface RawTable {
  readonly title: string;
  /** What was done: `Operating Point`, `DC transfer characteristic`. */
  readonly plotName: string;
  readonly variables: readonly RawVariable[];
}

/** One quantity of a raw file: node voltage, branch current, time, or another. */
export interface RawVariable {
  readonly name: string;
  readonly type: 'voltage' | 'current' | 'time' | 'frequency' | 'notype';
  /** One value a point. */
  readonly values: ArrayLike<number>;
}

const known = ['voltage', 'current', 'time', 'frequency'] as const;

function header(table: RawTable, points: number, date: string): string {
  const lines = table.variables.map(({ name, type }, k) => `\t${k}\t${name}\t${type}`);
  return [
    `Title: ${table.title}`,
    ...(date === '' ? [] : [`Date: ${date}`]),
    `Plotname: ${table.plotName}`,
    'Flags: real',
    `No. Variables: ${table.variables.length}`,
    `No. Points: ${points}`,
    'Variables:',
    ...lines,
    '',
  ].join('\n');
}

function pointsOf(table: RawTable): number {
  return table.variables[0]?.values.length ?? 0;
}

/** All digits of a double, the sign of zero included. */
function exactText(value: number): string {
  return `${Object.is(value, -0) ? '-' : ''}${value.toExponential(17)}`;
}

/** A SPICE raw file with its numbers as text. */
export function writeRawText(table: RawTable, date = ''): string {
  const points = pointsOf(table);
  const rows: string[] = [];
  for (let point = 0; point < points; point++) {
    table.variables.forEach(({ values }, k) => {
      rows.push(`${k === 0 ? ` ${point}` : ''}\t${exactText(values[point])}`);
    });
    rows.push('');
  }
  return `${header(table, points, date)}Values:\n${rows.join('\n')}\n`;
}

/** A SPICE raw file with its numbers as little-endian doubles, point by point. */
export function writeRawBinary(table: RawTable, date = ''): Uint8Array {
  const points = pointsOf(table);
  const head = new TextEncoder().encode(`${header(table, points, date)}Binary:\n`);
  const count = table.variables.length;
  const bytes = new Uint8Array(head.length + 8 * points * count);
  bytes.set(head);
  const view = new DataView(bytes.buffer, head.length);
  for (let point = 0; point < points; point++) {
    table.variables.forEach(({ values }, k) => {
      view.setFloat64(8 * (point * count + k), values[point], true);
    });
  }
  return bytes;
}

/** Reads a raw file of real numbers, of either kind. */
export function readRaw(bytes: Uint8Array): RawTable {
  const text = new TextDecoder('latin1').decode(bytes);
  const start = /\n(Binary|Values):[ \t]*\r?\n/.exec(text);
  if (start === null)
    throw inputError('raw.header', 'a raw file has a line "Binary:" or "Values:"; this has none');
  const head = text.slice(0, start.index);
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'mi').exec(head)?.[1].trim() ?? '';
  if (!/\breal\b/i.test(field('Flags')))
    throw inputError('raw.flags', `flags are "${field('Flags')}", not real`);
  const count = Number(field('No\\. Variables'));
  const points = Number(field('No\\. Points'));
  const names = head
    .slice(head.search(/^Variables:/im))
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/));
  if (names.length < count)
    throw inputError('raw.header', `${count} variables are announced, ${names.length} named`);
  const columns = Array.from({ length: count }, () => new Float64Array(points));
  const body = start.index + start[0].length;
  if (start[1] === 'Binary') {
    if (bytes.length < body + 8 * count * points)
      throw inputError('raw.length', 'the raw file ends too early');
    const view = new DataView(bytes.buffer, bytes.byteOffset + body);
    for (let k = 0; k < points * count; k++)
      columns[k % count][Math.floor(k / count)] = view.getFloat64(8 * k, true);
  } else {
    const numbers = text.slice(body).trim().split(/\s+/);
    if (numbers.length < points * (count + 1)) throw inputError('raw.length', 'the raw file ends too early');
    for (let point = 0; point < points; point++) {
      for (let k = 0; k < count; k++) columns[k][point] = Number(numbers[point * (count + 1) + k + 1]);
    }
  }
  return {
    title: field('Title'),
    plotName: field('Plotname'),
    variables: names.slice(0, count).map(([, name, type], k) => ({
      name,
      type: known.find((one) => one === type) ?? 'notype',
      values: columns[k],
    })),
  };
}

/** The same table as CSV: one column a variable, its unit in the heading. */
export function writeCsv(table: RawTable): string {
  const units = { voltage: ' [V]', current: ' [A]', time: ' [s]', frequency: ' [Hz]', notype: '' } as const;
  const quote = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = [table.variables.map(({ name, type }) => quote(name + units[type])).join(',')];
  for (let point = 0; point < pointsOf(table); point++) {
    lines.push(table.variables.map(({ values }) => `${values[point]}`).join(','));
  }
  return `${lines.join('\n')}\n`;
}
