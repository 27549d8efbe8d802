import type { NamedColumn } from './table-columns.js';

/** The current through a transistor over the voltage that controls it. */
export function isTransfer(voltage: string, current: string): boolean {
  const [v, i] = [voltage.toLowerCase(), current.toLowerCase()];
  if (/^(?:gate|g|gs)$/.test(v)) return /^(?:drain|d|ds|source|s)$/.test(i);
  return /^(?:base|b|be)$/.test(v) && /^(?:collector|c|ce|emitter|e)$/.test(i);
}

/** Names of terminals. */
export const terminals =
  /^(drain|gate|source|bulk|anode|cathode|base|emitter|collector|top|bottom|[a-egs]|ds|gs|be|ce)$/i;

/** Whether columns are of one terminal of one instrument. */
export const alike = (columns: readonly NamedColumn[]): boolean =>
  distinct(columns.map(({ name, owner = '' }) => `${owner}.${terminalOf(name)}`)).length === 1;

/** What names the terminal, device or repetition of a column: `Drain` of DrainI, `2` of V2, `Smu1 1.2` of Smu1.V[1][2]. */
export function keyOf({ name, number = '', owner = '' }: NamedColumn): string {
  return [owner, terminalOf(name), number].filter((part) => part !== '').join(' ');
}

/** The terminal alone. */
export function terminalOf(name: string): string {
  const terminal = /^([A-D]|.*[a-z\d])[VI]$/.exec(name);
  if (terminal !== null) return terminal[1];
  const lower = /^[viVI][_ ]?([a-zA-Z]{1,4})$/.exec(name);
  if (lower !== null && !/^(oltage|olt)$/.test(lower[1])) return lower[1].toLowerCase();
  return name
    .replace(/volt(age|s)?|curr(ent)?|potential|resist(ance)?|conduct(ance)?|amps?\b/gi, '')
    .replace(/^[viru]$|\b[viru]\b/gi, '')
    .replace(/[^\p{L}\d]+/gu, ' ')
    .trim()
    .toLowerCase();
}

/** Each text once. */
export const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];
