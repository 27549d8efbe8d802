import type { CrossbarDrive } from '../../circuits/crossbar/index.js';
import { blockPortions, type CrossbarWork } from '../../kernels/index.js';
import {
  type CrossbarMethod,
  type CrossbarStop,
  crossbarMethods,
  type PreparedNetwork,
  type Relaxed,
} from './outcome.js';

/** Scaled terminal conductances of a prepared crossbar (kernel memory). */
export interface Ends {
  readonly left: Float64Array;
  readonly right: Float64Array;
  readonly top: Float64Array;
  readonly bottom: Float64Array;
}

/** Where results go; every array is filled input by input. Shared memory where several threads write. */
export interface ResultArrays {
  /** [inputs × rows × columns], V; left out where nobody wants them. */
  readonly word_V?: Float64Array;
  readonly bit_V?: Float64Array;
  /** [inputs × rows] and [inputs × columns], sums of device currents, A. */
  readonly row_A: Float64Array;
  readonly column_A: Float64Array;
  /** [inputs × 6]: method, iterations, KCL residual [A], largest device current [A], settled, rounded. */
  readonly figures: Float64Array;
}

const FIGURES = 6;

/** Result arrays, in shared memory if `shared`; the node voltages those of `into` where they fit. */
export function makeResults(
  rows: number,
  columns: number,
  inputs: number,
  nodeVoltages: boolean,
  shared: boolean,
  into?: { readonly wordVoltages_V: Float64Array; readonly bitVoltages_V: Float64Array },
): ResultArrays {
  const array = (length: number) =>
    shared ? new Float64Array(new SharedArrayBuffer(length * 8)) : new Float64Array(length);
  const cells = inputs * rows * columns;
  const kept = (earlier: Float64Array | undefined) =>
    earlier?.length === cells && isShared(earlier.buffer) === shared ? earlier : array(cells);
  return {
    ...(nodeVoltages ? { word_V: kept(into?.wordVoltages_V), bit_V: kept(into?.bitVoltages_V) } : {}),
    row_A: array(inputs * rows),
    column_A: array(inputs * columns),
    figures: array(inputs * FIGURES),
  };
}

/** Pages that are not isolated have no shared memory. */
function isShared(buffer: ArrayBufferLike): boolean {
  return typeof SharedArrayBuffer !== 'undefined' && buffer instanceof SharedArrayBuffer;
}

/** Puts input vector `input` on the terminals. Returns the largest source voltage, V. */
export function loadSources(
  work: CrossbarWork,
  ends: Ends,
  s: number,
  drive: CrossbarDrive,
  input: number,
): number {
  const { rows_V, columns_V, count } = drive;
  const rows = rows_V.length / count;
  let most = 0;
  for (let i = 0; i < rows; i++) {
    const v = rows_V[input * rows + i];
    work.fromLeft[i] = ends.left[i] * v;
    work.fromRight[i] = ends.right[i] * v;
    if (ends.left[i] > 0) most = Math.max(most, Math.abs(v));
  }
  if (columns_V === undefined) {
    work.fromTop.fill(0);
    work.fromBottom.fill(0);
    return most;
  }
  const columns = columns_V.length / count;
  for (let j = 0; j < columns; j++) {
    const v = columns_V[input * columns + j];
    work.fromTop[j] = (ends.top[j] * v) / s;
    work.fromBottom[j] = (ends.bottom[j] * v) / s;
    if (ends.top[j] + ends.bottom[j] > 0) most = Math.max(most, Math.abs(v));
  }
  return most;
}

/** How one input is solved: from work.b if `stored`, else from 0 V; sources loaded. */
export type Settle = (
  work: CrossbarWork,
  drive_V: number,
  stop: CrossbarStop,
  input: number,
  stored: boolean,
) => Relaxed;

/** What one thread needs to solve inputs. */
export interface InputsRun {
  readonly prepared: PreparedNetwork;
  readonly work: CrossbarWork;
  readonly ends: Ends;
  readonly rows: number;
  readonly columns: number;
  readonly drive: CrossbarDrive;
  readonly stop: CrossbarStop;
  readonly results: ResultArrays;
  readonly settle: Settle;
  /** Hands out inputs; −1: no more. */
  readonly next: () => number;
  /** Bit-line voltages to start from, [inputs × rows × columns], V; from 0 V without. */
  readonly start_V: Float64Array | undefined;
}

/** Solves the inputs that `next` hands out, and writes what comes out. */
export function runInputs(run: InputsRun): void {
  const { prepared, work, ends, rows, columns, drive, stop, results, settle, next, start_V } = run;
  const { kernel, pointer, scaling } = prepared;
  const cells = rows * columns;
  for (let input = next(); input >= 0; input = next()) {
    const drive_V = loadSources(work, ends, scaling.s, drive, input);
    if (start_V !== undefined) {
      work.p.set(start_V.subarray(input * cells, (input + 1) * cells));
      kernel.packTiles(pointer, work.p.byteOffset, work.b.byteOffset, 1 / scaling.s);
    }
    const outcome = settle(work, drive_V, stop, input, start_V !== undefined);
    writeResults(prepared, work, outcome, results, input, { rows, columns });
  }
}

/** Writes voltages, currents and figures of one input from where `finish` left them. */
export function writeResults(
  { kernel, pointer, scaling }: Pick<PreparedNetwork, 'kernel' | 'pointer' | 'scaling'>,
  work: CrossbarWork,
  outcome: Relaxed,
  results: ResultArrays,
  input: number,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): void {
  const cells = rows * columns;
  if (results.word_V !== undefined && results.bit_V !== undefined) {
    const handOut = (tiles: Float64Array, scale: number, results_V: Float64Array) => {
      for (const [first, end] of blockPortions(rows, columns)) {
        kernel.unpack(pointer, tiles.byteOffset, work.p.byteOffset, scale, first, end);
        const from = first * 8 * columns;
        const length = Math.min(end * 8, rows) * columns - from;
        results_V.set(work.p.subarray(0, length), input * cells + from);
      }
    };
    handOut(work.z, 1, results.word_V);
    handOut(work.b, scaling.s, results.bit_V);
  }
  results.row_A.set(work.rowCurrents.subarray(0, rows), input * rows);
  results.column_A.set(work.columnCurrents.subarray(0, columns), input * columns);
  results.figures.set(
    [
      crossbarMethods.indexOf(outcome.method),
      outcome.iterations,
      outcome.kclResidual_A,
      outcome.largestCurrent_A,
      outcome.settled ? 1 : 0,
      outcome.rounded ? 1 : 0,
    ],
    input * FIGURES,
  );
}

/** The outcome of input `input`. */
export function readFigures(results: ResultArrays, input: number): Relaxed {
  const [method, iterations, kclResidual_A, largestCurrent_A, settled, rounded] = results.figures.subarray(
    input * FIGURES,
    (input + 1) * FIGURES,
  );
  return {
    method: crossbarMethods[method] as CrossbarMethod,
    iterations,
    kclResidual_A,
    largestCurrent_A,
    settled: settled === 1,
    rounded: rounded === 1,
  };
}
