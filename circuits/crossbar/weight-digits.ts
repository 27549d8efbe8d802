import { inputError } from '../../core/index.js';

/** How finely a cell can be set, and over how many cells a weight is spread. */
export interface WeightDigits {
  /** Conductances that a cell can have, evenly from one end of its window to the other; any in between where left out. */
  readonly levels?: number;
  /** Cells that share a weight's digits, each in a column of its own, the most significant first; 1 where left out. */
  readonly slices?: number;
}

/** L^n of more than this cannot be told apart from its neighbours by what is read of cells, and not exactly by a double. */
const MAX_CODES = 2 ** 48;

/** @throws OhmpropError `crossbar.weights` */
export function requireDigits({ levels, slices = 1 }: WeightDigits): void {
  if (levels !== undefined && !(Number.isInteger(levels) && levels >= 2)) {
    throw inputError('crossbar.weights', `levels: got ${levels}; a whole number of at least 2 is needed`);
  }
  if (!(Number.isInteger(slices) && slices >= 1)) {
    throw inputError('crossbar.weights', `slices: got ${slices}; a whole number of at least 1 is needed`);
  }
  if (slices > 1 && levels === undefined) {
    throw inputError(
      'crossbar.weights',
      `slices: ${slices} cells a weight share its digits, which have as many values as a cell has levels; give levels too`,
    );
  }
  if ((levels ?? 2) ** slices > MAX_CODES) {
    throw inputError(
      'crossbar.weights',
      `slices: ${slices} cells of ${levels} levels make ${((levels ?? 2) ** slices).toExponential(1)} values of a weight; at most 2^48 are told apart`,
    );
  }
}

/** What each slice counts for, so that Σ value·share of its cell is the share of the whole weight; most significant first. */
export function placeValues({ levels, slices = 1 }: WeightDigits): Float64Array {
  if (levels === undefined) return Float64Array.of(1);
  const codes = levels ** slices - 1;
  return Float64Array.from({ length: slices }, (_, k) => ((levels - 1) * levels ** (slices - 1 - k)) / codes);
}

/** Shares of the window, 0 to 1, of the cells of a weight that is to have `share` of it, rounded to the nearest that they can make. */
export function digitsOf(share: number, { levels, slices = 1 }: WeightDigits): Float64Array {
  if (levels === undefined) return Float64Array.of(share);
  let code = Math.round(share * (levels ** slices - 1));
  const digits = new Float64Array(slices);
  for (let k = slices - 1; k >= 0; k--) {
    const rest = Math.floor(code / levels);
    digits[k] = (code - rest * levels) / (levels - 1);
    code = rest;
  }
  return digits;
}
