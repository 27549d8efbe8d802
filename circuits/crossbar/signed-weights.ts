import { inputError } from '../../core/index.js';

/** How two cells make one signed weight: in two columns, in two rows, or against one column that all share. */
export const weightPairs = ['columns', 'rows', 'reference'] as const;

/** One of `weightPairs`. */
export type WeightPairs = (typeof weightPairs)[number];

/** A signed matrix and what its cells can do. */
export interface SignedWeights {
  /** Row-major [inputs × outputs], any finite numbers. */
  readonly weights: Float64Array;
  readonly inputs: number;
  readonly outputs: number;
  /** Least and largest conductance of a cell, S. */
  readonly window_S: readonly [low: number, high: number];
  readonly pairs: WeightPairs;
}

/** A signed matrix as cells of a crossbar. */
export interface SignedArray {
  readonly rows: number;
  readonly columns: number;
  /** Row-major [rows × columns], S. */
  readonly conductances_S: Float64Array;
  /** The |weight| that has the whole window. */
  readonly fullScale: number;
  /** Word-line voltages [count × rows] of input vectors [count × inputs], V. */
  readonly drive: (inputs_V: Float64Array) => Float64Array;
  /** Differences of currents that stand for weights [count × outputs], of output currents [count × columns], A. */
  readonly differences: (currents_A: Float64Array) => Float64Array;
  /** Products Σ w·v [count × outputs], of those differences. */
  readonly products: (differences_A: Float64Array) => Float64Array;
}

/** Where the cells of a weight are, and what becomes of inputs and currents. */
interface Pairing {
  readonly rows: number;
  readonly columns: number;
  /** Cell of weight share w (−1 to 1), 0 … the plus and minus cells; share of the window above its lower end. */
  readonly cells: (
    input: number,
    output: number,
    share: number,
  ) => readonly (readonly [at: number, share: number])[];
  /** Sign and input of a word line. */
  readonly rowInput: (row: number) => readonly [input: number, sign: number];
  /** Columns that are taken and subtracted for an output. */
  readonly minuend: (output: number) => number;
  readonly subtrahend: ((output: number) => number) | undefined;
  /** What share 1 is of the window. */
  readonly span: number;
}

const pairings: Readonly<Record<WeightPairs, (inputs: number, outputs: number) => Pairing>> = {
  columns: (inputs, outputs) => ({
    rows: inputs,
    columns: 2 * outputs,
    cells: (i, j, w) => [
      [i * 2 * outputs + 2 * j, Math.max(w, 0)],
      [i * 2 * outputs + 2 * j + 1, Math.max(-w, 0)],
    ],
    rowInput: (row) => [row, 1],
    minuend: (j) => 2 * j,
    subtrahend: (j) => 2 * j + 1,
    span: 1,
  }),
  rows: (inputs, outputs) => ({
    rows: 2 * inputs,
    columns: outputs,
    cells: (i, j, w) => [
      [2 * i * outputs + j, Math.max(w, 0)],
      [(2 * i + 1) * outputs + j, Math.max(-w, 0)],
    ],
    rowInput: (row) => [row >> 1, row % 2 === 0 ? 1 : -1],
    minuend: (j) => j,
    subtrahend: undefined,
    span: 1,
  }),
  reference: (inputs, outputs) => ({
    rows: inputs,
    columns: outputs + 1,
    cells: (i, j, w) => [[i * (outputs + 1) + j, (1 + w) / 2]],
    rowInput: (row) => [row, 1],
    minuend: (j) => j,
    subtrahend: () => outputs,
    span: 1 / 2,
  }),
};

/**
 * Maps a signed matrix onto cells. Pairs: the cell of the sign carries |w|, the other one stays at the bottom of the window, next to
 * each other (2j and 2j + 1; rows: driven with +v and −v). Reference: one cell a weight around the middle of the window, less a last
 * column of middles. The largest |w| has the whole window.
 * @throws OhmpropError `crossbar.weights`
 */
export function mapWeights({ weights, inputs, outputs, window_S, pairs }: SignedWeights): SignedArray {
  const [low_S, high_S] = window_S;
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
  const { rows, columns, cells, rowInput, minuend, subtrahend, span } = pairings[pairs](inputs, outputs);
  const fullScale = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0);
  // what no weight sits on is a middle of the reference column
  const conductances_S = new Float64Array(rows * columns).fill((low_S + high_S) / 2);
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < outputs; j++) {
      const share = fullScale === 0 ? 0 : weights[i * outputs + j] / fullScale;
      for (const [at, above] of cells(i, j, share)) conductances_S[at] = low_S + above * (high_S - low_S);
    }
  }
  const perAmpere = fullScale / ((high_S - low_S) * span);
  return {
    rows,
    columns,
    conductances_S,
    fullScale,
    drive: (inputs_V) =>
      Float64Array.from({ length: (inputs_V.length / inputs) * rows }, (_, k) => {
        const [input, sign] = rowInput(k % rows);
        return sign * inputs_V[Math.floor(k / rows) * inputs + input];
      }),
    differences: (currents_A) =>
      Float64Array.from({ length: (currents_A.length / columns) * outputs }, (_, k) => {
        const first = Math.floor(k / outputs) * columns;
        const j = k % outputs;
        const taken_A = currents_A[first + minuend(j)];
        return subtrahend === undefined ? taken_A : taken_A - currents_A[first + subtrahend(j)];
      }),
    products: (differences_A) => differences_A.map((current_A) => current_A * perAmpere),
  };
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
