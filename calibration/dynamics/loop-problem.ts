import { OhmpropError } from '../../core/index.js';
import type { ElementModel } from '../../devices/elements/index.js';
import type { Parameter, Problem } from '../estimates/index.js';
import type { LoopData } from './loop-data.js';
import type { LoopModel, LoopParameter, LoopScale } from './loop-model.js';
import { LoopResponse } from './loop-response.js';
import { periodsOf } from './time-base.js';

/** How residuals count: differences of the current over its largest, and in quadrature with them `logShare` times differences of asinh(I/knee). */
export interface LoopWeights {
  readonly scale_A: number;
  readonly logShare: number;
  readonly knee_A: number;
}

/** How a problem of loops is set up. */
export interface LoopProblemOptions {
  readonly weights: LoopWeights;
  /** Steps between two samples; left out, as many as make the error of a step small beside what the loop can tell. */
  readonly substeps?: number;
  /** Half as many, for a search that has far to go. */
  readonly coarse?: boolean;
}

/** Steps of a period that leave thresholds and speeds within a few thousandths (`docs/results/dynamics.md`); more than so many between two samples are not made. */
const STEPS_OF_PERIOD = 400;
const MOST_STEPS = 16;

function stepsOf({ drive_V }: LoopData, { coarse = false }: LoopProblemOptions): number {
  const samples = drive_V.length / periodsOf(drive_V);
  const steps = Math.min(MOST_STEPS, Math.max(2, Math.ceil(STEPS_OF_PERIOD / samples)));
  return coarse ? Math.max(1, Math.round(steps / 2)) : steps;
}

/** Residuals of loops under one model: its parameters shared, a start state of each loop after them. */
export class LoopProblem implements Problem {
  readonly parameters: readonly Parameter[];
  readonly own: readonly LoopParameter[];
  readonly count: number;
  /** Residuals of each loop, in order. */
  readonly lengths: readonly number[];
  private readonly responses: readonly LoopResponse[];

  constructor(
    readonly model: LoopModel,
    readonly loops: readonly LoopData[],
    readonly scale: LoopScale,
    readonly options: LoopProblemOptions,
  ) {
    this.own = model.parameters(scale);
    const names = model.element.parameters.map(({ name }) => name);
    const followed = this.own.map(({ element }) => names.indexOf(element));
    this.responses = loops.map(
      (loop) => new LoopResponse(loop, loop.circuit, followed, options.substeps ?? stepsOf(loop, options)),
    );
    const state = model.element.state;
    this.parameters = [
      ...this.own,
      ...loops.map(({ name }, k) => ({
        name: loops.length === 1 ? 'start' : `start ${k + 1}: ${name}`,
        low: state?.low ?? 0,
        high: state?.high ?? 1,
        zeroCounts: true,
      })),
    ];
    this.lengths = loops.map(({ fitted }) => fitted.reduce((sum, is) => sum + is, 0));
    this.count = this.lengths.reduce((sum, n) => sum + n, 0);
  }

  /** The element of these values; undefined where they do not go together. */
  elementOf(values: ArrayLike<number>): ElementModel | undefined {
    const given = Object.fromEntries(
      this.own.map(({ element, factor = 1 }, k) => [element, values[k] * factor]),
    );
    try {
      return this.model.element.with(given);
    } catch (error) {
      if (error instanceof OhmpropError) return undefined;
      throw error;
    }
  }

  /** What the model answers to the drive of one loop; `run` says whether it is of numbers. */
  answer(values: ArrayLike<number>, k: number): LoopResponse | undefined {
    const element = this.elementOf(values);
    const response = this.responses[k];
    return element !== undefined && response.run(element, values[this.own.length + k], false)
      ? response
      : undefined;
  }

  /** `[own + 1][samples]`: d(current)/d(parameter) of one loop, A per unit, the last by its start state. */
  slopesOf(values: ArrayLike<number>, k: number): Float64Array[] {
    const element = this.elementOf(values);
    const response = this.responses[k];
    if (element === undefined || !response.run(element, values[this.own.length + k], true)) return [];
    return response.slopes.map((slope, j) => {
      const { factor = 1 } = this.own[j] ?? {};
      return slope.map((s) => factor * s);
    });
  }

  residuals(values: Float64Array, out: Float64Array): void {
    const element = this.elementOf(values);
    if (element === undefined) {
      out.fill(Number.NaN);
      return;
    }
    const { scale_A, logShare, knee_A } = this.options.weights;
    let at = 0;
    for (const [k, loop] of this.loops.entries()) {
      const response = this.responses[k];
      if (!response.run(element, values[this.own.length + k], false)) {
        out.fill(Number.NaN);
        return;
      }
      const { current_A, fitted } = loop;
      for (let i = 0; i < fitted.length; i++) {
        if (!fitted[i]) continue;
        const difference = (response.current_A[i] - current_A[i]) / scale_A;
        if (!(logShare > 0)) {
          out[at++] = difference;
          continue;
        }
        const ratio = Math.asinh(response.current_A[i] / knee_A) - Math.asinh(current_A[i] / knee_A);
        // one number for each point, so that no point is counted twice: Σ residual² is that of both
        out[at++] = Math.sign(difference) * Math.hypot(difference, logShare * ratio);
      }
    }
  }

  jacobian(values: Float64Array, columns: readonly Float64Array[], held: readonly boolean[]): void {
    const element = this.elementOf(values);
    const shared = this.own.length;
    for (let j = shared; j < this.parameters.length; j++) columns[j].fill(0);
    if (element === undefined) return;
    let at = 0;
    for (const [k, loop] of this.loops.entries()) {
      const { fitted } = loop;
      const response = this.responses[k];
      response.run(element, values[shared + k], true);
      const units_A = this.unitsOf(loop, response.current_A);
      for (let j = 0; j <= shared; j++) {
        if (held[j === shared ? shared + k : j]) continue;
        const column = columns[j === shared ? shared + k : j];
        const slope = response.slopes[j];
        const factor = j === shared ? 1 : (this.own[j].factor ?? 1);
        let row = at;
        for (let i = 0; i < fitted.length; i++)
          if (fitted[i]) column[row++] = (factor * slope[i]) / units_A[i];
      }
      at += this.lengths[k];
    }
  }

  /** `[samples]`: by how many A the current changes where the residual does by 1. */
  private unitsOf({ current_A: data }: LoopData, model: Float64Array): Float64Array {
    const { scale_A, logShare, knee_A } = this.options.weights;
    if (!(logShare > 0)) return new Float64Array(model.length).fill(scale_A);
    return model.map((i, at) => {
      const byRatio = logShare / Math.hypot(i, knee_A);
      const difference = (i - data[at]) / scale_A;
      const ratio = logShare * (Math.asinh(i / knee_A) - Math.asinh(data[at] / knee_A));
      const both = Math.hypot(difference, ratio);
      // where there is no difference, the limit
      return both > 0
        ? both / (Math.abs(difference) / scale_A + Math.abs(ratio) * byRatio)
        : 1 / Math.hypot(1 / scale_A, byRatio);
    });
  }
}
