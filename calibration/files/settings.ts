import { inputError, OhmpropError, quoted, readQuantity } from '../../core/index.js';
import type { MeasuredSetting, SettingName } from '../measured/index.js';
import type { Answers } from './answers.js';
import { classOf, numberIn, quantityIn } from './cell-text.js';
import { takeHeading } from './headings.js';
import type { RawEntry, RawFile } from './raw-table.js';
import { type FileUnit, fileUnit } from './units.js';

interface SettingRule {
  readonly name: SettingName;
  readonly unit: string;
  /** Keys of entries that mean it, in small letters, marks as blanks. */
  readonly key: RegExp;
  readonly answer: string;
  /** Nothing at or below 0 makes sense. */
  readonly positive?: boolean;
}

const rules: readonly SettingRule[] = [
  {
    name: 'readVoltage_V',
    unit: 'V',
    key: /\bread ?v(olt(age)?)?\b|\bv ?read\b|^lesespannung$/,
    answer: 'readVoltage',
  },
  {
    name: 'compliance_A',
    unit: 'A',
    key: /complian|current limit|^limit$|i ?limit|\bicc?\b/,
    answer: 'compliance',
  },
  { name: 'temperature_K', unit: 'K', key: /^temp(erature)?$|\btemperature\b/, answer: 'temperature' },
  { name: 'area_m2', unit: 'm²', key: /$^/, answer: 'area' },
  { name: 'thickness_m', unit: 'm', key: /$^/, answer: 'thickness' },
  { name: 'amplitude_V', unit: 'V', key: /pulse ?(ampl|v(olt(age)?)?$|height)/, answer: 'amplitude' },
  { name: 'width_s', unit: 's', key: /pulse ?(width|duration)|^t ?on$/, answer: 'width' },
  { name: 'rate_Hz', unit: 'Hz', key: /^fs$|sampl\w* (rate|freq)|^rate$/, answer: 'rate', positive: true },
  { name: 'frequency_Hz', unit: 'Hz', key: /$^/, answer: 'frequency', positive: true },
  { name: 'seriesResistance_Ohm', unit: 'Ω', key: /series ?resist/, answer: 'seriesResistance' },
];

/** What was set: by answers before the file's name before what the file says. */
export function settingsOf(
  file: RawFile,
  answers: Answers,
  byName: readonly MeasuredSetting[],
): MeasuredSetting[] {
  const entries = [...file.entries, ...file.tables.flatMap((table) => table.entries)];
  return rules.flatMap((rule): MeasuredSetting[] => {
    const answered = answers[rule.answer];
    if (answered !== undefined)
      return [{ name: rule.name, value: answeredValue(answered, rule), from: 'answers' }];
    const named = byName.find(({ name }) => name === rule.name);
    if (named !== undefined) return [named];
    const value =
      valueIn(entries, rule, / decimal commas/.test(file.format)) ??
      (rule.name === 'readVoltage_V' ? readAt(file) : undefined);
    return value === undefined ? [] : [{ name: rule.name, value, from: 'file' }];
  });
}

/** `I (nA) @ 100 mV`, `Current at 0.1 V (A)`: where all headings that say it say one voltage. */
const atVoltage = /(?:@|\bat\b)\s*(?:v\w*\s*=\s*)?([+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)\s?[mµμu]?V)(?![A-Za-z])/;

function readAt({ tables }: RawFile): number | undefined {
  const headings = new Set(tables.flatMap(({ columns }) => columns.map(({ heading }) => heading)));
  const read = [...headings].flatMap((heading) => {
    const written = atVoltage.exec(heading)?.[1];
    const value = written === undefined ? undefined : quantityOf(written, undefined, 'V');
    return value === undefined ? [] : [value];
  });
  return read.length > 0 && read.every((value) => value === read[0]) ? read[0] : undefined;
}

function answeredValue(text: string, { unit, answer, positive = false }: SettingRule): number {
  try {
    const { value } = readQuantity(text, unit === 'Ω' ? 'ohm' : unit, answer);
    if (!positive || value > 0) return value;
    throw inputError('calibrate.answers', `${answer}: needs a number above 0, got ${quoted(text)}`);
  } catch (cause) {
    if (cause instanceof OhmpropError) throw inputError('calibrate.answers', cause.message, cause);
    throw cause;
  }
}

/** The value of the first entry that means a setting, where it is one number or the same in all columns. */
function valueIn(
  entries: readonly RawEntry[],
  { key: pattern, unit }: SettingRule,
  decimalCommas: boolean,
): number | undefined {
  for (const { key, values } of entries) {
    const heading = takeHeading(key);
    const name = heading.name
      .toLowerCase()
      .replace(/[_\-.:]+/g, ' ')
      .trim();
    if (!pattern.test(name)) continue;
    // `0,1 V` was taken apart at its comma
    const cut = decimalCommas && values.length === 2 && /^[+-]?\d+$/.test(values[0]) && /^\d/.test(values[1]);
    const read = (cut ? [values.join(',')] : values)
      .map((value) => quantityOf(value, heading.unit, unit))
      .filter((value) => value !== undefined);
    if (read.length > 0 && read.every((value) => value === read[0])) return read[0];
  }
  return undefined;
}

function quantityOf(text: string, of: FileUnit | undefined, unit: string): number | undefined {
  if (classOf(text, true) === 'number') {
    if (of !== undefined && of.unit !== unit) return undefined;
    return numberIn(text, true) * (of?.factor ?? 1);
  }
  const written = quantityIn(text);
  const its = written === undefined ? undefined : fileUnit(written.unit);
  return written === undefined || its?.unit !== unit ? undefined : written.value * its.factor;
}
