import { inputError } from '../../core/index.js';
import { solvePositive } from './normal-equations.js';
import { type Coordinate, coordinateOf, type Parameter } from './parameters.js';

/** Residuals as a function of parameters between bounds. Residuals of the order of 1 are not needed: all tests are relative. */
export interface Problem {
  readonly parameters: readonly Parameter[];
  /** How many residuals. */
  readonly count: number;
  /** Writes them. Where one is not finite, the parameters are taken for infinitely bad. */
  residuals(values: Float64Array, out: Float64Array): void;
  /**
   * Adds JᵀJ `[parameters × parameters]` and Jᵀr `[parameters]` at these values, by one who knows the slopes; where it is left out
   * they are found by differences. Both come filled with zeros.
   */
  slopes?(values: Float64Array, normal: Float64Array, slope: Float64Array): void;
  /**
   * Writes ∂residual/∂parameter, `[parameters][count]`, by one who knows them; what is not finite counts as 0. `held` parameters need
   * not be written.
   */
  jacobian?(values: Float64Array, columns: readonly Float64Array[], held: readonly boolean[]): void;
}

/**
 * How a search ended: `converged` (residuals at right angles to every way they can still go, or nothing left to gain);
 * `iterations` (stopped by their limit) and `stalled` (no step helped though the slope is not flat) are no fits.
 */
export type FitStatus = 'converged' | 'iterations' | 'stalled';

/** Where a search ended. */
export interface LeastSquares {
  readonly values: Float64Array;
  /** Σ residual². */
  readonly cost: number;
  readonly status: FitStatus;
  readonly iterations: number;
  /** `[parameters]`: ended at one of its bounds. */
  readonly atBound: readonly boolean[];
  /** `[parameters × parameters]`, JᵀJ in the coordinates of 0 … 1. */
  readonly normal: Float64Array;
}

/** How long to search, and what not to move. */
export interface SearchOptions {
  readonly iterations?: number;
  /** `[parameters]`: held at their start. */
  readonly held?: readonly boolean[];
  /**
   * Share of the cost that must still be to be gained for the search to go on, by the linearised residuals; where the cost matters and
   * the last digits of the parameters do not. Along a curved ridge those promise what no step gains: so a search whose last eight
   * iterations together gained less ends too, as `stalled`. Left out, it goes on to rounding.
   */
  readonly worth?: number;
  /** Damping that it begins with (1e-3): less near the end. */
  readonly damping?: number;
  /** A cost that is good enough: once it is reached, the search goes on for so many iterations more at most (status `iterations`). */
  readonly enough?: { readonly cost: number; readonly iterations: number };
}

/** Largest cosine between residuals and a column of J that counts as a right angle. */
const RIGHT_ANGLE = 1e-7;
/** Iterations that together must gain what a search is worth going on for. */
const CREEPING = 8;
/** A share of the cost that is not worth another iteration. */
const NOTHING_TO_GAIN = 1e-13;
/** Residuals below this share of what a parameter does over its whole way are rounding. */
const ROUNDING = 1e-12;
/** Step of the central differences, of the way between the bounds: eps^(1/3). */
const DIFFERENCE = 6e-6;

/**
 * Least squares between bounds by Levenberg (1944) and Marquardt (1963): damping scaled by diag JᵀJ, steps taken only where the
 * cost falls (gain ratio, Nielsen 1999), bounds by projection with those parameters set aside that push against theirs, central
 * differences in coordinates of 0 … 1. Never returns a point worse than the start, and says how it ended.
 */
export function leastSquares(
  problem: Problem,
  start: ArrayLike<number>,
  { iterations = 100, held = [], worth = 0, damping = 1e-3, enough }: SearchOptions = {},
): LeastSquares {
  const search = new Search(problem, start, held);
  return search.run(iterations, worth, damping, enough);
}

class Search {
  private readonly coordinates: readonly Coordinate[];
  private readonly size: number;
  private at: Float64Array;
  private values: Float64Array;
  private residuals: Float64Array;
  private cost: number;
  private readonly columns: Float64Array[];
  private readonly normal: Float64Array;
  private readonly slope: Float64Array;
  private readonly plus: Float64Array;
  private readonly minus: Float64Array;

  constructor(
    private readonly problem: Problem,
    start: ArrayLike<number>,
    private readonly held: readonly boolean[],
  ) {
    const { parameters, count } = problem;
    this.size = parameters.length;
    if (start.length !== this.size) {
      throw inputError('estimates.start', `${this.size} start values are needed, got ${start.length}`);
    }
    this.coordinates = parameters.map(coordinateOf);
    this.at = Float64Array.from(this.coordinates, (c, j) => c.of(start[j]));
    // a held parameter is exactly what was given, not its way to 0 … 1 and back
    this.values = Float64Array.from(this.at, (t, j) => (held[j] ? start[j] : this.coordinates[j].value(t)));
    this.residuals = new Float64Array(count);
    this.plus = new Float64Array(count);
    this.minus = new Float64Array(count);
    this.columns = problem.slopes ? [] : parameters.map(() => new Float64Array(count));
    this.normal = new Float64Array(this.size * this.size);
    this.slope = new Float64Array(this.size);
    this.cost = this.costAt(this.values, this.residuals);
  }

  run(
    iterations: number,
    worth: number,
    firstDamping: number,
    enough?: SearchOptions['enough'],
  ): LeastSquares {
    if (!Number.isFinite(this.cost)) return this.end('stalled', 0);
    let damping = firstDamping;
    let growth = 2;
    let limit = iterations;
    let reached = false;
    const costs: number[] = [];
    for (let iteration = 0; iteration < limit; iteration++) {
      if (enough !== undefined && !reached && this.cost <= enough.cost) {
        reached = true;
        limit = Math.min(limit, iteration + enough.iterations);
      }
      this.linearise();
      const free = this.freeOnes();
      if (free.length === 0 || this.isRounding() || this.angle(free) < RIGHT_ANGLE) {
        return this.end('converged', iteration);
      }
      if (worth > 0 && this.toBeGained(free) < worth * this.cost) return this.end('converged', iteration);
      const before = this.cost;
      if (costs.push(before) > CREEPING && costs[iteration - CREEPING] - before < worth * before) {
        return this.end('stalled', iteration);
      }
      for (;;) {
        const { gain, moved } = this.tryStep(free, damping);
        if (gain > 1e-4) {
          damping = Math.max(1e-15, damping * Math.max(1 / 3, 1 - (2 * gain - 1) ** 3));
          growth = 2;
          break;
        }
        if (!moved || damping > 1e16) {
          // no way down to the last digits: at the bottom, if what it could gain is nothing
          return this.end(this.angle(free) < 1e-4 ? 'converged' : 'stalled', iteration);
        }
        damping *= growth;
        growth *= 2;
      }
      if (before - this.cost <= NOTHING_TO_GAIN * before) {
        this.linearise();
        return this.end('converged', iteration + 1);
      }
    }
    return this.end('iterations', limit);
  }

  private end(status: FitStatus, iterations: number): LeastSquares {
    return {
      values: this.values.slice(),
      cost: this.cost,
      status,
      iterations,
      atBound: Array.from(this.at, (t, j) => !this.held[j] && (t <= 0 || t >= 1)),
      normal: this.normal.slice(),
    };
  }

  private costAt(values: Float64Array, out: Float64Array): number {
    this.problem.residuals(values, out);
    let sum = 0;
    for (let i = 0; i < out.length; i++) sum += out[i] * out[i];
    return Number.isNaN(sum) ? Number.POSITIVE_INFINITY : sum;
  }

  /** J by differences, JᵀJ and Jᵀr. */
  private linearise(): void {
    const { size, columns, normal, slope, residuals } = this;
    if (this.problem.slopes) {
      this.askSlopes();
      return;
    }
    if (this.problem.jacobian) this.askJacobian();
    else this.differences();
    for (let j = 0; j < size; j++) {
      let s = 0;
      for (let i = 0; i < residuals.length; i++) s += columns[j][i] * residuals[i];
      slope[j] = s;
      for (let k = 0; k <= j; k++) {
        let sum = 0;
        for (let i = 0; i < residuals.length; i++) sum += columns[j][i] * columns[k][i];
        normal[j * size + k] = sum;
        normal[k * size + j] = sum;
      }
    }
  }

  private differences(): void {
    const { columns, plus, minus } = this;
    const values = this.values.slice();
    for (let j = 0; j < this.size; j++) {
      const column = columns[j];
      if (this.held[j]) {
        column.fill(0);
        continue;
      }
      const [low, high] = [Math.max(0, this.at[j] - DIFFERENCE), Math.min(1, this.at[j] + DIFFERENCE)];
      values[j] = this.coordinates[j].value(high);
      this.problem.residuals(values, plus);
      values[j] = this.coordinates[j].value(low);
      this.problem.residuals(values, minus);
      values[j] = this.values[j];
      for (let i = 0; i < column.length; i++) {
        const d = (plus[i] - minus[i]) / (high - low);
        column[i] = Number.isFinite(d) ? d : 0;
      }
    }
  }

  /** The problem's own J, from its units into coordinates of 0 … 1. */
  private askJacobian(): void {
    const { columns, held } = this;
    this.problem.jacobian?.(this.values, columns, held);
    const per = this.unitsPerCoordinate();
    for (const [j, column] of columns.entries()) {
      for (let i = 0; i < column.length; i++) {
        const d = held[j] ? 0 : column[i] * per[j];
        column[i] = Number.isFinite(d) ? d : 0;
      }
    }
  }

  private unitsPerCoordinate(): Float64Array {
    return Float64Array.from(this.at, (t, j) => {
      const [low, high] = [Math.max(0, t - DIFFERENCE), Math.min(1, t + DIFFERENCE)];
      return this.held[j]
        ? 0
        : (this.coordinates[j].value(high) - this.coordinates[j].value(low)) / (high - low);
    });
  }

  /** The problem's own slopes, from its units into coordinates of 0 … 1. */
  private askSlopes(): void {
    const { size, normal, slope } = this;
    normal.fill(0);
    slope.fill(0);
    this.problem.slopes?.(this.values, normal, slope);
    const per = this.unitsPerCoordinate();
    for (let j = 0; j < size; j++) {
      slope[j] *= per[j];
      for (let k = 0; k < size; k++) normal[j * size + k] *= per[j] * per[k];
    }
  }

  /** All but those held, and those at a bound that the slope pushes against. */
  private freeOnes(): number[] {
    const free: number[] = [];
    for (let j = 0; j < this.size; j++) {
      const pushed = (this.at[j] <= 0 && this.slope[j] > 0) || (this.at[j] >= 1 && this.slope[j] < 0);
      if (!this.held[j] && !pushed && this.normal[j * this.size + j] > 0) free.push(j);
    }
    return free;
  }

  private isRounding(): boolean {
    let most = 0;
    for (let j = 0; j < this.size; j++) most = Math.max(most, this.normal[j * this.size + j]);
    return this.cost <= ROUNDING ** 2 * most;
  }

  /** Largest cosine between the residuals and a column of J. */
  private angle(free: readonly number[]): number {
    const length = Math.sqrt(this.cost);
    let largest = 0;
    for (const j of free) {
      largest = Math.max(
        largest,
        Math.abs(this.slope[j]) / (Math.sqrt(this.normal[j * this.size + j]) * length),
      );
    }
    return largest;
  }

  /** Of the cost, by an undamped step of the linearised residuals, bounds apart. */
  private toBeGained(free: readonly number[]): number {
    const { size, normal, slope } = this;
    const m = free.length;
    const matrix = new Float64Array(m * m);
    const right = Float64Array.from(free, (j) => -slope[j]);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) matrix[a * m + b] = normal[free[a] * size + free[b]];
      matrix[a * m + a] *= 1 + 1e-12;
    }
    const step = solvePositive(matrix, right);
    return step === undefined ? Number.POSITIVE_INFINITY : step.reduce((sum, s, a) => sum + s * right[a], 0);
  }

  private tryStep(free: readonly number[], damping: number): { gain: number; moved: boolean } {
    const { size, normal, slope, coordinates } = this;
    const m = free.length;
    const matrix = new Float64Array(m * m);
    const right = new Float64Array(m);
    for (let a = 0; a < m; a++) {
      for (let b = 0; b < m; b++) matrix[a * m + b] = normal[free[a] * size + free[b]];
      matrix[a * m + a] *= 1 + damping;
      right[a] = -slope[free[a]];
    }
    const step = solvePositive(matrix, right);
    if (step === undefined) return { gain: 0, moved: true };
    const at = this.at.slice();
    for (let a = 0; a < m; a++) at[free[a]] = Math.min(1, Math.max(0, at[free[a]] + step[a]));
    const values = Float64Array.from(at, (t, j) =>
      t === this.at[j] ? this.values[j] : coordinates[j].value(t),
    );
    const change = at.map((t, j) => t - this.at[j]);
    if (change.every((d, j) => Math.abs(d) <= 1e-15 * (1 + Math.abs(this.at[j])))) {
      return { gain: 0, moved: false };
    }
    const cost = this.costAt(values, this.plus);
    let predicted = 0;
    for (let j = 0; j < size; j++) {
      predicted -= 2 * slope[j] * change[j];
      for (let k = 0; k < size; k++) predicted -= change[j] * normal[j * size + k] * change[k];
    }
    const gain = (this.cost - cost) / Math.max(predicted, Number.MIN_VALUE);
    if (!(cost < this.cost && gain > 1e-4)) return { gain: 0, moved: true };
    this.at = at;
    this.values = values;
    this.residuals.set(this.plus);
    this.cost = cost;
    return { gain: Math.min(gain, 1), moved: true };
  }
}
