import { availableParallelism } from 'node:os';
import {
  type CrossbarCircuit,
  type CrossbarDescription,
  type CrossbarDrive,
  describeCrossbar,
  requireGrounded,
  requireInputs,
} from '../../circuits/crossbar/index.js';
import { inputError } from '../../core/index.js';
import { CrossbarArena, CrossbarNetwork, CrossbarWork, crossbarBytes } from '../../kernels/crossbar.js';
import type { DirectCrossbar } from './direct.js';
import { type CrossbarOptions, requireOptions, type SolveOptions } from './options.js';
import type { CrossbarStop, PreparedNetwork } from './outcome.js';
import { type CrossbarPlan, planCrossbar, prepareCrossbar, refreshCells } from './prepare.js';
import { makeResults, readFigures, runInputs } from './run-inputs.js';
import { InputSolver, MANY_SHORTS } from './settle-input.js';
import { type CrossbarSolution, gatherSolution } from './solution.js';
import { CrossbarThreads } from './threads.js';

/** One cell that changes. */
export interface CellChange {
  readonly row: number;
  readonly column: number;
  readonly conductance_S: number;
}

/** More changed cells than this share: set up anew, the coarse operator too. */
const REFRESH_SHARE = 0.02;
const GIB = 2 ** 30;
/** More threads than cores only take memory. Two in any case, so that what threads do can be tried on one core. */
const MAX_THREADS = Math.max(2, availableParallelism());

/** A memory of at most 512 MiB kept between solves, so that a loop of one-shot solves does not take a fresh one each time. */
let spare: CrossbarArena | undefined;
const SPARE_BYTES = 512 * 2 ** 20;

/**
 * A crossbar that keeps its set-up: factors of every line and the coarse operator, in kernel memory (64 bytes a cell,
 * 40 more a further thread). Solve it for many inputs; change some cells in between.
 */
export class Crossbar {
  readonly circuit: CrossbarCircuit;
  private readonly stop: CrossbarStop;
  private readonly threadCount: number;
  private readonly plan: CrossbarPlan;
  private readonly arena: CrossbarArena;
  private network: CrossbarNetwork;
  private works: CrossbarWork[];
  private prepared: PreparedNetwork;
  private direct: DirectCrossbar | undefined;
  private threads: CrossbarThreads | undefined;
  private changedCells = 0;
  /** How often `update` changed cells: device currents of an older solution can no longer be had. */
  private updates = 0;
  private closed = false;
  private setupSeconds: number;

  /**
   * @throws OhmpropError `crossbar.shape`, `crossbar.wires`, `crossbar.lines`, `crossbar.conductance`,
   * `crossbar.floating`, `crossbar.memory`, `crossbar.options`
   */
  constructor(description: CrossbarDescription, options: CrossbarOptions = {}) {
    const started = performance.now();
    this.circuit = describeCrossbar(description);
    requireOptions(options);
    this.threadCount = Math.min(MAX_THREADS, options.threads ?? 1);
    this.stop = { tolerance: options.tolerance ?? 1e-10, maxIterations: options.maxIterations ?? 5000 };
    requireGrounded(this.circuit);
    this.plan = planCrossbar(this.circuit);
    const { rows, columns } = this.circuit;
    const bytes = crossbarBytes(rows, columns, this.plan.shape, this.threadCount);
    requireMemory(rows, columns, bytes);
    if (spare !== undefined && spare.bytes >= bytes && spare.bytes <= 4 * bytes) {
      this.arena = spare;
      this.arena.clear();
      spare = undefined;
    } else this.arena = new CrossbarArena(bytes);
    this.network = new CrossbarNetwork(this.arena, rows, columns, this.plan.shape);
    this.works = Array.from({ length: this.threadCount }, () => CrossbarWork.layOut(this.network));
    this.prepared = prepareCrossbar(this.circuit, this.plan, this.network, this.works[0].z);
    this.setupSeconds = (performance.now() - started) / 1000;
  }

  /**
   * Node voltages and currents for input vectors.
   * @throws OhmpropError `crossbar.inputs`, `crossbar.closed`
   */
  solve(drive: CrossbarDrive, options: SolveOptions = {}): CrossbarSolution {
    this.requireOpen();
    const started = performance.now();
    const { circuit, prepared, works } = this;
    const { rows, columns } = circuit;
    const { count } = drive;
    requireInputs('rows_V', drive.rows_V, rows, count);
    if (drive.columns_V !== undefined) requireInputs('columns_V', drive.columns_V, columns, count);
    const start_V = options.from?.bitVoltages_V;
    if (start_V !== undefined && start_V.length !== count * rows * columns) {
      throw inputError(
        'crossbar.inputs',
        `from: got a solution with ${start_V.length} bit-line voltages; one with ${count} inputs × ${rows} × ${columns} is needed, node voltages kept`,
      );
    }
    const many = this.threadCount > 1 && count > 1 && prepared.shorts < MANY_SHORTS;
    const results = makeResults(rows, columns, count, options.nodeVoltages ?? true, many, options.into);
    const solver = new InputSolver(circuit, prepared, drive, this.direct);
    const settle = solver.settle.bind(solver);
    const run = (next: () => number) =>
      runInputs(prepared, works[0], this.network, circuit, drive, this.stop, results, settle, next, start_V);
    if (many) {
      this.threads ??= new CrossbarThreads(this.arena.memory.memory, prepared, this.network, works.slice(1));
      this.threads.run({ rows, columns, drive, stop: this.stop, results, start_V }, prepared, run);
      // what iteration alone could not settle in a worker
      const left = Array.from({ length: count }, (_, p) => p).filter((p) => !readFigures(results, p).settled);
      run(() => left.pop() ?? -1);
    } else {
      let handedOut = 0;
      run(() => (handedOut < count ? handedOut++ : -1));
    }
    this.direct = solver.direct;
    const seconds = { setup: this.setupSeconds, solve: (performance.now() - started) / 1000 };
    const { updates } = this;
    return gatherSolution(circuit, drive, results, seconds, () => this.updates === updates);
  }

  /**
   * The exact matrix of output currents: [columns × rows], S, so that the outputs for word-line voltages v are matrix·v
   * (bit lines sensed at 0 V). By reciprocity it takes one solve a bit line, not one an input: 1 V at the sense end,
   * and what then flows out of the drivers.
   */
  transferMatrix(): { matrix_S: Float64Array; solution: CrossbarSolution } {
    const { rows, columns } = this.circuit;
    const columns_V = new Float64Array(columns * columns);
    for (let j = 0; j < columns; j++) columns_V[j * columns + j] = 1;
    const drive = { count: columns, rows_V: new Float64Array(rows * columns), columns_V };
    const solution = this.solve(drive, { nodeVoltages: false });
    const matrix_S = new Float64Array(columns * rows);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) matrix_S[j * rows + i] = -solution.rowCurrents_A[i * columns + j];
    }
    return { matrix_S, solution };
  }

  /**
   * Output currents alone, [columns × count], A, for word-line inputs [rows × count]: through the transfer matrix when
   * there are more inputs than outputs, else input by input.
   */
  outputCurrents_A(inputs_V: Float64Array, count: number): Float64Array {
    const { rows, columns } = this.circuit;
    requireInputs('inputs_V', inputs_V, rows, count);
    if (count <= columns)
      return this.solve({ count, rows_V: inputs_V }, { nodeVoltages: false }).outputCurrents_A;
    const { matrix_S } = this.transferMatrix();
    const currents = new Float64Array(columns * count);
    for (let j = 0; j < columns; j++) {
      const out = currents.subarray(j * count, (j + 1) * count);
      for (let i = 0; i < rows; i++) {
        const t = matrix_S[j * rows + i];
        for (let p = 0; p < count; p++) out[p] += t * inputs_V[i * count + p];
      }
    }
    return currents;
  }

  /**
   * Changes cells, in `circuit.conductances_S` too, and refreshes the factors of their lines only; past 2 % of the
   * cells everything is set up anew. Changes that are refused leave the crossbar as it was.
   * @throws OhmpropError `crossbar.conductance`, `crossbar.lines`, `crossbar.floating`, `crossbar.closed`
   */
  update(changes: readonly CellChange[]): void {
    this.requireOpen();
    const started = performance.now();
    const { circuit } = this;
    const { rows, columns } = circuit;
    for (const { row, column, conductance_S } of changes) {
      if (
        !(
          Number.isInteger(row) &&
          row >= 0 &&
          row < rows &&
          Number.isInteger(column) &&
          column >= 0 &&
          column < columns
        )
      ) {
        throw inputError(
          'crossbar.lines',
          `cell at row ${row}, column ${column}: rows count from 0 to ${rows - 1}, columns to ${columns - 1}`,
        );
      }
      if (!(conductance_S >= 0 && conductance_S < Number.POSITIVE_INFINITY)) {
        throw inputError(
          'crossbar.conductance',
          `cell at row ${row}, column ${column}: got ${conductance_S} S; a conductance is 0 (open) or more, and finite`,
        );
      }
    }
    const before = changes.map(({ row, column }) => circuit.conductances_S[row * columns + column]);
    for (const { row, column, conductance_S } of changes) {
      circuit.conductances_S[row * columns + column] = conductance_S;
    }
    try {
      requireGrounded(circuit);
    } catch (error) {
      changes.forEach(({ row, column }, k) => {
        circuit.conductances_S[row * columns + column] = before[k];
      });
      throw error;
    }
    this.updates++;
    this.direct = undefined;
    this.changedCells += changes.length;
    if (this.changedCells > REFRESH_SHARE * rows * columns) {
      this.prepared = prepareCrossbar(circuit, this.plan, this.network, this.works[0].z);
      this.changedCells = 0;
    } else this.prepared = refreshCells(circuit, this.prepared, this.network, changes);
    this.setupSeconds = (performance.now() - started) / 1000;
  }

  /** Gives threads and memory back; the crossbar may not be used afterwards. Closing it again does nothing. */
  close(): void {
    // the memory may be another crossbar's by now
    if (this.closed) return;
    this.closed = true;
    this.threads?.close();
    this.threads = undefined;
    if (this.arena.bytes <= SPARE_BYTES) spare = this.arena;
  }

  private requireOpen(): void {
    if (!this.closed) return;
    throw inputError('crossbar.closed', 'this crossbar was closed and its memory given back; make a new one');
  }
}

/**
 * Says whether a crossbar fits before its cells are made; without `bytes`, on one thread.
 * @throws OhmpropError `crossbar.memory`
 */
export function requireMemory(
  rows: number,
  columns: number,
  bytes = crossbarBytes(rows, columns, undefined, 1),
): void {
  if (bytes <= 4 * GIB - 4 * 65536) return;
  throw inputError(
    'crossbar.memory',
    `a crossbar of ${rows} × ${columns} cells needs ${(bytes / GIB).toFixed(1)} GiB; one WebAssembly memory holds 4 GiB (about 7600 × 7600 cells with one thread): use fewer threads or a smaller array`,
  );
}

/** One solve of one crossbar: description, options and word-line inputs together. */
export interface CrossbarProblem extends CrossbarDescription, CrossbarOptions, SolveOptions {
  /** Input vectors as columns: row-major [rows × inputs], V. */
  readonly inputs_V: Float64Array;
  /** Voltages of the sense ends, row-major [columns × inputs], V; default 0. */
  readonly columns_V?: Float64Array;
}

/** Solves a crossbar once. @throws OhmpropError as `Crossbar` does */
export function solveCrossbar(problem: CrossbarProblem): CrossbarSolution {
  const { inputs_V, columns_V } = problem;
  const count = problem.rows > 0 ? inputs_V.length / problem.rows : 0;
  const crossbar = new Crossbar(problem, problem);
  try {
    const drive = { count, rows_V: inputs_V, ...(columns_V === undefined ? {} : { columns_V }) };
    return crossbar.solve(drive, problem);
  } finally {
    crossbar.close();
  }
}
