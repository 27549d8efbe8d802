import type { CrossbarCircuit, CrossbarDrive } from '../../circuits/crossbar/index.js';
import type { CrossbarWork } from '../../kernels/index.js';
import { DirectCrossbar } from './direct.js';
import { solveMergedLines } from './merged-lines.js';
import {
  type CrossbarMethod,
  type CrossbarStop,
  finish,
  type PreparedNetwork,
  type Relaxed,
  verdictOf,
} from './outcome.js';
import { relax } from './relaxation.js';

/** Up to so many cells a direct factorisation fits time and memory. */
const DIRECT_CELLS = 150_000;
/** So many shorts cost conjugate gradients more than a direct factorisation, once several inputs share it. */
export const MANY_SHORTS = 100;
/** Conjugate gradients may take so many iterations before a direct factorisation takes over. */
const MAX_CG_ITERATIONS = 400;

/** Solves one input after the other by whichever method settles; a direct factor is kept between them. */
export class InputSolver {
  private factored: DirectCrossbar | undefined;

  constructor(
    private readonly circuit: CrossbarCircuit,
    private readonly prepared: PreparedNetwork,
    private readonly drive: CrossbarDrive,
    factored?: DirectCrossbar,
  ) {
    this.factored = factored;
  }

  /** The direct factor, if one was needed. */
  get direct(): DirectCrossbar | undefined {
    return this.factored;
  }

  /** From work.b if `stored`, else from 0 V; sources loaded. */
  settle(work: CrossbarWork, drive_V: number, stop: CrossbarStop, input: number, stored: boolean): Relaxed {
    const { wires, rows, columns } = this.circuit;
    const merged = wires.row_ohm === 0 || wires.column_ohm === 0;
    const canFactor = !merged && rows * columns <= DIRECT_CELLS;
    if (canFactor && (this.factored !== undefined || this.prepared.shorts >= MANY_SHORTS)) {
      return this.settleDirectly(work, drive_V, stop, input, 0);
    }
    const limit = canFactor ? Math.min(stop.maxIterations, MAX_CG_ITERATIONS) : stop.maxIterations;
    const relaxed = relax(this.prepared, work, drive_V, { ...stop, maxIterations: limit }, stored);
    if (relaxed.settled || !Number.isFinite(drive_V)) return relaxed;
    if (merged) {
      const { bit_V, iterations, kclResidual_A } = solveMergedLines(
        this.circuit,
        (i) => this.row_V(i, input),
        (j) => this.column_V(j, input),
        stop.tolerance,
      );
      return this.accept(work, bit_V, kclResidual_A, drive_V, stop, 'merged-lines', iterations);
    }
    if (!canFactor || limit === stop.maxIterations) return relaxed;
    return this.settleDirectly(work, drive_V, stop, input, relaxed.iterations);
  }

  private settleDirectly(
    work: CrossbarWork,
    drive_V: number,
    stop: CrossbarStop,
    input: number,
    before: number,
  ): Relaxed {
    this.factored ??= new DirectCrossbar(this.circuit);
    const bit_V = this.factored.solve(
      (i) => this.row_V(i, input),
      (j) => this.column_V(j, input),
    );
    const first = this.accept(work, bit_V, Number.NaN, drive_V, stop, 'direct', before);
    if (first.settled && !first.rounded) return first;
    // what rounding left of the residual, iteration takes away, where it can
    const polished = relax(this.prepared, work, drive_V, stop);
    if (first.settled && !(polished.settled && !polished.rounded)) {
      return this.accept(work, bit_V, Number.NaN, drive_V, stop, 'direct', before);
    }
    return { ...polished, method: 'direct', iterations: before + polished.iterations };
  }

  private accept(
    work: CrossbarWork,
    bit_V: Float64Array,
    residual_A: number,
    drive_V: number,
    stop: CrossbarStop,
    method: CrossbarMethod,
    iterations: number,
  ): Relaxed {
    const { kernel, pointer, scaling } = this.prepared;
    work.p.set(bit_V);
    kernel.packTiles(pointer, work.p.byteOffset, work.b.byteOffset, 1 / scaling.s);
    const last = finish(this.prepared, work, residual_A, drive_V, stop.tolerance);
    return {
      method,
      iterations,
      ...last,
      ...verdictOf(last),
    };
  }

  private row_V(i: number, input: number): number {
    return this.drive.rows_V[input * this.circuit.rows + i];
  }

  private column_V(j: number, input: number): number {
    return this.drive.columns_V?.[input * this.circuit.columns + j] ?? 0;
  }
}
