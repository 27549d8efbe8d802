import { formatQuantity, printableLine } from '../../core/index.js';
import type { Question } from '../measured/index.js';
import type { Answers } from './answers.js';
import { shapeOf } from './column-shapes.js';
import type { RawEntry, RawFile } from './raw-table.js';
import { type NamedColumn, unitOfRole } from './table-columns.js';
import { whyAbsurd } from './unit-sizes.js';
import { type FileUnit, fileUnit } from './units.js';

/** How a unit that no heading names is found. */
interface UnitRule {
  readonly key: string;
  readonly choices: readonly string[];
  /** Sizes of the largest number that are taken for SI without a question. */
  readonly most: number;
  readonly least: number;
  /** The same of numbers written with exponents: nobody scales to mA and leaves 1.6E-03. */
  readonly mostByExponent: number;
  /** What the largest number is likeliest to be in SI: choices are ranked by how far they are from it. */
  readonly likely: number;
  /** What such a column is called in a line of words. */
  readonly words: RegExp;
}

const rules: Readonly<Record<string, UnitRule>> = {
  V: {
    key: 'voltageUnit',
    choices: ['V', 'mV'],
    most: 210,
    least: 1e-4,
    mostByExponent: 1e4,
    likely: 1,
    words: /voltages?|spannung(?:en)?/i,
  },
  A: {
    key: 'currentUnit',
    choices: ['A', 'mA', 'uA', 'nA', 'pA'],
    most: 0.1,
    least: 0,
    mostByExponent: 2,
    likely: 1e-4,
    words: /currents?|str[oö]me?/i,
  },
  Ω: {
    key: 'resistanceUnit',
    choices: ['ohm', 'kohm', 'Mohm'],
    most: 1e17,
    least: 300,
    mostByExponent: 1e17,
    likely: 3e4,
    words: /resistances?|widerst[aä]nde?/i,
  },
  S: {
    key: 'conductanceUnit',
    choices: ['S', 'mS', 'uS', 'nS'],
    most: 0.02,
    least: 0,
    mostByExponent: 0.5,
    likely: 3e-5,
    words: /conductances?|leitwerte?/i,
  },
  s: {
    key: 'timeUnit',
    choices: ['s', 'ms', 'us', 'ns', 'min', 'h'],
    most: 1e7,
    least: 0,
    mostByExponent: 1e12,
    likely: 100,
    words: /times?|zeit(?:en)?/i,
  },
};

/** Largest conductance that a bare current in A may mean: no cell has less than that many ohms. */
const LEAST_OHM = 20;

/** What `factorOf` looks at beside the column itself. */
export interface UnitContext {
  readonly answers: Answers;
  readonly file: RawFile;
  readonly entries: readonly RawEntry[];
  /** All columns of the table. */
  readonly all: readonly NamedColumn[];
  readonly ask: (question: Question) => void;
  readonly remarks: string[];
}

/**
 * SI units in one unit of a column: as its heading, an answer or a line of words says; else SI where such numbers can hardly be anything
 * else; else it is asked, the likeliest first.
 */
export function factorOf(column: NamedColumn, context: UnitContext): number {
  const { role, given, label, values } = column;
  if (role === undefined) return given?.factor ?? 1;
  const { answers, file, entries, ask, remarks } = context;
  const unit = unitOfRole[role];
  const rule = rules[unit];
  if (given !== undefined) return statedFactor(column, given, rule, context);
  if (rule === undefined || file.siUnits === true) return 1;
  const answered = answers[rule.key];
  if (answered !== undefined) return fileUnit(answered)?.factor ?? 1;
  const said = unitInWords(entries, unit, rule);
  if (said !== undefined) {
    remarks.push(`${label}: in ${said.name}, as a line of the file says`);
    return said.factor;
  }
  const { low, high } = shapeOf(values);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (column.odd === undefined && (largest === 0 || isSi(column, largest, rule, context))) {
    remarks.push(`${label}: no unit written, taken as ${unit === 'Ω' ? 'ohm' : unit}`);
    return 1;
  }
  ask(whichUnit(rule, `in which unit is ${label}, from ${low} to ${high}? The file does not say`, largest));
  return 1;
}

/** The factor of a unit that the file states; asked where no cell has such a size. */
function statedFactor(
  { label, values }: NamedColumn,
  { unit, factor }: FileUnit,
  rule: UnitRule | undefined,
  { answers, ask }: UnitContext,
): number {
  if (rule === undefined) return factor;
  const { low, high } = shapeOf(values);
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const why = Number.isFinite(largest) ? whyAbsurd(unit, largest * factor) : undefined;
  if (why === undefined) return factor;
  const answered = answers[rule.key];
  if (answered !== undefined) return fileUnit(answered)?.factor ?? factor;
  const spelt = unit === 'Ω' ? 'ohm' : unit;
  ask(
    whichUnit(
      rule,
      `is ${label}, up to ${formatQuantity(largest * factor, spelt)} as headed, in another unit? ${why[0].toUpperCase()}${why.slice(1)}`,
      largest,
    ),
  );
  return factor;
}

/** Asks for a unit, the likeliest first. */
function whichUnit(rule: UnitRule, text: string, largest: number): Question {
  const choices = ranked(rule, largest);
  return {
    key: rule.key,
    text: `${text}; the likeliest first${choices
      .slice(0, 3)
      .map((choice, k) => `${k === 0 ? ': ' : ', '}${choice} (up to ${inSi(largest, choice)})`)
      .join('')}`,
    choices,
    flag: `--answer ${rule.key}=${choices[0]}`,
    blocks: true,
  };
}

function isSi(column: NamedColumn, largest: number, rule: UnitRule, { all }: UnitContext): boolean {
  if (largest < rule.least) return false;
  if (column.exponents === true) return largest <= rule.mostByExponent;
  if (largest > rule.most) return false;
  if (column.role !== 'current_A') return true;
  // at which resistance such a current would flow: that of no cell, if it is in A
  const voltage = all.find(({ role }) => role === 'voltage_V' || role === 'appliedVoltage_V');
  if (voltage === undefined) return true;
  const { low, high } = shapeOf(voltage.values);
  const volts = Math.max(Math.abs(low), Math.abs(high)) * (voltage.given?.factor ?? 1);
  return volts === 0 || volts / largest >= LEAST_OHM;
}

function ranked({ choices, likely }: UnitRule, largest: number): string[] {
  const far = (choice: string) => Math.abs(Math.log10((largest * (fileUnit(choice)?.factor ?? 1)) / likely));
  return largest > 0 ? [...choices].sort((a, b) => far(a) - far(b)) : [...choices];
}

function inSi(largest: number, choice: string): string {
  const unit = fileUnit(choice);
  return unit === undefined
    ? String(largest)
    : formatQuantity(largest * unit.factor, unit.unit === 'Ω' ? 'ohm' : unit.unit);
}

/** Characters of a line that is looked through. */
const MOST_CHARACTERS = 300;

/** `all currents in nA`, `Remark: current given in nA`, `Current unit: uA`. */
function unitInWords(
  entries: readonly RawEntry[],
  unit: string,
  { words }: UnitRule,
): (FileUnit & { readonly name: string }) | undefined {
  const found = new Map<number, FileUnit & { readonly name: string }>();
  for (const { key, values } of entries) {
    const text = [key, ...values].join(' ').slice(0, MOST_CHARACTERS);
    const at = words.exec(text);
    if (at === null) continue;
    const after =
      /^(?:\s+\w+){0,3}?\s*(?:\b(?:in|as|units?|given in|einheit)\b|[(=:])[\s(=:]*([^\s(),;.=:]{1,8})/i.exec(
        text.slice(at.index + at[0].length),
      );
    const its = after === null ? undefined : fileUnit(after[1]);
    if (its?.unit === unit && after !== null)
      found.set(its.factor, { ...its, name: printableLine(after[1], 10) });
  }
  // two lines that say two things say nothing
  return found.size === 1 ? [...found.values()][0] : undefined;
}
