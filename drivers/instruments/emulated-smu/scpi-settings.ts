import { scpiPattern, scpiWord } from './scpi-text.js';

/** Why an instrument does not do what it is told: what it writes into its error queue. */
export class ScpiError extends Error {
  constructor(
    readonly code: number,
    readonly text: string,
  ) {
    super(`${code},"${text}"`);
  }
}

/** A setting that is set and asked for by one header. */
export interface ScpiSetting {
  readonly key: string;
  readonly header: RegExp;
  /** The value after a reset, as it is stored. */
  readonly initial: number | string;
  /** @throws ScpiError */
  read(text: string): number | string;
  say(value: number | string): string;
}

/** As the 2400 writes numbers: `+1.050000E-04`; 9.91E37 where there is none, 9.9E37 beyond any range. */
export function scpiNumber(value: number): string {
  if (!Number.isFinite(value))
    return Number.isNaN(value) ? '+9.910000E+37' : scpiNumber(Math.sign(value) * 9.9e37);
  const text = Math.abs(value).toExponential(6).toUpperCase();
  const [digits, power] = text.split('E');
  const sign = power.startsWith('-') ? '-' : '+';
  return `${value < 0 ? '-' : '+'}${digits}E${sign}${power.replace(/^[+-]/, '').padStart(2, '0')}`;
}

/** A number in a range, or MIN, MAX, DEF. */
export function numberSetting(
  key: string,
  header: string,
  initial: number,
  [low, high]: readonly [number, number],
  whole = false,
): ScpiSetting {
  return {
    key,
    header: scpiPattern(header),
    initial,
    read(text) {
      const word = scpiWord(text, ['MINimum', 'MAXimum', 'DEFault', 'UP', 'DOWN']);
      if (word === 'MIN') return low;
      if (word === 'MAX') return high;
      if (word === 'DEF') return initial;
      const value = Number(text);
      if (text === '' || !Number.isFinite(value)) throw new ScpiError(-104, 'Data type error');
      if (value < low || value > high) throw new ScpiError(-222, 'Parameter data out of range');
      return whole ? Math.round(value) : value;
    },
    say: (value) => (whole ? String(value) : scpiNumber(Number(value))),
  };
}

export function switchSetting(
  key: string,
  header: string,
  initial: 0 | 1,
  more: readonly string[] = [],
): ScpiSetting {
  return {
    key,
    header: scpiPattern(header),
    initial,
    read(text) {
      const word = scpiWord(text, ['ON', 'OFF', ...more]);
      if (word === 'ON' || text === '1') return 1;
      if (word === 'OFF' || text === '0') return 0;
      if (word !== undefined) return initial;
      throw new ScpiError(-224, 'Illegal parameter value');
    },
    say: String,
  };
}

/** One of some words, told in either form and said in its short one. */
export function wordSetting(key: string, header: string, words: readonly string[]): ScpiSetting {
  return {
    key,
    header: scpiPattern(header),
    initial: words[0].replace(/[a-z]+/g, ''),
    read(text) {
      const word = scpiWord(text, words);
      if (word === undefined) throw new ScpiError(-224, 'Illegal parameter value');
      return word;
    },
    say: String,
  };
}
