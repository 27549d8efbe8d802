import type { CrossbarSolution } from '../crossbar/index.js';
import type { CellNodes, Terminals, WiredCrossbar } from './wired-crossbar.js';

/** A batch at the terminals of one crossbar. */
export interface CrossbarPhase {
  readonly terminals: Terminals;
  /** Cells that it is of, S. */
  readonly cells_S: Float64Array;
  /** The crossbar as it was solved at these terminals; where it was not, or at others, it is solved when its drops are asked for. */
  readonly solved: CrossbarSolution | undefined;
  /** `solved` is of voltages near these, not of these. */
  readonly isRead: boolean;
}

/** What a cell makes of its own drops in two phases, of the second and the first, V. */
type Law = (second_V: number, first_V: number) => number;

/** Samples that are solved at once where nobody has solved them yet. */
const CHUNK = 8;
/** How exactly, as `CrossbarOptions.tolerance`. */
const DROP_TOLERANCE = 1e-11;

/**
 * The local rule: ∂C/∂g of each cell is the mean of ½ D², its own drop in the second phase less that in the first, over the span of β,
 * in the form that does not square large drops. [rows × columns], V²/S.
 */
export function cellGradient(
  crossbar: WiredCrossbar,
  first: CrossbarPhase,
  second: CrossbarPhase,
  betaSpan: number,
): Float64Array {
  const scale = 1 / (first.terminals.count * betaSpan);
  return sumOverBatch(crossbar, first, second, (high, low) => scale * (high - low) * 0.5 * (high + low));
}

/** Σ over the batch of −D(second)·D(first), [rows × columns], V²: an exact gradient of drops and their adjoints. */
export function cellProduct(
  crossbar: WiredCrossbar,
  first: CrossbarPhase,
  second: CrossbarPhase,
): Float64Array {
  return sumOverBatch(crossbar, first, second, (high, low) => -high * low);
}

function sumOverBatch(
  crossbar: WiredCrossbar,
  first: CrossbarPhase,
  second: CrossbarPhase,
  law: Law,
): Float64Array {
  const { rows, columns } = crossbar.size;
  const sum = new Float64Array(rows * columns);
  const { count } = first.terminals;
  if (crossbar.wireless) {
    for (let s = 0; s < count; s++)
      addWireless(sum, rows, columns, s, first.terminals, second.terminals, law);
    return sum;
  }
  for (let from = 0; from < count; from += CHUNK) {
    const to = Math.min(count, from + CHUNK);
    const low = nodesOf(crossbar, first, from, to);
    const high = nodesOf(crossbar, second, from, to);
    for (let s = 0; s < to - from; s++) addSample(sum, low.part(s), high.part(s), law);
    low.release();
    high.release();
  }
  return sum;
}

/** Node voltages of samples of a phase, sample by sample. */
interface Nodes {
  part(s: number): CellNodes;
  release(): void;
}

function nodesOf(crossbar: WiredCrossbar, phase: CrossbarPhase, from: number, to: number): Nodes {
  const { rows, columns } = crossbar.size;
  const cells = rows * columns;
  const { terminals, cells_S, solved, isRead } = phase;
  const partOf = (nodes: CellNodes, at: number): CellNodes => ({
    wordVoltages_V: nodes.wordVoltages_V.subarray(at * cells, (at + 1) * cells),
    bitVoltages_V: nodes.bitVoltages_V.subarray(at * cells, (at + 1) * cells),
  });
  if (solved !== undefined && !isRead) return { part: (s) => partOf(solved, from + s), release: () => {} };
  const found = crossbar.solve(
    {
      count: to - from,
      rows_V: terminals.rows_V.subarray(from * rows, to * rows),
      columns_V: terminals.columns_V.subarray(from * columns, to * columns),
    },
    DROP_TOLERANCE,
    { cells_S },
  );
  return { part: (s) => partOf(found, s), release: () => crossbar.giveBack(found) };
}

function addSample(sum: Float64Array, low: CellNodes, high: CellNodes, law: Law): void {
  const { wordVoltages_V: w1, bitVoltages_V: b1 } = low;
  const { wordVoltages_V: w2, bitVoltages_V: b2 } = high;
  for (let k = 0; k < sum.length; k++) sum[k] += law(w2[k] - b2[k], w1[k] - b1[k]);
}

function addWireless(
  sum: Float64Array,
  rows: number,
  columns: number,
  s: number,
  low: Terminals,
  high: Terminals,
  law: Law,
): void {
  for (let i = 0; i < rows; i++) {
    const w1 = low.rows_V[s * rows + i];
    const w2 = high.rows_V[s * rows + i];
    for (let j = 0; j < columns; j++) {
      const e = s * columns + j;
      sum[i * columns + j] += law(w2 - high.columns_V[e], w1 - low.columns_V[e]);
    }
  }
}
