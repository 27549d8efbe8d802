import type { ColumnRole, MeasuredColumn } from '../measured/index.js';
import type { Answers } from './answers.js';
import { OVERRANGE, quantityIn } from './cell-text.js';
import { shapeOf } from './column-shapes.js';
import { type Heading, type HeadingRole, roleOf, takeHeading } from './headings.js';
import type { RawColumn, RawTable } from './raw-table.js';
import { canBe } from './unit-sizes.js';
import { type FileUnit, fileUnit } from './units.js';

/** A column with all that its heading says. */
export interface NamedColumn extends Heading {
  readonly at: number;
  readonly label: string;
  readonly group: string;
  readonly role?: ColumnRole;
  readonly unused: boolean;
  /** The unit that the file or an answer gave; none where the file says none. */
  readonly given?: FileUnit;
  /** As they stand in the file, overrange marks NaN. */
  readonly values: Float64Array;
  readonly texts?: readonly string[];
  /** Its numbers are written with exponents. */
  readonly exponents?: true;
  /** Of a train: which way the pulses of this column drive. */
  readonly direction?: 'up' | 'down';
}

const up = /\b(?:ltp|potentiat\w*|pot|up|set|increas\w*|posit\w*)\b/;
const down = /\b(?:ltd|depress\w*|dep|down|reset|decreas\w*|negat\w*)\b/;

/** Which way pulses drive by a name: `LTP`, `depression`, `up`. */
export function directionIn(name: string): 'up' | 'down' | undefined {
  const words = name.toLowerCase().replace(/[_\-.[\](){}\d]+/g, ' ');
  if (down.test(words)) return 'down';
  return up.test(words) ? 'up' : undefined;
}

/** The columns of a table with roles, from headings, units and answers. @returns and how many values were overrange marks */
export function nameColumns(
  table: RawTable,
  answers: Answers,
): { columns: NamedColumn[]; overrange: number } {
  const said = answers.columns?.split(',').map((one) => one.trim());
  // The last with a star holds for all columns that follow: a current a device.
  const last = said?.at(-1) ?? '';
  const rest = last.endsWith('*') ? last.slice(0, -1) : '-';
  let overrange = 0;
  const columns = table.columns.map((raw, at): NamedColumn => {
    const answered = said === undefined ? undefined : at < said.length ? said[at].replace(/\*$/, '') : rest;
    const heading = takeHeading(answered === undefined || answered === '' ? raw.heading : answered);
    const label = raw.heading.trim() === '' ? `column ${at + 1}` : raw.heading.trim();
    const { values, unit: inCells, words } = numbersOf(raw);
    let kept = values;
    for (let r = 0; r < values.length; r++) {
      if (!(Math.abs(values[r]) >= OVERRANGE)) continue;
      if (kept === values) kept = values.slice();
      kept[r] = Number.NaN;
      overrange++;
    }
    const stated =
      inCells ??
      unitBeside(table, raw.heading) ??
      (raw.unit === undefined ? undefined : unitOfLine(raw.unit, raw.heading)) ??
      heading.unit;
    const given = stated === undefined ? undefined : timesPower(stated, heading.power, kept);
    const read: HeadingRole = answered === '-' ? { unused: true } : roleOf(heading, stated?.unit);
    const { role = words ? ('direction' as const) : stateBy(heading.name, kept) } = read;
    const unused = read.unused === true;
    const identifier =
      /^id$/i.test(heading.name) && kept.every((x) => Number.isNaN(x) || Number.isInteger(x));
    const direction = directionIn(`${raw.group ?? ''} ${raw.heading}`);
    return {
      ...heading,
      at,
      label,
      group: raw.group ?? '',
      ...(role === undefined ? {} : { role }),
      unused: unused || identifier,
      ...(given === undefined ? {} : { given }),
      ...(given === undefined && stated !== undefined ? { odd: `10^${heading.power}` } : {}),
      values: kept,
      ...(raw.texts === undefined ? {} : { texts: raw.texts }),
      ...(raw.exponents === undefined ? {} : { exponents: raw.exponents }),
      ...(direction === undefined ? {} : { direction }),
    };
  });
  return { columns, overrange };
}

/** Resistances of this size and more are no currents and no conductances: [Ω]. */
const SURELY_OHM = 50;

/** `HRS` and `LRS` say which state, not which quantity: numbers that are large are resistances. */
function stateBy(name: string, values: Float64Array): ColumnRole | undefined {
  if (!/^(?:hrs|lrs)$/i.test(name.trim()) || values.length === 0) return undefined;
  return values.every((x) => Number.isNaN(x) || x >= SURELY_OHM) ? 'resistance_Ohm' : undefined;
}

/** The unit that a column of its own gives: `Reading` and `Unit`, `Source` and `Source Unit`, with `Amp DC` in every row. */
function unitBeside({ columns }: RawTable, heading: string): FileUnit | undefined {
  const name = heading.trim().toLowerCase();
  const wanted =
    name === 'reading' || name === 'value' ? ['unit', 'units'] : [`${name} unit`, `${name} units`];
  const known = byHeading(columns);
  const beside = wanted.map((one) => known.get(one)).find((column) => column !== undefined);
  const filled = beside?.texts?.filter((text) => text !== '') ?? [];
  if (filled.length === 0 || filled.some((text) => text !== filled[0])) return undefined;
  return fileUnit(filled[0].replace(/ ?[DA]C$/i, ''));
}

/**
 * `I x 1e6 (A)` is a million times the current, or millions of amperes; `G x 1e-6 (S)` is in µS, or a millionth of it. Which, the size says;
 * undefined where both or none could be.
 */
function timesPower(unit: FileUnit, power: number | undefined, values: Float64Array): FileUnit | undefined {
  if (power === undefined || power === 0) return unit;
  const { low, high } = shapeOf(values);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const factors = [power, -power].map((exponent) => Number(`${unit.factor}e${exponent}`));
  const likely = factors.filter((factor) => canBe(unit.unit, largest * factor));
  return likely.length === 1 ? { unit: unit.unit, factor: likely[0] } : undefined;
}

const headingsOf = new WeakMap<readonly RawColumn[], ReadonlyMap<string, RawColumn>>();

/** The first column of each heading, found once a table: a hostile one has thousands. */
function byHeading(columns: readonly RawColumn[]): ReadonlyMap<string, RawColumn> {
  const known = headingsOf.get(columns);
  if (known !== undefined) return known;
  const found = new Map<string, RawColumn>();
  for (const column of columns) {
    const heading = column.heading.trim().toLowerCase();
    if (!found.has(heading)) found.set(heading, column);
  }
  headingsOf.set(columns, found);
  return found;
}

/** In a line of units S below a time is seconds. */
function unitOfLine(text: string, heading: string): FileUnit | undefined {
  if (text.trim() === 'S' && /time|zeit/i.test(heading)) return { unit: 's', factor: 1 };
  return fileUnit(text);
}

/** Words that say which way one pulse drives, alone in their cells. */
const upward =
  /^(?:\+|p|pot(?:entiation|entiate)?|ltp|up|set|pos(?:itive)?|inc(?:rease)?|program|write|prg|wr)$/i;
const downward =
  /^(?:-|d|dep(?:ression|ress)?|ltd|down|reset|rst|neg(?:ative)?|dec(?:rease)?|erase|ers|er)$/i;

/** 1 for words that say up, -1 for down, in a column that holds both and nothing else. */
function directionsIn(texts: readonly string[]): Float64Array | undefined {
  const ways = texts.map((text) => (upward.test(text) ? 1 : downward.test(text) ? -1 : Number.NaN));
  const known = ways.every((way, r) => texts[r] === '' || !Number.isNaN(way));
  return known && ways.includes(1) && ways.includes(-1) ? Float64Array.from(ways) : undefined;
}

/** Numbers of a column; of one whose cells carry units (`100 nA`), in SI; of words for the two ways, 1 and -1. */
function numbersOf({ values, texts }: RawColumn): {
  values: Float64Array;
  unit?: FileUnit;
  words?: boolean;
} {
  if (texts === undefined || values.some((value) => !Number.isNaN(value))) return { values };
  const ways = directionsIn(texts);
  if (ways !== undefined) return { values: ways, unit: { unit: '1', factor: 1 }, words: true };
  const read = texts.map((text) => (text === '' ? undefined : quantityIn(text)));
  const filled = texts.filter((text) => text !== '');
  const units = read.map((one) => (one === undefined ? undefined : fileUnit(one.unit)));
  const first = units.find((unit) => unit !== undefined);
  if (first === undefined || units.filter((unit) => unit?.unit === first.unit).length < filled.length)
    return { values };
  return {
    values: Float64Array.from(read, (one, r) =>
      one === undefined ? Number.NaN : one.value * (units[r]?.factor ?? 1),
    ),
    unit: { unit: first.unit, factor: 1 },
  };
}

/** SI unit that each role has. */
export const unitOfRole: Readonly<Record<ColumnRole, string>> = {
  time_s: 's',
  voltage_V: 'V',
  appliedVoltage_V: 'V',
  current_A: 'A',
  conductance_S: 'S',
  resistance_Ohm: 'Ω',
  pulse: '1',
  amplitude_V: 'V',
  width_s: 's',
  cycle: '1',
  direction: '1',
  polarity: '1',
  step_S: 'S',
  probability: '1',
  setVoltage_V: 'V',
  resetVoltage_V: 'V',
  lowResistanceCurrent_A: 'A',
  highResistanceCurrent_A: 'A',
  resetCurrent_A: 'A',
  level: '1',
};

/** Values in SI units. A power of ten is applied by its exponent, so that 1 uA is 1e-6 A to the last bit. */
function scaled(values: Float64Array, factor: number): Float64Array {
  if (factor === 1) return values;
  const inverse = Math.round(1 / factor);
  return factor < 1 && Math.abs(inverse * factor - 1) < 1e-12
    ? values.map((x) => x / inverse)
    : values.map((x) => x * factor);
}

/** A column as it leaves a reader. */
export function measured({ label, role, values, given }: NamedColumn, factor: number): MeasuredColumn {
  return {
    name: label,
    ...(role === undefined ? {} : { role }),
    unit: role === undefined ? (given?.unit ?? '') : unitOfRole[role],
    values: scaled(values, factor),
  };
}
