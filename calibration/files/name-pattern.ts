import { inputError, OhmpropError, quoted, readQuantity } from '../../core/index.js';
import type { MeasuredSetting, SettingName } from '../measured/index.js';

/** Words of a pattern that are settings: the setting and its SI unit. */
const settings: Readonly<Record<string, readonly [SettingName, string]>> = {
  readVoltage: ['readVoltage_V', 'V'],
  compliance: ['compliance_A', 'A'],
  temperature: ['temperature_K', 'K'],
  thickness: ['thickness_m', 'm'],
  amplitude: ['amplitude_V', 'V'],
  width: ['width_s', 's'],
  rate: ['rate_Hz', 'Hz'],
  frequency: ['frequency_Hz', 'Hz'],
  seriesResistance: ['seriesResistance_Ohm', 'ohm'],
};

/** What a file's name says by a pattern. */
export interface NameReading {
  readonly settings: readonly MeasuredSetting[];
  readonly cell?: string;
  readonly cycle?: number;
}

const MAX_PATTERN = 200;

/**
 * Reads a file's name by a pattern: `{cell}_{amplitude}_{cycle}` takes W3 and -1.1V and 2 out of `W3_-1.1V_2.csv`; `*` is anything. A
 * word takes up to the text that follows it. The ending may be left out. Numbers bring their unit or are in SI; m and n before a
 * digit are a minus.
 * @returns undefined where the name does not fit
 * @throws OhmpropError `calibrate.name-pattern` for a pattern that is none (exit code 2)
 */
export function readByName(name: string, pattern: string): NameReading | undefined {
  const parts = partsOf(pattern);
  const bare = /\.[A-Za-z]\w{0,5}$/.test(pattern) ? name : name.replace(/\.[A-Za-z]\w{0,5}$/, '');
  const taken = take(bare, parts);
  if (taken === undefined) return undefined;
  const found: MeasuredSetting[] = [];
  let cell: string | undefined;
  let cycle: number | undefined;
  for (const [word, text] of taken) {
    if (word === 'cell') cell = text;
    else if (word === 'cycle') {
      if (!/^\d+$/.test(text)) return undefined;
      cycle = Number(text);
    } else if (Object.hasOwn(settings, word)) {
      const [setting, unit] = settings[word];
      const value = quantityIn(text, unit);
      if (value === undefined) return undefined;
      found.push({ name: setting, value, from: 'file name' });
    }
  }
  return {
    settings: found,
    ...(cell === undefined ? {} : { cell }),
    ...(cycle === undefined ? {} : { cycle }),
  };
}

interface Part {
  /** A word of the pattern; empty for `*`; none for text that stands there. */
  readonly word?: string;
  readonly text: string;
}

function partsOf(pattern: string): Part[] {
  if (pattern.length > MAX_PATTERN) throw wrong(pattern, `has more than ${MAX_PATTERN} characters`);
  const parts: Part[] = [];
  for (const piece of pattern.split(/(\{[^{}]*\}|\*)/)) {
    if (piece === '') continue;
    if (piece === '*') parts.push({ word: '', text: '' });
    else if (piece.startsWith('{')) {
      const word = piece.slice(1, -1);
      const known = [...Object.keys(settings), 'cell', 'cycle'];
      if (!known.includes(word)) throw wrong(pattern, `${quoted(word)} is none of ${known.join(', ')}`);
      if (parts.at(-1)?.word !== undefined) throw wrong(pattern, 'two words need text between them');
      parts.push({ word, text: '' });
    } else parts.push({ text: piece });
  }
  if (!parts.some(({ word }) => word !== undefined && word !== ''))
    throw wrong(pattern, 'no word in braces, as {amplitude}');
  return parts;
}

function wrong(pattern: string, why: string): Error {
  return inputError('calibrate.name-pattern', `--name-pattern ${quoted(pattern)}: ${why}`);
}

/** Each word with the text that stands for it: up to where the text after it begins, the last up to its end. */
function take(name: string, parts: readonly Part[]): (readonly [string, string])[] | undefined {
  const taken: (readonly [string, string])[] = [];
  let at = 0;
  for (let k = 0; k < parts.length; k++) {
    const { word, text } = parts[k];
    if (word === undefined) {
      if (!name.startsWith(text, at)) return undefined;
      at += text.length;
      continue;
    }
    const next = parts[k + 1]?.text;
    const last = k + 2 === parts.length;
    const end = next === undefined ? name.length : last ? name.lastIndexOf(next) : name.indexOf(next, at + 1);
    if (end <= at && !(word === '' && end === at)) return undefined;
    taken.push([word, name.slice(at, end)]);
    at = end;
  }
  return at === name.length ? taken : undefined;
}

function quantityIn(text: string, unit: string): number | undefined {
  const signed = text.replace(/^[mn](?=[\d.])/, '-').replace(/^p(?=[\d.])/, '+');
  try {
    return readQuantity(signed, unit).value;
  } catch (cause) {
    if (cause instanceof OhmpropError) return undefined;
    throw cause;
  }
}
