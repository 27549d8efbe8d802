import { printableLine } from '../../../core/index.js';
import type { RawEntry, RawTable } from '../raw-table.js';
import type { FormatFile, TextFormat } from './text-format.js';

/** Fewest reads in a line that is a train, lines that are, and their share of all that hold anything. */
const FEWEST_READS = 8;
const FEWEST_LINES = 2;
const SHARE = 0.8;
/** Lines that tell what a file is, and the longest words before the numbers of one. */
const LOOKED_AT = 40;
const MOST_WORDS = 120;

const word =
  'prog(?:ram(?:ming)?)?|erase|ers|write|set|reset|ltp|ltd|pot(?:entiation)?|dep(?:ression)?|up|down';
/** `Gprog,` `(U2,0,0),tprog=0.0002,Gerase,` `R_set;`: a letter for the quantity, a word for the pulses. */
const head = new RegExp(`^(.*?)\\b([GRI])[ _-]?(${word})["']?\\s*[,;:\\t]\\s*(?=[+-]?[\\d.])`, 'i');
const quantities: Readonly<Record<string, string>> = { G: 'conductance', R: 'resistance', I: 'current' };

interface Line {
  readonly line: number;
  readonly before: string;
  readonly name: string;
  readonly quantity: string;
  readonly values: Float64Array;
}

/**
 * Trains that stand in rows, one a line: what it is of, `Gprog` or `R_reset`, then a number after each pulse. Which way pulses drive is
 * what the numbers do: programming lowers the conductance of a flash cell and raises that of a memristor.
 */
export const trainsInLines: TextFormat = {
  recognises: ({ lines }) => {
    const some = lines.slice(0, LOOKED_AT).filter((line) => line.trim() !== '');
    const own = some.filter((line, k) => lineOf(line, k) !== undefined).length;
    return own >= FEWEST_LINES && own >= SHARE * some.length;
  },
  read: ({ lines }) => read(lines),
};

function lineOf(text: string, at: number): Line | undefined {
  const found = head.exec(text);
  if (found === null || found[1].length > MOST_WORDS) return undefined;
  const cells = text
    .slice(found[0].length)
    .trim()
    .split(/\s*[,;\t]\s*|\s+/);
  if (cells.at(-1) === '') cells.pop();
  const values = Float64Array.from(cells, Number);
  if (values.length < FEWEST_READS || cells.includes('') || values.some(Number.isNaN)) return undefined;
  const letter = found[2].toUpperCase();
  return {
    line: at + 1,
    before: found[1],
    name: `${found[2]}${found[3]}`,
    quantity: quantities[letter],
    values,
  };
}

function read(lines: readonly string[]): FormatFile {
  const tables: RawTable[] = [];
  const entries: RawEntry[] = [];
  const ways = new Map<string, { up: number; down: number }>();
  const counts = new Map<string, number>();
  let other = 0;
  for (const [at, text] of lines.entries()) {
    if (text.trim() === '') continue;
    const one = lineOf(text, at);
    if (one === undefined) {
      if (tables.length > 0) other++;
      else entries.push({ key: printableLine(text, MOST_WORDS), values: [], line: at + 1 });
      continue;
    }
    const cell = /^\s*(\([^()]*\)|"[^"]*")/.exec(one.before)?.[1].replaceAll(/["\s]/g, '');
    const up = one.values[one.values.length - 1] > one.values[0] !== (one.quantity === 'resistance');
    const way = ways.get(one.name) ?? { up: 0, down: 0 };
    way[up ? 'up' : 'down']++;
    ways.set(one.name, way);
    const count = (counts.get(`${cell} ${up}`) ?? 0) + 1;
    counts.set(`${cell} ${up}`, count);
    tables.push(tableOf(one, up, cell, count));
  }
  const told = [...ways].map(
    ([name, { up, down }]) =>
      `${name} ${up === 0 ? 'is depression' : down === 0 ? 'is potentiation' : `is potentiation in ${up} lines and depression in ${down}`}`,
  );
  return {
    format: 'text, a train in each line',
    tables,
    entries,
    remarks: [
      `each line is a train, a read after each pulse; by what the conductance does ${told.join(', ')}`,
      ...(other === 0 ? [] : [`${other} lines among the trains are none, and are left out`]),
    ],
  };
}

function tableOf(
  { line, before, name, quantity, values }: Line,
  up: boolean,
  cell: string | undefined,
  count: number,
): RawTable {
  const way = up ? 'LTP' : 'LTD';
  return {
    name: [cell, name, String(count)].filter((part) => part !== undefined).join(' '),
    columns: [
      { heading: `pulse ${way}`, unit: '#', values: values.map((_, k) => k + 1) },
      { heading: `${quantity} ${way}`, values },
    ],
    lines: new Array<number>(values.length).fill(line),
    entries: [
      ...(before.trim() === '' ? [] : [{ key: printableLine(before, MOST_WORDS), values: [], line }]),
      { key: `Cycle ${count}`, values: [], line },
    ],
    ...(cell === undefined ? {} : { cell }),
  };
}
