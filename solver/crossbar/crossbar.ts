import {
  type CrossbarCircuit,
  type CrossbarDescription,
  type CrossbarDrive,
  describeCrossbar,
  requireConductances,
  requireGrounded,
  requireInputs,
} from '../../circuits/crossbar/index.js';
import { inputError } from '../../core/index.js';
import {
  availableThreads,
  CrossbarArena,
  CrossbarNetwork,
  CrossbarWork,
  crossbarBytes,
  threadsOf,
} from '../../kernels/index.js';
import type { DirectCrossbar } from './direct.js';
import { CrossbarMemory } from './memory.js';
import { type CrossbarOptions, requireOptions, type SolveOptions } from './options.js';
import type { CrossbarStop, PreparedNetwork } from './outcome.js';
import { type CrossbarPlan, planCrossbar, prepareCrossbar, refreshCells } from './prepare.js';
import { makeResults, readFigures, runInputs } from './run-inputs.js';
import { InputSolver, MANY_SHORTS } from './settle-input.js';
import { type CrossbarSolution, gatherSolution } from './solution.js';
import { crossbarPool, takeInput, withoutKernel } from './threads.js';

/** More changed cells than this share: everything is set up again, the coarse operator too. */
const REFRESH_SHARE = 0.02;
const GIB = 2 ** 30;
/**
 * A crossbar that keeps its set-up: factors of every line and the coarse operator, in kernel memory (64 bytes a cell,
 * 40 more a further thread). Solve it for many inputs; change some cells in between.
 */
export class Crossbar {
  private cells: CrossbarCircuit;
  private ownsCells: boolean;
  private readonly stop: CrossbarStop;
  private readonly threadCount: number;
  private readonly plan: CrossbarPlan;
  private readonly memory: CrossbarMemory | undefined;
  private readonly arena: CrossbarArena;
  private network: CrossbarNetwork;
  private works: CrossbarWork[];
  private prepared: PreparedNetwork;
  private direct: DirectCrossbar | undefined;
  private pool: ReturnType<typeof crossbarPool> | undefined;
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
    const circuit = describeCrossbar(description);
    requireOptions(options);
    // More threads than cores only take memory. Two in any case, so that what threads do can be tried on one core.
    this.threadCount = threadsOf(options.threads ?? 1, Math.max(2, availableThreads()));
    this.stop = { tolerance: options.tolerance ?? 1e-10, maxIterations: options.maxIterations ?? 5000 };
    requireGrounded(circuit);
    this.plan = planCrossbar(circuit);
    const { rows, columns } = circuit;
    const bytes = crossbarBytes(rows, columns, this.plan.shape, this.threadCount);
    requireMemory(rows, columns, bytes);
    this.ownsCells = options.copyCells ?? true;
    this.cells = this.ownsCells ? withOwnCells(circuit) : circuit;
    this.memory = options.memory;
    this.arena = options.memory?.take(bytes) ?? new CrossbarArena(bytes);
    this.network = new CrossbarNetwork(this.arena, rows, columns, this.plan.shape);
    this.works = Array.from({ length: this.threadCount }, () => CrossbarWork.layOut(this.network));
    this.prepared = prepareCrossbar(this.cells, this.plan, this.network, this.works[0].z, 'built');
    this.setupSeconds = (performance.now() - started) / 1000;
  }

  /** The crossbar as it is now; `update` changes its conductances. */
  get circuit(): CrossbarCircuit {
    return this.cells;
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
    requireOptions(options);
    const stop = { ...this.stop, tolerance: options.tolerance ?? this.stop.tolerance };
    const inputs = { rows, columns, drive, stop, results, start_V };
    const settle = solver.settle.bind(solver);
    const run = (next: () => number) =>
      runInputs({ ...inputs, prepared, work: works[0], ends: this.network, settle, next });
    if (many) {
      this.pool ??= crossbarPool(this.arena.memory.memory, this.network, works);
      const handedOut = new Int32Array(new SharedArrayBuffer(4));
      const job = { ...inputs, prepared: withoutKernel(prepared), handedOut };
      this.pool.runTogether('solveInputs', job, () => run(() => takeInput(job)));
      // what iteration alone could not settle in another thread
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
    for (let k = 0; k < matrix_S.length; k++) matrix_S[k] = -solution.rowCurrents_A[k];
    return { matrix_S, solution };
  }

  /**
   * Output currents alone, [count × columns], A, for word-line inputs [count × rows], V: through the transfer matrix when
   * there are more inputs than outputs, else input by input.
   */
  outputCurrents_A(inputs_V: Float64Array, count: number): Float64Array {
    const { rows, columns } = this.circuit;
    requireInputs('inputs_V', inputs_V, rows, count);
    if (count <= columns)
      return this.solve({ count, rows_V: inputs_V }, { nodeVoltages: false }).outputCurrents_A;
    const { matrix_S } = this.transferMatrix();
    const currents = new Float64Array(columns * count);
    for (let p = 0; p < count; p++) {
      const input = inputs_V.subarray(p * rows, (p + 1) * rows);
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += matrix_S[j * rows + i] * input[i];
        currents[p * columns + j] = sum;
      }
    }
    return currents;
  }

  /**
   * Changes cells, in `circuit.conductances_S` too (not in the array that the crossbar was described by), and refreshes the
   * factors of their lines only; past 2 % of the cells everything is set up again. Changes that are refused leave the crossbar
   * as it was.
   * @param cells indices of the cells, row-major: row · columns + column
   * @param conductances_S their new conductances, S
   * @throws OhmpropError `crossbar.conductance`, `crossbar.lines`, `crossbar.floating`, `crossbar.closed`
   */
  update(cells: ArrayLike<number>, conductances_S: ArrayLike<number>): void {
    this.requireOpen();
    const started = performance.now();
    this.requireChanges(cells, conductances_S);
    if (!this.ownsCells) this.cells = withOwnCells(this.cells);
    this.ownsCells = true;
    const circuit = this.cells;
    const present_S = circuit.conductances_S;
    const before_S = Float64Array.from(cells, (cell) => present_S[cell]);
    for (let k = 0; k < cells.length; k++) present_S[cells[k]] = conductances_S[k];
    try {
      requireGrounded(circuit);
    } catch (error) {
      for (let k = 0; k < cells.length; k++) present_S[cells[k]] = before_S[k];
      throw error;
    }
    this.updates++;
    this.direct = undefined;
    this.changedCells += cells.length;
    if (this.changedCells > REFRESH_SHARE * present_S.length) {
      this.prepared = prepareCrossbar(circuit, this.plan, this.network, this.works[0].z, 'built');
      this.changedCells = 0;
    } else this.prepared = refreshCells(circuit, this.prepared, this.network, cells);
    this.setupSeconds = (performance.now() - started) / 1000;
  }

  /**
   * Changes every cell, as `update` does, in some quarter of its time: the coarse operator stays that of the cells before, which costs
   * iterations as they move away from those, and nothing else. For cells that move little by little, as in training.
   * @param conductances_S row-major [rows × columns], S, copied
   * @throws OhmpropError `crossbar.shape`, `crossbar.conductance`, `crossbar.floating`, `crossbar.closed`
   */
  reload(conductances_S: Float64Array): void {
    this.requireOpen();
    const started = performance.now();
    const circuit = describeCrossbar({ ...this.cells, conductances_S });
    requireConductances(circuit);
    requireGrounded(circuit);
    if (!this.ownsCells) this.cells = withOwnCells(this.cells);
    this.ownsCells = true;
    this.cells.conductances_S.set(conductances_S);
    this.updates++;
    this.direct = undefined;
    const { coarse } = this.prepared;
    this.prepared = prepareCrossbar(this.cells, this.plan, this.network, this.works[0].z, { kept: coarse });
    this.setupSeconds = (performance.now() - started) / 1000;
  }

  /** Gives threads and memory back; the crossbar may not be used afterwards. Closing it again does nothing. */
  close(): void {
    // the memory may be another crossbar's by now
    if (this.closed) return;
    this.closed = true;
    void this.pool?.close();
    this.pool = undefined;
    this.memory?.giveBack(this.arena);
  }

  private requireChanges(cells: ArrayLike<number>, conductances_S: ArrayLike<number>): void {
    const { rows, columns } = this.cells;
    if (cells.length !== conductances_S.length) {
      throw inputError(
        'crossbar.conductance',
        `update: got ${cells.length} cells and ${conductances_S.length} conductances; give one conductance a cell`,
      );
    }
    for (let k = 0; k < cells.length; k++) {
      const cell = cells[k];
      if (!(Number.isInteger(cell) && cell >= 0 && cell < rows * columns)) {
        throw inputError(
          'crossbar.lines',
          `update, change ${k}: got cell ${cell}; the ${rows} × ${columns} cells count from 0 to ${rows * columns - 1}, row by row`,
        );
      }
      const value_S = conductances_S[k];
      if (!(value_S >= 0 && value_S < Number.POSITIVE_INFINITY)) {
        throw inputError(
          'crossbar.conductance',
          `cell at row ${Math.floor(cell / columns)}, column ${cell % columns}: got ${value_S} S; a conductance is 0 (open) or more, and finite`,
        );
      }
    }
  }

  private requireOpen(): void {
    if (!this.closed) return;
    throw inputError('crossbar.closed', 'this crossbar was closed and its memory given back; make a new one');
  }
}

function withOwnCells(circuit: CrossbarCircuit): CrossbarCircuit {
  return { ...circuit, conductances_S: circuit.conductances_S.slice() };
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
  /** Input vectors as rows: row-major [inputs × rows], V. */
  readonly inputs_V: Float64Array;
  /** Voltages of the sense ends, row-major [inputs × columns], V; default 0. */
  readonly columns_V?: Float64Array;
}

/** What one-shot solves of this process take their memory from, unless they are given another. */
const oneShots = new CrossbarMemory();

/**
 * Solves a crossbar once. The conductances are not copied: `deviceCurrents_A()` of the solution reads them where they are.
 * @throws OhmpropError as `Crossbar` does
 */
export function solveCrossbar(problem: CrossbarProblem): CrossbarSolution {
  const { inputs_V, columns_V } = problem;
  const count = problem.rows > 0 ? inputs_V.length / problem.rows : 0;
  const crossbar = new Crossbar(problem, { memory: oneShots, copyCells: false, ...problem });
  try {
    const drive = { count, rows_V: inputs_V, ...(columns_V === undefined ? {} : { columns_V }) };
    return crossbar.solve(drive, problem);
  } finally {
    crossbar.close();
  }
}
