import type { OperatingStatus } from '../mna/index.js';
import type { TimeSystem } from './time-system.js';

/** When a stage is solved: Newton steps below these in every unknown, or bound to become so. */
export interface StageTolerances {
  readonly relative: number;
  readonly absolute_V: number;
  readonly absolute_A: number;
}

const MAX_ITERATIONS = 16;
/** After a jump: what follows at once jumps however short the step is, and limited junctions come after it slowly. */
const MAX_AFTER_JUMP = 100;
/** A factorisation serves on while every step is at most this share of the one before. */
const KEPT_RATE = 0.2;
/** Worse than this, it is taken as not converging, after some steps. */
const LOST_RATE = 2;

/**
 * Solves the stages of an implicit method by Newton's method, keeping the factors of the matrix from stage to stage and step
 * to step while they serve (simplified Newton; Hairer & Wanner, Solving ODEs II, IV.8).
 */
export class StageNewton {
  iterations = 0;
  factorisations = 0;
  /** Position that moved most in the last step, against its tolerance; or where the matrix is singular; −1: none. */
  worst = -1;
  private readonly step: Float64Array;
  /** Of each unknown, V or A. */
  private readonly absolute: Float64Array;
  /** Places of integrals, whose tolerance is a share of their largest size so far. */
  private readonly integrals: readonly number[];
  /** Of the matrix that is factored; NaN: none. */
  private factoredAlpha = Number.NaN;

  constructor(
    private readonly system: TimeSystem,
    private readonly tolerances: StageTolerances,
  ) {
    const { size } = system.circuit.system;
    this.step = new Float64Array(size);
    const { unknowns, equations } = system;
    this.absolute = new Float64Array(size).fill(tolerances.absolute_V);
    this.absolute.fill(tolerances.absolute_A, Math.max(0, equations.nodeCount - unknowns.first));
    const placeOf = (node: number): number => unknowns.position[node] - unknowns.first;
    this.integrals = [...equations.integralNodes].map(placeOf);
    for (const k of this.integrals) this.absolute[k] = Number.MIN_VALUE;
    for (const node of equations.followingNodes) this.absolute[placeOf(node)] = Number.POSITIVE_INFINITY;
  }

  /** A step has come to x. */
  remember(x: Float64Array): void {
    const { relative } = this.tolerances;
    const { first } = this.system.unknowns;
    for (const k of this.integrals)
      this.absolute[k] = Math.max(this.absolute[k], relative * Math.abs(x[first + k]));
  }

  /** What the factors were made of has changed. */
  forget(): void {
    this.factoredAlpha = Number.NaN;
  }

  /**
   * Solves for x in place, from the guess that it holds; the stores then hold their values there.
   * @param afterJump the guess may be far off, and a shorter step would not help
   */
  solve(x: Float64Array, afterJump = false): OperatingStatus {
    const { system, step } = this;
    const { circuit, stores } = system;
    const { first } = system.unknowns;
    circuit.restartJunctions(x);
    let before = Number.POSITIVE_INFINITY;
    let fresh = false;
    const most = afterJump ? MAX_AFTER_JUMP : MAX_ITERATIONS;
    for (let n = 1; n <= most; n++) {
      const factors = !(this.factoredAlpha === stores.alpha) || (n > 1 && !system.linear && this.slow);
      const limited = system.assemble(x, factors);
      this.iterations++;
      if (limited < 0) return 'not-finite';
      if (factors) {
        const singular = circuit.system.factor();
        this.factorisations++;
        if (singular >= 0) {
          this.worst = first + singular;
          this.forget();
          return 'singular';
        }
        this.factoredAlpha = stores.alpha;
        fresh = true;
      } else {
        fresh = false;
      }
      for (let k = 0; k < step.length; k++) step[k] = -circuit.residual[first + k];
      circuit.system.solve(step);
      const size = this.measure(x);
      if (!Number.isFinite(size)) {
        this.forget();
        return 'not-finite';
      }
      for (let k = 0; k < step.length; k++) x[first + k] += step[k];
      const rate = size / before;
      this.slow = !(rate <= KEPT_RATE);
      before = size;
      if (limited === 0 && (system.linear || this.arrived(n, size, rate))) {
        return system.evaluate(x) ? 'settled' : 'not-finite';
      }
      if (n > 4 && fresh && rate > LOST_RATE && !(afterJump && limited > 0)) break;
    }
    this.forget();
    return 'not-settled';
  }

  private slow = true;

  /** Whether what is left, estimated from how fast steps shrink, is below the tolerance. */
  private arrived(n: number, size: number, rate: number): boolean {
    if (n === 1) return size <= 1e-3;
    return size <= 1e-3 || (rate < 1 && (size * rate) / (1 - rate) <= 1);
  }

  /** The largest part of the step, in tolerances. */
  private measure(x: Float64Array): number {
    const { step, tolerances, system, absolute } = this;
    const { first } = system.unknowns;
    let largest = 0;
    this.worst = -1;
    for (let k = 0; k < step.length; k++) {
      const size = Math.abs(step[k]) / (absolute[k] + tolerances.relative * Math.abs(x[first + k] + step[k]));
      if (!(size <= largest)) {
        largest = size;
        this.worst = first + k;
      }
    }
    return largest;
  }
}
