import { OhmpropError } from '../../core/index.js';
import { elementPartials, elementPoint } from '../../devices/elements/index.js';
import type { Parameter, Problem } from '../estimates/index.js';
import type { LoopModel, LoopParameter, LoopScale } from './loop-model.js';

/** Where a fitted simpler model was at every sample: voltage, state, how fast it moved; and the current that was measured. */
export interface StateTrace {
  readonly voltage_V: Float64Array;
  readonly state: Float64Array;
  readonly rate: Float64Array;
  /** ∂(rate)/∂x, 1/s: how fast the state forgets. */
  readonly rateByState: Float64Array;
  /** Time to the next sample, s. */
  readonly step_s: Float64Array;
  readonly current_A: Float64Array;
}

/** Share of a loop over which an error of the rate adds up before it is judged. */
const ADDS_UP = 1 / 8;

/**
 * Residuals of a model against a state trace: current at the states of the trace, and the rate there. Nothing is integrated, so
 * a search from many starts costs little; where it ends, the search on the loops themselves begins.
 */
export class MatchProblem implements Problem {
  readonly parameters: readonly Parameter[];
  readonly count: number;
  private readonly own: readonly LoopParameter[];
  private readonly weight: Float64Array;
  private readonly point = elementPoint();
  private readonly indices: readonly number[];

  constructor(
    private readonly model: LoopModel,
    private readonly trace: StateTrace,
    private readonly scale: LoopScale,
  ) {
    this.own = model.parameters(scale);
    this.parameters = this.own;
    const n = trace.state.length;
    this.count = 2 * n;
    const names = model.element.parameters.map(({ name }) => name);
    this.indices = this.own.map(({ element }) => names.indexOf(element));
    this.weight = trace.step_s.map(
      (step, i) => (ADDS_UP * n * step) / (1 + step * Math.abs(trace.rateByState[i])),
    );
  }

  private elementOf(values: ArrayLike<number>) {
    try {
      return this.model.element.with(
        Object.fromEntries(this.own.map(({ element, factor = 1 }, k) => [element, values[k] * factor])),
      );
    } catch (error) {
      if (error instanceof OhmpropError) return undefined;
      throw error;
    }
  }

  residuals(values: Float64Array, out: Float64Array): void {
    const element = this.elementOf(values);
    if (element === undefined) {
      out.fill(Number.NaN);
      return;
    }
    const { voltage_V, state, rate, current_A } = this.trace;
    const n = state.length;
    for (let i = 0; i < n; i++) {
      element.evaluate(voltage_V[i], state[i], this.point);
      out[i] = (this.point.current_A - current_A[i]) / this.scale.current_A;
      const speed = element.rate?.(voltage_V[i], this.point.current_A, state[i]) ?? 0;
      out[n + i] = this.weight[i] * (speed - rate[i]);
    }
  }

  jacobian(values: Float64Array, columns: readonly Float64Array[]): void {
    const element = this.elementOf(values);
    if (element === undefined) return;
    const { voltage_V, state } = this.trace;
    const n = state.length;
    const partials = elementPartials(element);
    for (let i = 0; i < n; i++) {
      element.evaluate(voltage_V[i], state[i], this.point);
      element.partials(voltage_V[i], this.point.current_A, state[i], partials);
      for (const [k, { factor = 1 }] of this.own.entries()) {
        columns[k][i] = (factor * partials.current[this.indices[k]]) / this.scale.current_A;
        columns[k][n + i] = this.weight[i] * factor * partials.rate[this.indices[k]];
      }
    }
  }
}
