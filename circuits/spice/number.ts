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

const form = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[ed]([+-]?\d+))?(meg|mil|[tgkmuµμnpf])?([a-zµμΩω%°]*)$/i;

/** A number as SPICE writes it, and what is odd about it. */
export interface SpiceNumber {
  readonly value: number;
  readonly warning?: string;
}

/**
 * Reads `1k`, `2.2Meg`, `1d3`, `10uF`: letters after the scale are ignored, `m` is milli. Undefined if the text is no
 * number; `4k7` is none.
 */
export function readNumber(text: string): SpiceNumber | undefined {
  const match = form.exec(text);
  if (match === null) return undefined;
  const [, mantissa, exponent, scale, letters] = match;
  const power = exponent === undefined ? 0 : Number(exponent);
  const factor = scale === undefined ? 1 : scales[scale.toLowerCase()];
  const value = exponent === undefined ? Number(mantissa) : Number(`${mantissa}e${power}`);
  const scaled = value * factor;
  if (scale === undefined && exponent === undefined && /^a$/i.test(letters)) {
    return { value: scaled, warning: `${quoted(text)} is read as ${scaled}: SPICE has no suffix a` };
  }
  return { value: scaled };
}
