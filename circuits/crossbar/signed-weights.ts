import { inputError } from '../../core/index.js';
import { digitsOf, placeValues, requireDigits, type WeightDigits } from './weight-digits.js';

/** How two cells make one signed weight: in two columns, in two rows, or against one column that all share. */
export const weightPairs = ['columns', 'rows', 'reference'] as const;

/** One of `weightPairs`. */
export type WeightPairs = (typeof weightPairs)[number];

/** A signed matrix and what its cells can do. */
export interface SignedWeights extends WeightDigits {
  /** Row-major [inputs × outputs], any finite numbers. */
  readonly weights: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
  /** Least and largest conductance of a cell, S. */
  readonly window_S: readonly [low: number, high: number];
  readonly pairs: WeightPairs;
  /** The |weight| that has the whole window, where it is not the largest one: of a part of a larger matrix. */
  readonly fullScale?: number;
}

/** A signed matrix as cells of a crossbar. */
export interface SignedArray {
  readonly rows: number;
  readonly columns: number;
  /** Row-major [rows × columns], S. */
  readonly conductances_S: Float64Array;
  /** The |weight| that has the whole window. */
  readonly fullScale: number;
  /** [inputs × outputs], as the cells have them: other than what was asked for where cells have levels. */
  readonly weights: Float64Array;
  /** Word-line voltages [count × rows] of input vectors [count × inputs], V. */
  readonly drive: (inputs_V: Float64Array) => Float64Array;
  /**
   * Differences of currents that stand for weights [count × outputs], of output currents [count × columns], A; of several slices their
   * sum, each times what it counts for.
   */
  readonly differences: (currents_A: Float64Array) => Float64Array;
  /** Products Σ w·v [count × outputs], of those differences. */
  readonly products: (differences_A: Float64Array) => Float64Array;
}

/** Where the cells of a weight are, and what becomes of inputs and currents. `n` slices a weight. */
interface Pairing {
  readonly rows: number;
  readonly columns: number;
  /** Cells of slice k of a weight, and which part of it each carries. */
  readonly cells: (
    input: number,
    output: number,
    k: number,
  ) => readonly (readonly [at: number, part: Part])[];
  /** Sign and input of a word line. */
  readonly rowInput: (row: number) => readonly [input: number, sign: number];
  /** Columns that are taken and subtracted for slice k of an output. */
  readonly minuend: (output: number, k: number) => number;
  readonly subtrahend: ((output: number, k: number) => number) | undefined;
  /** What share 1 is of the window. */
  readonly span: number;
}

/** What a cell carries of a weight of share w, −1 to 1, as a share of the window. */
type Part = 'plus' | 'minus' | 'around';
const partOf: Readonly<Record<Part, (w: number) => number>> = {
  plus: (w) => Math.max(w, 0),
  minus: (w) => Math.max(-w, 0),
  around: (w) => (1 + w) / 2,
};

const pairings: Readonly<Record<WeightPairs, (inputs: number, outputs: number, n: number) => Pairing>> = {
  columns: (inputs, outputs, n) => ({
    rows: inputs,
    columns: 2 * n * outputs,
    cells: (i, j, k) => {
      const at = 2 * (i * n * outputs + j * n + k);
      return [
        [at, 'plus'],
        [at + 1, 'minus'],
      ];
    },
    rowInput: (row) => [row, 1],
    minuend: (j, k) => 2 * (j * n + k),
    subtrahend: (j, k) => 2 * (j * n + k) + 1,
    span: 1,
  }),
  rows: (inputs, outputs, n) => ({
    rows: 2 * inputs,
    columns: n * outputs,
    cells: (i, j, k) => [
      [2 * i * n * outputs + j * n + k, 'plus'],
      [(2 * i + 1) * n * outputs + j * n + k, 'minus'],
    ],
    rowInput: (row) => [row >> 1, row % 2 === 0 ? 1 : -1],
    minuend: (j, k) => j * n + k,
    subtrahend: undefined,
    span: 1,
  }),
  reference: (inputs, outputs, n) => ({
    rows: inputs,
    columns: n * outputs + 1,
    cells: (i, j, k) => [[i * (n * outputs + 1) + j * n + k, 'around']],
    rowInput: (row) => [row, 1],
    minuend: (j, k) => j * n + k,
    subtrahend: () => n * outputs,
    span: 1 / 2,
  }),
};

/** Lines that a signed matrix of so many inputs and outputs takes. */
export function linesOf(
  { pairs, slices = 1 }: Pick<SignedWeights, 'pairs' | 'slices'>,
  inputs: number,
  outputs: number,
): { readonly rows: number; readonly columns: number } {
  const { rows, columns } = pairings[pairs](inputs, outputs, slices);
  return { rows, columns };
}

/**
 * Maps a signed matrix onto cells. Pairs: the cell of the sign carries |w|, the other one stays at the bottom of the window, next to
 * each other (2j and 2j + 1; rows: driven with +v and −v). Reference: one cell a weight around the middle of the window, less a last
 * column of middles. The largest |w| has the whole window. Several slices lie next to each other, those of an output together; the
 * reference column serves all of them, its cells in the middle whatever levels others have.
 * @throws OhmpropError `crossbar.weights`
 */
export function mapWeights(signed: SignedWeights): SignedArray {
  const { weights, inputs, outputs, window_S, pairs } = signed;
  const [low_S, high_S] = window_S;
  requireDigits(signed);
  if (!(low_S >= 0 && high_S > low_S && high_S < Number.POSITIVE_INFINITY)) {
    throw inputError(
      'crossbar.weights',
      `window_S: got ${low_S} to ${high_S} S; two conductances, the lower one first and 0 or more, are needed`,
    );
  }
  const bad = weights.findIndex((w) => !Number.isFinite(w));
  if (bad >= 0 || weights.length !== inputs * outputs) {
    throw inputError(
      'crossbar.weights',
      bad >= 0
        ? `weights at row ${Math.floor(bad / outputs)}, column ${bad % outputs} (from 0): got ${weights[bad]}; a finite number is needed`
        : `weights: got ${weights.length} values for ${inputs} inputs × ${outputs} outputs`,
    );
  }
  const values = placeValues(signed);
  const n = values.length;
  const pairing = pairings[pairs](inputs, outputs, n);
  const { rows, columns, cells, rowInput, minuend, subtrahend, span } = pairing;
  const largest = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  const { fullScale = largest } = signed;
  if (!(fullScale >= largest)) {
    throw inputError(
      'crossbar.weights',
      `fullScale: got ${fullScale}; the largest |weight|, ${largest}, or more is needed`,
    );
  }
  // what no weight sits on is a middle of the reference column
  const conductances_S = new Float64Array(rows * columns).fill((low_S + high_S) / 2);
  const held = new Float64Array(inputs * outputs);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < outputs; j++) {
      const share = fullScale === 0 ? 0 : weights[i * outputs + j] / fullScale;
      let sum = 0;
      for (const part of partsOf(pairing, i, j)) {
        const digits = digitsOf(partOf[part](share), signed);
        for (let k = 0; k < n; k++) {
          for (const [at, its] of cells(i, j, k)) {
            if (its === part) conductances_S[at] = low_S + digits[k] * (high_S - low_S);
          }
          sum += signs[part] * values[k] * digits[k];
        }
      }
      held[i * outputs + j] = fullScale * (span === 1 ? sum : 2 * sum - 1);
    }
  }
  const perAmpere = fullScale / ((high_S - low_S) * span);
  return {
    rows,
    columns,
    conductances_S,
    fullScale,
    weights: signed.levels === undefined ? weights : held,
    drive: (inputs_V) =>
      Float64Array.from({ length: (inputs_V.length / inputs) * rows }, (_, k) => {
        const [input, sign] = rowInput(k % rows);
        return sign * inputs_V[Math.floor(k / rows) * inputs + input];
      }),
    differences: (currents_A) =>
      Float64Array.from({ length: (currents_A.length / columns) * outputs }, (_, k) => {
        const first = Math.floor(k / outputs) * columns;
        const j = k % outputs;
        let sum_A = 0;
        for (let slice = 0; slice < n; slice++) {
          const taken_A = currents_A[first + minuend(j, slice)];
          const less_A = subtrahend === undefined ? 0 : currents_A[first + subtrahend(j, slice)];
          sum_A += values[slice] * (taken_A - less_A);
        }
        return sum_A;
      }),
    products: (differences_A) => differences_A.map((current_A) => current_A * perAmpere),
  };
}

const signs: Readonly<Record<Part, number>> = { plus: 1, minus: -1, around: 1 };

/** The parts that a weight's cells carry, each once. */
function partsOf({ cells }: Pairing, input: number, output: number): Part[] {
  return cells(input, output, 0).map(([, part]) => part);
}

/** The exact products Σ w·v, [count × outputs], to judge a crossbar by. */
export function exactProducts(
  { weights, inputs, outputs }: Pick<SignedWeights, 'weights' | 'inputs' | 'outputs'>,
  inputs_V: Float64Array,
): Float64Array {
  return Float64Array.from({ length: (inputs_V.length / inputs) * outputs }, (_, k) => {
    const first = Math.floor(k / outputs) * inputs;
    let sum = 0;
    for (let i = 0; i < inputs; i++) sum += weights[i * outputs + (k % outputs)] * inputs_V[first + i];
    return sum;
  });
}
