import type { CrossbarCells, CrossbarDescription, CrossbarDrive } from '../../circuits/crossbar/index.js';
import {
  CellsCrossbar,
  Crossbar,
  type CrossbarOptions,
  type CrossbarSolution,
} from '../../solver/crossbar/index.js';
import type { Io } from '../io.js';
import { WorkBar } from '../work-bar.js';
import type { ReadCrossbar } from './flags.js';

/** Inputs solved between two updates of the bar; grows with how quickly they go. */
const FIRST_CHUNK = 16;
const CHUNK_MS = 300;

/** A crossbar of conductances, or of cells with models where these are given. */
export function openCrossbar(
  description: CrossbarDescription,
  cells: CrossbarCells | undefined,
  options: CrossbarOptions,
): Crossbar | CellsCrossbar {
  if (cells === undefined) return new Crossbar(description, options);
  const { conductances_S: _, ...lines } = description;
  return new CellsCrossbar({ ...lines, cells }, options);
}

/** Solves all inputs, chunk by chunk so that a bar can be shown; the parts in order. */
export function solveInputs(
  io: Io,
  { description, drive, cells }: Pick<ReadCrossbar, 'description' | 'drive' | 'cells'>,
  options: CrossbarOptions,
): { parts: CrossbarSolution[]; setupSeconds: number; solveSeconds: number } {
  const large = description.rows * description.columns > 4e6;
  if (large) io.stderr.write(`solving ${description.rows} × ${description.columns} cells …\n`);
  const crossbar = openCrossbar(description, cells, options);
  const bar = new WorkBar(io);
  try {
    const parts: CrossbarSolution[] = [];
    let chunk = large ? 1 : FIRST_CHUNK;
    for (let first = 0; first < drive.count; ) {
      const count = Math.min(chunk, drive.count - first);
      const started = performance.now();
      parts.push(crossbar.solve(someInputs(drive, first, count)));
      chunk = Math.max(1, Math.floor((count * CHUNK_MS) / (performance.now() - started)));
      first += count;
      bar.update(first, drive.count, 'inputs');
    }
    return {
      parts,
      setupSeconds: parts[0].setupSeconds,
      solveSeconds: parts.reduce((sum, part) => sum + part.solveSeconds, 0),
    };
  } finally {
    bar.stop();
    crossbar.close();
  }
}

/** Input vectors [first, first + count). */
function someInputs(drive: CrossbarDrive, first: number, count: number): CrossbarDrive {
  if (count === drive.count) return drive;
  const cut = (values: Float64Array) => {
    const lines = values.length / drive.count;
    return values.slice(first * lines, (first + count) * lines);
  };
  return {
    count,
    rows_V: cut(drive.rows_V),
    ...(drive.columns_V === undefined ? {} : { columns_V: cut(drive.columns_V) }),
    ...(drive.gates_V === undefined ? {} : { gates_V: cut(drive.gates_V) }),
  };
}

/** One array [all inputs × …] out of the parts'. */
export function joinInputs<P extends CrossbarSolution>(
  parts: readonly P[],
  pick: (part: P) => Float64Array,
): Float64Array {
  const arrays = parts.map(pick);
  if (arrays.length === 1) return arrays[0];
  const joined = new Float64Array(arrays.reduce((sum, array) => sum + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    joined.set(array, at);
    at += array.length;
  }
  return joined;
}
