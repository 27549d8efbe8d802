import {
  type CrossbarCells,
  type CrossbarCircuit,
  type CrossbarDescription,
  type CrossbarDrive,
  describeCrossbar,
  requireCells,
  requireGrounded,
  requireInputs,
} from '../../circuits/crossbar/index.js';
import { inputError } from '../../core/index.js';
import { crossbarBytes } from '../../kernels/index.js';
import { cellLaw, cellPoint } from './cell-law.js';
import { evaluateAll } from './cell-values.js';
import { CellsNetwork } from './cells-network.js';
import { cellsOperatingPoint } from './cells-operating-point.js';
import { coarseShape } from './coarse-grid.js';
import { requireMemory } from './crossbar.js';
import { requireGates, requireOpenGates } from './gates.js';
import { CrossbarMemory } from './memory.js';
import { type NewtonOutcome, newton } from './newton.js';
import { type CrossbarOptions, requireOptions, type SolveOptions } from './options.js';
import type { CrossbarStop, Relaxed } from './outcome.js';
import { loadSources, makeResults, writeResults } from './run-inputs.js';
import { scaleOf } from './scaling.js';
import { type CrossbarSolution, gatherSolution } from './solution.js';

/** A crossbar of cells with models: its lines as those of any other, its cells at their states. */
export interface CellsDescription extends Omit<CrossbarDescription, 'conductances_S'> {
  readonly cells: CrossbarCells;
}

/** Voltages and currents of cells with models. */
export interface CellsSolution extends CrossbarSolution {
  /** Small-signal conductances ∂I/∂V of all cells, [inputs × rows × columns], S: of the linear crossbar that follows small changes. */
  cellConductances_S(): Float64Array;
}

/** Up to so many cells the sparse solver takes over where relaxation is slow. */
const SPARSE_CELLS = 20_000;
const SAMPLES = 2048;
/** To what share of its current a sampled cell is worked out. */
const ENOUGH = 1e-2;

/**
 * A crossbar whose cells follow element models at frozen states (sinh, VTEAM, Yakopcic, equations of a user), alone, behind a selector
 * or behind a transistor. Solved as exactly as a linear one; keeps its memory from solve to solve.
 */
export class CellsCrossbar {
  private circuit: CrossbarCircuit;
  private cells: CrossbarCells;
  private readonly stop: CrossbarStop;
  private network: CellsNetwork | undefined;
  private updates = 0;
  private closed = false;
  private readonly memory: CrossbarMemory | undefined;

  /**
   * @throws OhmpropError `crossbar.shape`, `crossbar.wires`, `crossbar.lines`, `crossbar.states`, `crossbar.cells`,
   * `crossbar.floating`, `crossbar.memory`, `crossbar.options`
   */
  constructor(description: CellsDescription, options: CrossbarOptions = {}) {
    const { cells, ...lines } = description;
    const { rows, columns } = description;
    requireMemory(rows, columns, 2 * crossbarBytes(rows, columns, undefined, 1));
    // every cell conducts, as far as lines that float are concerned
    const conducting = new Float64Array(rows > 0 && columns > 0 ? rows * columns : 0).fill(1);
    this.circuit = describeCrossbar({ ...lines, conductances_S: conducting });
    requireGrounded(this.circuit);
    requireCells(cells, description);
    requireOptions(options);
    this.cells = { ...cells, states: cells.states.slice() };
    this.memory = options.memory;
    this.stop = { tolerance: options.tolerance ?? 1e-10, maxIterations: options.maxIterations ?? 5000 };
  }

  /** States as they are now, row-major. */
  get states(): Float64Array {
    return this.cells.states;
  }

  /** Changes the states of all cells. @throws OhmpropError `crossbar.states`, `crossbar.closed` */
  setStates(states: Float64Array): void {
    this.requireOpen();
    const cells = { ...this.cells, states: states.slice() };
    requireCells(cells, this.circuit);
    this.cells = cells;
    this.network?.setStates(cells.states);
    this.updates++;
  }

  /**
   * Node voltages and currents for input vectors.
   * @throws OhmpropError `crossbar.inputs`, `crossbar.closed`
   */
  solve(drive: CrossbarDrive, options: SolveOptions = {}): CellsSolution {
    this.requireOpen();
    const started = performance.now();
    const { circuit } = this;
    const { rows, columns } = circuit;
    const { count } = drive;
    requireInputs('rows_V', drive.rows_V, rows, count);
    if (drive.columns_V !== undefined) requireInputs('columns_V', drive.columns_V, columns, count);
    requireGates(this.cells, circuit, drive);
    requireOpenGates(this.cells, circuit, drive);
    const { from } = options;
    if (from !== undefined && from.bitVoltages_V.length !== count * rows * columns) {
      throw inputError(
        'crossbar.inputs',
        `from: got a solution with ${from.bitVoltages_V.length} bit-line voltages; one with ${count} inputs × ${rows} × ${columns} is needed, node voltages kept`,
      );
    }
    this.network ??= this.prepared(drive);
    const setup = (performance.now() - started) / 1000;
    const results = makeResults(rows, columns, count, options.nodeVoltages ?? true, false, options.into);
    for (let input = 0; input < count; input++) {
      const outcome = this.settle(this.network, drive, input, from);
      const { kernel, network, scaling, work } = this.network;
      writeResults({ kernel, pointer: network.pointer, scaling }, work, outcome, results, input, circuit);
    }
    const seconds = { setup, solve: (performance.now() - started) / 1000 - setup };
    const { updates, cells } = this;
    const gates_V = drive.gates_V?.slice();
    const each = (word_V: Float64Array, bit_V: Float64Array) =>
      evaluateAll(cells, rows, columns, word_V, bit_V, gates_V);
    const solution = gatherSolution(
      circuit,
      drive,
      results,
      seconds,
      () => this.updates === updates,
      (word_V, bit_V) => each(word_V, bit_V).currents_A,
    );
    return {
      ...solution,
      cellConductances_S: () => each(solution.wordVoltages_V, solution.bitVoltages_V).slopes_S,
    };
  }

  /** Takes the pads of these lines away, and gives all others theirs. @throws OhmpropError `crossbar.lines`, `crossbar.floating`, `crossbar.closed` */
  setFloating(floatingRows: readonly number[], floatingColumns: readonly number[]): void {
    this.requireOpen();
    const circuit = describeCrossbar({ ...this.circuit, floatingRows, floatingColumns });
    requireGrounded(circuit);
    this.circuit = circuit;
    this.network?.setFloating(circuit);
  }

  /** Current through one cell of a solution for one input vector under `drive`, A. */
  current_A(
    { wordVoltages_V, bitVoltages_V }: CellsSolution,
    { gates_V }: CrossbarDrive,
    cell: number,
  ): number {
    const point = cellPoint();
    const gate_V = gates_V?.[Math.floor(cell / this.circuit.columns)] ?? 0;
    cellLaw(this.cells).evaluate(
      wordVoltages_V[cell],
      bitVoltages_V[cell],
      this.cells.states[cell],
      gate_V,
      0,
      point,
    );
    return point.current_A;
  }

  /** The crossbar may not be used afterwards. Closing it again does nothing. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.network?.close();
    this.network = undefined;
  }

  private get floats(): boolean {
    return this.circuit.floatingRows.length + this.circuit.floatingColumns.length > 0;
  }

  private settle(
    network: CellsNetwork,
    drive: CrossbarDrive,
    input: number,
    from: CrossbarSolution | undefined,
  ): Relaxed {
    const { circuit, stop } = this;
    const { rows, columns } = circuit;
    const { work, scaling } = network;
    const drive_V = loadSources(work, network.network, scaling.s, drive, input);
    const part = (values: Float64Array) =>
      values.subarray(input * rows * columns, (input + 1) * rows * columns);
    if (drive.gates_V !== undefined)
      network.setGates(drive.gates_V.subarray(input * rows, (input + 1) * rows));
    if (from === undefined) this.startAtLines(network, drive, input);
    else network.startAt(part(from.wordVoltages_V), part(from.bitVoltages_V));
    const first = newton(network, drive_V, stop, { warm: from !== undefined, floating: this.floats });
    if (first.settled || !Number.isFinite(drive_V) || rows * columns > SPARSE_CELLS) return first;
    return this.settleSparsely(network, drive, input, drive_V, first);
  }

  private settleSparsely(
    network: CellsNetwork,
    drive: CrossbarDrive,
    input: number,
    drive_V: number,
    first: NewtonOutcome,
  ): Relaxed {
    const voltages = cellsOperatingPoint(this.circuit, this.cells, drive, input);
    if (voltages === undefined) return first;
    network.startAt(voltages.word_V, voltages.bit_V);
    const polished = newton(network, drive_V, this.stop, { warm: true, floating: this.floats });
    return { ...polished, method: 'operating-point', iterations: first.iterations + polished.iterations };
  }

  private startAtLines(network: CellsNetwork, drive: CrossbarDrive, input: number): void {
    const { rows, columns, floatingRows, floatingColumns } = this.circuit;
    const row_V = drive.rows_V.slice(input * rows, (input + 1) * rows);
    const column_V =
      drive.columns_V?.slice(input * columns, (input + 1) * columns) ?? new Float64Array(columns);
    // a line that floats ends somewhere between the others
    const [rowsMean, columnsMean] = [meanBut(row_V, floatingRows), meanBut(column_V, floatingColumns)];
    for (const i of floatingRows) row_V[i] = 0.5 * (rowsMean + columnsMean);
    for (const j of floatingColumns) column_V[j] = 0.5 * (rowsMean + columnsMean);
    network.startAtLines(
      (i) => row_V[i],
      (j) => column_V[j],
    );
  }

  /** The coarse grid is chosen by a sample of the cells at the voltages of their lines' ends. */
  private prepared(drive: CrossbarDrive): CellsNetwork {
    const { circuit, cells } = this;
    const { rows, columns } = circuit;
    const scaling = scaleOf(circuit.wires);
    const cap_S = 0.25 / Math.max(scaling.row_ohm, scaling.column_ohm);
    const law = cellLaw(cells);
    const point = cellPoint();
    const stride = Math.max(1, Math.floor((rows * columns) / SAMPLES)) | 1;
    let [sum_S, count] = [0, 0];
    for (let k = 0; k < rows * columns; k += stride) {
      const [i, j] = [Math.floor(k / columns), k % columns];
      law.evaluate(
        drive.rows_V[i],
        drive.columns_V?.[j] ?? 0,
        cells.states[k],
        drive.gates_V?.[i] ?? 0,
        0,
        point,
        ENOUGH,
      );
      const slope_S = 0.5 * (point.word_S + point.bit_S);
      if (slope_S > 0) sum_S += Math.min(slope_S, cap_S);
      count++;
    }
    return new CellsNetwork(
      circuit,
      cells,
      {
        scaling,
        shape: coarseShape(rows, columns, sum_S / count, scaling),
      },
      this.memory,
    );
  }

  private requireOpen(): void {
    if (!this.closed) return;
    throw inputError('crossbar.closed', 'this crossbar was closed and its memory given back; make a new one');
  }
}

function meanBut(values: Float64Array, without: readonly number[]): number {
  const left_out = new Set(without);
  const rest = values.filter((_, k) => !left_out.has(k));
  return rest.length === 0 ? 0 : rest.reduce((sum, v) => sum + v, 0) / rest.length;
}

/** One solve of cells with models: description, options and word-line inputs together. */
export interface CellsProblem extends CellsDescription, CrossbarOptions, SolveOptions {
  /** Input vectors as rows: row-major [inputs × rows], V. */
  readonly inputs_V: Float64Array;
  /** Voltages of the sense ends, row-major [inputs × columns], V; default 0. */
  readonly columns_V?: Float64Array;
  /** Of cells with transistors, row-major [inputs × rows], V. */
  readonly gates_V?: Float64Array;
}

/** What one-shot solves of this process take their memory from, unless they are given another. */
const oneShots = new CrossbarMemory();

/** Solves a crossbar of cells with models once. @throws OhmpropError as `CellsCrossbar` does */
export function solveCells(problem: CellsProblem): CellsSolution {
  const { inputs_V, columns_V, gates_V } = problem;
  const crossbar = new CellsCrossbar(problem, { memory: oneShots, ...problem });
  try {
    return crossbar.solve(
      {
        count: problem.rows > 0 ? inputs_V.length / problem.rows : 0,
        rows_V: inputs_V,
        ...(columns_V === undefined ? {} : { columns_V }),
        ...(gates_V === undefined ? {} : { gates_V }),
      },
      problem,
    );
  } finally {
    crossbar.close();
  }
}
