import type { CrossbarCircuit, CrossbarDrive } from '../../circuits/crossbar/index.js';
import { inputError, type Status, statusRemedy, worseStatus } from '../../core/index.js';
import { type CrossbarMethod, crossbarMethods, type Relaxed } from './outcome.js';
import { type ResultArrays, readFigures } from './run-inputs.js';

/** How it was reached, over all input vectors. */
export interface CrossbarStats {
  /** The slowest method that any input needed. */
  readonly method: CrossbarMethod;
  /** The most iterations that any input needed. */
  readonly iterations: number;
  /** Largest net current into any node, A. */
  readonly kclResidual_A: number;
  /** Largest device current, A. */
  readonly largestCurrent_A: number;
  /** Some input settled as far as the last bits of voltages let it: its net current is above the tolerance. */
  readonly limitedByRounding: boolean;
}

/** Voltages and currents of a crossbar under one or more input vectors. */
export interface CrossbarSolution {
  readonly rows: number;
  readonly columns: number;
  readonly inputs: number;
  /** Word-line node voltages, [inputs × rows × columns], V; empty if not asked for. */
  readonly wordVoltages_V: Float64Array;
  /** Bit-line node voltages, the same shape. */
  readonly bitVoltages_V: Float64Array;
  /** Current out of each bit line into its sense end, [inputs × columns], A. */
  readonly outputCurrents_A: Float64Array;
  /** Current into each word line from its drivers, [inputs × rows], A. */
  readonly rowCurrents_A: Float64Array;
  /** Power delivered by all sources, [inputs], W. */
  readonly power_W: Float64Array;
  /** The worst of all input vectors: settled, stopped early, or not finite. */
  readonly status: Status;
  /** What happened and what to do about it. */
  readonly message: string;
  readonly stats: CrossbarStats;
  readonly setupSeconds: number;
  readonly solveSeconds: number;
  /**
   * Device currents G·(word − bit), [inputs × rows × columns], A; worked out when asked for, from the cells as they are
   * then: throws `crossbar.changed` once `update` has changed them. Empty without node voltages.
   */
  deviceCurrents_A(): Float64Array;
}

const messages: Readonly<Record<CrossbarMethod, string>> = {
  relaxation: 'Two-grid line relaxation settled.',
  'conjugate-gradients': 'Relaxation alone was slow; conjugate gradients settled.',
  'merged-lines': 'Lines without wire resistance were solved as single nodes.',
  direct: 'Iteration was slow on these cells; the network was factored directly.',
  newton: "Newton's method settled.",
  'operating-point': 'Iteration was slow on these cells; the operating point was found by sparse factors.',
};

function statusOf({ settled, kclResidual_A, largestCurrent_A }: Relaxed): Status {
  if (settled) return 'settled';
  return Number.isFinite(kclResidual_A) && Number.isFinite(largestCurrent_A) ? 'stopped-early' : 'not-finite';
}

function messageOf(
  status: Status,
  { method, iterations, kclResidual_A, largestCurrent_A, limitedByRounding }: CrossbarStats,
): string {
  if (status === 'settled' && limitedByRounding) {
    return `${messages[method]} The tolerance was missed: the last bits of voltages leave a net current of ${kclResidual_A} A at a node, ${(kclResidual_A / largestCurrent_A).toExponential(1)} of the largest device current; currents much smaller than that one may be off.`;
  }
  if (status === 'settled') return messages[method];
  return `${statusRemedy[status]} A net current of ${kclResidual_A} A is left at a node after ${iterations} iteration${iterations === 1 ? '' : 's'}; look for cells that differ by many orders of magnitude, as shorts far better than the wires do.`;
}

/**
 * Gathers what the threads wrote. `current` tells whether the cells are still those that were solved.
 * @param cells_A device currents for voltages, of cells that are no conductances
 */
export function gatherSolution(
  circuit: CrossbarCircuit,
  drive: CrossbarDrive,
  results: ResultArrays,
  seconds: { readonly setup: number; readonly solve: number },
  current: () => boolean,
  cells_A?: (word_V: Float64Array, bit_V: Float64Array) => Float64Array,
): CrossbarSolution {
  const { rows, columns, conductances_S } = circuit;
  const inputs = drive.count;
  const { column_A: outputCurrents_A, row_A: rowCurrents_A } = results;
  const power_W = new Float64Array(inputs);
  const floatingRow = new Set(circuit.floatingRows);
  const floatingColumn = new Set(circuit.floatingColumns);
  let method = 0;
  let iterations = 0;
  let kclResidual_A = 0;
  let largestCurrent_A = 0;
  let limitedByRounding = false;
  let status: Status = 'settled';
  for (let p = 0; p < inputs; p++) {
    for (let i = 0; i < rows; i++) {
      const at = p * rows + i;
      if (floatingRow.has(i)) rowCurrents_A[at] = 0;
      else power_W[p] += drive.rows_V[at] * rowCurrents_A[at];
    }
    for (let j = 0; j < columns; j++) {
      const at = p * columns + j;
      if (floatingColumn.has(j)) outputCurrents_A[at] = 0;
      else if (drive.columns_V !== undefined) power_W[p] -= drive.columns_V[at] * outputCurrents_A[at];
    }
    const outcome = readFigures(results, p);
    method = Math.max(method, crossbarMethods.indexOf(outcome.method));
    iterations = Math.max(iterations, outcome.iterations);
    kclResidual_A = Math.max(kclResidual_A, outcome.kclResidual_A);
    largestCurrent_A = Math.max(largestCurrent_A, outcome.largestCurrent_A);
    limitedByRounding ||= outcome.rounded;
    status = worseStatus(status, statusOf(outcome));
  }
  const stats = {
    method: crossbarMethods[method],
    iterations,
    kclResidual_A,
    largestCurrent_A,
    limitedByRounding,
  };
  const wordVoltages_V = results.word_V ?? new Float64Array(0);
  const bitVoltages_V = results.bit_V ?? new Float64Array(0);
  return {
    rows,
    columns,
    inputs,
    wordVoltages_V,
    bitVoltages_V,
    outputCurrents_A,
    rowCurrents_A,
    power_W,
    status,
    message: messageOf(status, stats),
    stats,
    setupSeconds: seconds.setup,
    solveSeconds: seconds.solve,
    deviceCurrents_A: () => {
      if (!current()) {
        throw inputError(
          'crossbar.changed',
          'cells were changed after this solution; ask for its device currents before update, or solve again',
        );
      }
      if (cells_A !== undefined) return cells_A(wordVoltages_V, bitVoltages_V);
      return wordVoltages_V.map((w, k) => conductances_S[k % (rows * columns)] * (w - bitVoltages_V[k]));
    },
  };
}
