import { printableLine } from '../../core/index.js';
import type { NamedColumn } from './table-columns.js';

const stamped = /time|stamp|date|zeit|datum|uhr/i;
const byYear = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[ T](\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?Z?$/;
const byDay =
  /^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{2,4})[ T](\d{1,2}):(\d{2})(?::(\d{2}(?:[.,]\d+)?))?(?: ?([AP])M)?$/i;
/** Of the rows, so many have a time of their own: a clock that does not resolve them tells no order. */
const RESOLVED = 0.9;

/**
 * A column of dates with times of day as seconds from its first row, where the table has no other time. Days before months where points
 * part them or a first number is beyond 12, months before days where a second one is; where neither tells and the date changes, none.
 * @param remarks gains what was done
 */
export function withTimestamps(columns: readonly NamedColumn[], remarks: string[]): NamedColumn[] {
  if (
    columns.some(
      ({ role, unused, values }) => role === 'time_s' && !unused && values.some((x) => !Number.isNaN(x)),
    )
  )
    return [...columns];
  const at = columns.findIndex(({ label, values, texts }) => {
    return texts !== undefined && stamped.test(label) && values.every((x) => Number.isNaN(x));
  });
  const column = columns[at];
  const seconds = column?.texts === undefined ? undefined : secondsOf(column.texts);
  if (column === undefined || seconds === undefined) return [...columns];
  remarks.push(`${printableLine(column.label, 60)}: dates, taken as seconds from the first row`);
  return columns.map((one, c) =>
    c === at
      ? { ...one, role: 'time_s', unused: false, given: { unit: 's', factor: 1 }, values: seconds }
      : one,
  );
}

function secondsOf(texts: readonly string[]): Float64Array | undefined {
  const filled = texts.filter((text) => text !== '');
  if (filled.length < 2) return undefined;
  const order = filled.every((text) => byYear.test(text)) ? 'year' : dayOrder(filled);
  if (order === undefined) return undefined;
  const absolute = texts.map((text) => (text === '' ? Number.NaN : instant(text, order)));
  const first = absolute.find((t) => !Number.isNaN(t)) ?? Number.NaN;
  const seconds = Float64Array.from(absolute, (t) => (t - first) / 1000);
  const known = seconds.filter((t) => !Number.isNaN(t));
  if (known.length !== filled.length || new Set(known).size < RESOLVED * known.length) return undefined;
  return known.every((t, k) => k === 0 || t >= known[k - 1]) ? seconds : undefined;
}

type Order = 'year' | 'day' | 'month';

function dayOrder(texts: readonly string[]): Order | undefined {
  const found = texts.map((text) => byDay.exec(text));
  if (found.some((match) => match === null)) return undefined;
  const all = found.flatMap((match) => (match === null ? [] : [match]));
  const [days, months] = [1, 3].map((k) => all.some((match) => Number(match[k]) > 12));
  if (days !== months) return days ? 'day' : 'month';
  if (days) return undefined;
  if (all.every((match) => match[2] === '.')) return 'day';
  const date = (match: RegExpExecArray) => `${match[1]} ${match[3]} ${match[4]}`;
  // on one day it does not matter
  return all.every((match) => date(match) === date(all[0])) ? 'day' : undefined;
}

/** Milliseconds since 1970, as if at Greenwich: only differences are used. */
function instant(text: string, order: Order): number {
  if (order === 'year') {
    const [, y, m, d, h, min, s = '0'] = byYear.exec(text) ?? [];
    return at(y, m, d, Number(h), min, s);
  }
  const [, a, , b, y, h, min, s = '0', half] = byDay.exec(text) ?? [];
  const hour = half === undefined ? Number(h) : (Number(h) % 12) + (/p/i.test(half) ? 12 : 0);
  return order === 'day' ? at(y, b, a, hour, min, s) : at(y, a, b, hour, min, s);
}

function at(year: string, month: string, day: string, hour: number, minute: string, second: string): number {
  const full = year.length === 2 ? 2000 + Number(year) : Number(year);
  return (
    Date.UTC(full, Number(month) - 1, Number(day), hour, Number(minute)) +
    1000 * Number(second.replace(',', '.'))
  );
}
