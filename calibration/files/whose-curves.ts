import type { RawEntry } from './raw-table.js';
import type { NamedColumn } from './table-columns.js';

/** Which cell or repetition a curve is of, as far as names say it. */
export interface Whose {
  readonly cell?: string;
  readonly cycle?: number;
  readonly doubtful?: boolean;
}

/** Words for the two directions, for repetitions, and for what is read: with one number beside them, they name no cell. */
const ofRepetitions =
  /ltp|ltd|potentiation|depression|\b(?:pot|dep|up|down|set|reset|cycles?|cyc|rep(?:eat|etition)?s?|runs?|trials?|trains?|rounds?|no|nr)\b|#/gi;
const quantities = /conductance|resistance|current|\b(?:read|[gri])\b/gi;
/** States, statistics and directions of one cell, beside each other. */
const ofOneCell =
  /lrs|hrs|\bon\b|\boff\b|low|high|mean|median|std|min|max|p\d\d|set|forward|backward|reverse/i;
/** Names of groups, headings and sheets that say which device follows. */
const device =
  /^(?:device|dev|cell|dut|memristor|junction|sample|die|chip|pixel|crosspoint|w\d+ ?b\d+|r\d+ ?c\d+)(?:$|[^a-z])/i;
const repeated =
  /^(?:cycles?|cyc|sweeps?|loops?|runs?|scans?|repeats?|append|data|test|trial|forward|backward|reverse|set|reset)(?:$|[^a-z])/i;

/** LTP1, LTP2, `cycle 2 LTP`: repetitions on one cell; else each column is of a cell of its own, but for states and statistics of one. */
export function whoseColumn(one: NamedColumn, all: readonly NamedColumn[]): Whose {
  const numbers = all.map(numberOf);
  const known = numbers.every((number) => number !== undefined) && new Set(numbers).size === all.length;
  const own = numberOf(one);
  if (known && own !== undefined) return { cycle: own };
  return ofOneCell.test(one.label) ? {} : { cell: one.label };
}

function numberOf({ name, number }: NamedColumn): number | undefined {
  const numbers = [...name.matchAll(/\d+/g)].map(([digits]) => digits).concat(number ?? []);
  const words = name.replace(/\d+/g, ' ').replaceAll('_', ' ');
  const rest = words
    .replace(ofRepetitions, ' ')
    .replace(quantities, ' ')
    .replace(/[^\p{L}]+/gu, '');
  const says = words.search(ofRepetitions) >= 0;
  return says && rest === '' && numbers.length === 1 && /^\d{1,6}$/.test(numbers[0])
    ? Number(numbers[0])
    : undefined;
}

/** What the name of a group of columns says of them: `Device 2` a cell, `Run 2` nothing, `B7` that nobody knows. */
export function whoseGroup(name: string): Whose {
  if (device.test(name.trim())) return { cell: name.trim() };
  return repeated.test(name.trim()) ? {} : { doubtful: true };
}

/** `V[1][2]`, `AV(2)`. */
export const bracketed = ({ label }: NamedColumn): boolean => /[[(]\d{1,4}[\])]/.test(label);

/** Whether a name is one of a device: `Device 2`, `W1B3`. */
export const isDevice = (name: string): boolean => device.test(name.trim());

/** Entries above a table that could name it. */
const MOST_ABOVE = 3;

/** The device that a line above a table, or the name of its sheet, says that it is of. */
export function deviceAbove(entries: readonly RawEntry[], sheet: string): string | undefined {
  for (const { key, values } of entries.slice(-MOST_ABOVE).reverse()) {
    const text = [key, ...values].join(' ').trim();
    if (device.test(text) && text.length <= 40 && /^\S+[ _#:.-]*\S+$|^\S+\d$/.test(text)) return text;
  }
  const name = sheet.replace(/^sheet /, '').trim();
  return device.test(name) ? name : undefined;
}
