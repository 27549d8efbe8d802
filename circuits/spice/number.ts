import { quoted } from '../../core/index.js';

const scales: Readonly<Record<string, number>> = {
  t: 1e12,
  g: 1e9,
  meg: 1e6,
  k: 1e3,
  mil: 25.4e-6,
  m: 1e-3,
  u: 1e-6,
  µ: 1e-6,
  μ: 1e-6,
  n: 1e-9,
  p: 1e-12,
  f: 1e-15,
};

/** How a dialect differs. */
export interface NumberRules {
  /** 4k7 is 4.7k. */
  readonly pointSuffixes?: boolean;
  readonly mil?: 'inch' | 'milli';
  /** 1X is a million. */
  readonly xIsMega?: boolean;
}

/** LTspice's 6k34. */
const withinForm = /^([+-]?\d+)(meg|[tgkmuµμnpf])(\d+)$/i;

const form = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[ed]([+-]?\d+))?(meg|mil|[tgkmuµμnpf])?([a-zµμΩω%°]*)$/i;

/** A number as SPICE writes it, and what is odd about it. */
export interface SpiceNumber {
  readonly value: number;
  readonly warning?: string;
}

/** Digits, point, signs and exponent alone, as most numbers are: the number, else undefined, though it may be one with letters. */
export function plainNumber(text: string): number | undefined {
  for (let k = 0; k < text.length; k++) {
    const code = text.charCodeAt(k);
    // + - . 0…9 e
    if (code < 43 || code === 44 || code === 47 || (code > 57 && code !== 101)) return undefined;
  }
  const value = text === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/**
 * Reads `1k`, `2.2Meg`, `1d3`, `10uF`: letters after the scale are ignored, `m` is milli. Undefined if the text is no
 * number; `4k7` is none.
 */
export function readNumber(text: string, rules: NumberRules = {}): SpiceNumber | undefined {
  const plain = plainNumber(text);
  if (plain !== undefined) return { value: plain };
  const match = form.exec(text);
  if (match === null) {
    const within = rules.pointSuffixes ? withinForm.exec(text) : null;
    return within === null ? undefined : readNumber(`${within[1]}.${within[3]}${within[2]}`);
  }
  const [, mantissa, exponent, scale, letters] = match;
  if (rules.xIsMega && scale === undefined && /^x/i.test(letters)) {
    return readNumber(`${text.slice(0, text.length - letters.length)}meg`);
  }
  const power = exponent === undefined ? 0 : Number(exponent);
  const factor = scale === undefined ? 1 : scales[scale.toLowerCase()];
  const value = exponent === undefined ? Number(mantissa) : Number(`${mantissa}e${power}`);
  const scaled = value * factor;
  if (rules.mil === 'milli' && scale?.toLowerCase() === 'mil') {
    const milli = value * 1e-3;
    return {
      value: milli,
      warning: `${quoted(text)} is read as ${milli}: in braces and .param ngspice knows no thousandth of an inch; write 25.4u`,
    };
  }
  if (scale === undefined && exponent === undefined && /^a$/i.test(letters)) {
    return { value: scaled, warning: `${quoted(text)} is read as ${scaled}: SPICE has no suffix a` };
  }
  return { value: scaled };
}
