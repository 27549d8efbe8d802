import { inputError } from '../../core/index.js';

/** Converters at the ends of lines. What is left out converts exactly. */
export interface LineConverters {
  /** Bits of what drives word lines: 2^bits − 1 voltages, evenly over ±`dacFullScale_V`, 0 V among them. */
  readonly dacBits?: number;
  /** V; the largest |input| where left out. */
  readonly dacFullScale_V?: number;
  /** Bits of what reads the current of every line: 2^bits codes over ±`nodeFullScale_A`, the highest one step below it. */
  readonly nodeBits?: number;
  /** A; where left out, so that the largest |current| of all lines and inputs just fits. */
  readonly nodeFullScale_A?: number;
}

/** Codes of so many bits are counted exactly, and no converter has more. */
const MAX_BITS = 32;

/**
 * Checks converters: bits, and ranges that go with them.
 * @throws OhmpropError `crossbar.converters`
 */
export function requireConverters(converters: LineConverters): void {
  for (const name of ['dacBits', 'nodeBits'] as const) {
    const bits = converters[name];
    if (bits === undefined || (Number.isInteger(bits) && bits >= 2 && bits <= MAX_BITS)) continue;
    throw inputError(
      'crossbar.converters',
      `${name}: got ${bits}; a whole number from 2 to ${MAX_BITS} is needed`,
    );
  }
  for (const [name, bits] of [
    ['dacFullScale_V', 'dacBits'],
    ['nodeFullScale_A', 'nodeBits'],
  ] as const) {
    const end = converters[name];
    if (end === undefined) continue;
    if (converters[bits] === undefined) {
      throw inputError(
        'crossbar.converters',
        `${name}: is the range of ${bits}; give that too, or leave it out`,
      );
    }
    if (!(end > 0 && end < Number.POSITIVE_INFINITY)) {
      throw inputError('crossbar.converters', `${name}: got ${end}; a range above 0 is needed`);
    }
  }
}

/** What came through a converter. */
export interface Converted {
  readonly values: Float64Array;
  /** The range, ±; undefined where nothing was converted. */
  readonly fullScale: number | undefined;
  /** Values beyond the range, which came out as its end. */
  readonly clipped: number;
}

const largestOf = (values: Float64Array) => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

/** Voltages as the converters of word lines make them. */
export function driven({ dacBits, dacFullScale_V }: LineConverters, inputs_V: Float64Array): Converted {
  if (dacBits === undefined) return { values: inputs_V, fullScale: undefined, clipped: 0 };
  const fullScale = dacFullScale_V ?? largestOf(inputs_V);
  const most = 2 ** (dacBits - 1) - 1;
  return { ...coded(inputs_V, fullScale / most, -most, most), fullScale };
}

/** Currents of lines as their converters say them. */
export function readOut({ nodeBits, nodeFullScale_A }: LineConverters, currents_A: readonly Float64Array[]) {
  if (nodeBits === undefined) return { currents_A, fullScale_A: undefined, clipped: 0 };
  const half = 2 ** (nodeBits - 1);
  const largest_A = currents_A.reduce((most, values) => Math.max(most, largestOf(values)), 0);
  const fullScale_A = nodeFullScale_A ?? (largest_A * half) / (half - 1);
  const read = currents_A.map((values) => coded(values, fullScale_A / half, -half, half - 1));
  return {
    currents_A: read.map(({ values }) => values),
    fullScale_A,
    clipped: read.reduce((sum, { clipped }) => sum + clipped, 0),
  };
}

function coded(values: Float64Array, step: number, lowest: number, highest: number) {
  let clipped = 0;
  const out = values.map((value) => {
    if (step === 0) return 0;
    const code = evenRound(value / step);
    // half a step beyond the last code is still its own
    if (code < lowest || code > highest) clipped++;
    return step * Math.min(highest, Math.max(lowest, code));
  });
  return { values: out, clipped };
}

/** To the nearest whole number, to the even one of two that are equally near. */
function evenRound(value: number): number {
  const low = Math.floor(value);
  const above = value - low;
  if (above !== 0.5) return above < 0.5 ? low : low + 1;
  return low % 2 === 0 ? low : low + 1;
}
