import { printableLine } from '../../core/index.js';
import type { Question } from '../measured/index.js';
import { shapeOf } from './column-shapes.js';
import { isState } from './curve.js';
import type { NamedColumn } from './table-columns.js';

/** Asks what the columns of a table are of which nothing says it, and tells what each looks like. */
export function whatAreThey(columns: readonly NamedColumn[]): Question {
  const looks = columns
    .slice(0, MOST_LISTED)
    .map(({ label, values, texts }) => `${printableLine(label, 60)} ${looksLike(values, texts)}`);
  return {
    key: 'columns',
    text: `what are the columns? Nothing in the file says it; ${looks.join('; ')}${columns.length > MOST_LISTED ? `; and ${columns.length - MOST_LISTED} more` : ''}${columns.length === 1 ? ': resistance_Ohm, conductance_S or current_A' : ''}`,
    flag: `--answer columns=${suggestion(columns)}`,
    blocks: true,
  };
}

/** Asks about the columns of a table that nobody knows, and names what is known of it. */
export function whatElse(all: readonly NamedColumn[]): Question {
  const filled = all.filter(({ values }) => values.some((x) => !Number.isNaN(x)));
  const known = filled.filter(({ role, unused }) => role !== undefined && !unused);
  const open = filled.filter((column) => !known.includes(column));
  const state = known.some(isState);
  const missing = state
    ? 'a voltage, a time or a number of pulses'
    : 'a current, a resistance or a conductance';
  const flag = `--answer columns=${suggestion(all)}`;
  if (open.length === 0) {
    return {
      key: 'columns',
      text: `${listed(known)}: ${missing} is needed beside ${known.length === 1 ? 'it' : 'them'}, and the file has no other column of numbers; what are the columns?`,
      flag,
      blocks: true,
    };
  }
  const odd = open.find((column) => column.odd !== undefined);
  const because = odd === undefined ? '' : ` (${printableLine(odd.odd ?? '', 20)} is no unit of one)`;
  return {
    key: 'columns',
    text: `is ${open.length === 1 ? listed(open) : `one of ${listed(open)}`} ${missing}, and in which unit${because}? Known ${known.length === 1 ? 'is' : 'are'} ${listed(known)}; in turn, the columns are ${listed(all)}`,
    flag,
    blocks: true,
  };
}

/** What one column of values is likeliest to be: cells are of ohms and more, siemens and amperes of less. */
function bySize({ low, high }: ReturnType<typeof shapeOf>): string {
  if (high >= 100) return 'resistance_Ohm';
  return low >= 0 && high < 0.1 ? 'conductance_S' : 'current_A';
}

/** A column of at most this share of another, both in SI, is its current rather than its voltage. */
const AS_CURRENT = 0.05;

/** What the columns could be, for the flag: nobody takes it for an answer. */
function suggestion(columns: readonly NamedColumn[]): string {
  const shapes = columns.map(({ values }) => shapeOf(values));
  const rest = columns.length - 2;
  if (columns.some(({ role }) => role !== undefined)) return besideKnown(columns, shapes);
  // Pulses of two heights, a read voltage, then a current a device.
  if (rest >= 1 && shapes[0].distinct <= 4 && shapes[1].constant) {
    return `amplitude_V,voltage_V,current_A${rest > 1 ? '*' : ''}`;
  }
  if (columns.length === 1) return bySize(shapes[0]);
  const time = shapes[0].rises && shapes[0].low >= 0;
  if (columns.length === 2) {
    if (time && !shapes[1].rises) return `time_s,${bySize(shapes[1])}`;
    const [one, other] = shapes.map(({ low, high }) => Math.max(Math.abs(low), Math.abs(high)));
    // a current is a small part of its voltage, in whichever column it stands
    return one < AS_CURRENT * other && other >= 0.1 ? 'current_A,voltage_V' : 'voltage_V,current_A';
  }
  return [...(time ? ['time_s', 'voltage_V', 'current_A'] : ['voltage_V', 'current_A']), '-'].join(',');
}

/** Columns that the answer names one by one; the rest is not used. */
const MOST_SUGGESTED = 12;

/** What is known stays; one column more is the axis that is missing, by its shape, and one the state, by its size. */
function besideKnown(columns: readonly NamedColumn[], shapes: readonly ReturnType<typeof shapeOf>[]): string {
  let axis = !columns.some(({ role }) => /^(?:time|voltage|pulse|cycle|amplitude)/.test(role ?? ''));
  let missing = !columns.some(isState);
  return columns
    .slice(0, MOST_SUGGESTED)
    .map((column, c) => {
      if (column.role !== undefined && !column.unused) return saidAs(column);
      if (axis && shapes[c].rises && shapes[c].low >= 0) {
        axis = false;
        return shapes[c].counts ? 'pulse' : 'time_s';
      }
      if (!missing || shapes[c].count === 0 || shapes[c].counts || shapes[c].constant) return '-';
      missing = false;
      return bySize(shapes[c]);
    })
    .join(',');
}

const prefixes: ReadonlyMap<number, string> = new Map([
  [-12, 'p'],
  [-9, 'n'],
  [-6, 'u'],
  [-3, 'm'],
  [3, 'k'],
  [6, 'M'],
]);

/** A role in the unit that the file gives, as an answer says it: `current_uA`. */
function saidAs({ role, given }: NamedColumn): string {
  const exponent = Math.round(Math.log10(given?.factor ?? 1));
  const prefix =
    Math.abs(1 - (given?.factor ?? 1) / 10 ** exponent) < 1e-9 ? prefixes.get(exponent) : undefined;
  if (role === undefined) return '-';
  return prefix === undefined ? role : role.replace(/_(?=[^_]+$)/, `_${prefix}`);
}

/** The roles that columns were taken for, as an answer says them. */
export function rolesOf(columns: readonly NamedColumn[]): string {
  return columns.slice(0, MOST_SUGGESTED).map(saidAs).join(',');
}

/** Names told of a table: all, as the answer names them all. */
const MOST_LISTED = 60;

/** The names of all columns of a table. */
function listed(columns: readonly NamedColumn[]): string {
  const names = columns.slice(0, MOST_LISTED).map(({ label }) => printableLine(label, 60));
  return `${names.join(', ')}${columns.length > MOST_LISTED ? ` and ${columns.length - MOST_LISTED} more` : ''}`;
}

function looksLike(values: Float64Array, texts?: readonly string[]): string {
  const shape = shapeOf(values);
  const words = [...new Set(texts?.filter((text) => text !== ''))];
  if (shape.count === 0 && words.length > 0)
    return `holds words (${words
      .slice(0, 3)
      .map((word) => printableLine(word, 20))
      .join(', ')}${words.length > 3 ? ', …' : ''})`;
  // Six digits: a spreadsheet's 0.010986919999999999 is 0.0109869 to whoever reads it.
  const short = (value: number): string => String(Number(value.toPrecision(6)));
  const range = `from ${short(shape.low)} to ${short(shape.high)}`;
  if (shape.count === 0) return 'is empty';
  if (shape.constant) return `is ${short(shape.low)} throughout`;
  if (shape.counts) return `counts ${range}`;
  if (shape.rises && shape.even) return `rises in even steps ${range}, as a time or a ramp of voltage`;
  if (shape.rises) return `rises ${range}, as a time or a ramp of voltage`;
  if (shape.ramps) return `goes up and down in steps ${range}, as a sweep of voltage`;
  return `goes ${range}`;
}
