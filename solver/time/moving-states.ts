import {
  type ElementModel,
  type ElementPoint,
  type ElementRate,
  elementPoint,
  elementRate,
  type RateSlopes,
  rateSlopesOf,
  type StateVariable,
} from '../../devices/elements/index.js';
import {
  type EquationPart,
  type MatrixEntries,
  someKnown,
  type TwoTerminalRelation,
  type Unknowns,
  type ValueIndexOf,
} from '../equations/index.js';
import type { Stores } from './stores.js';

/** Whether a two-terminal has a state that moves. */
export function moves({ model }: TwoTerminalRelation): boolean {
  return model.rate !== undefined && model.state !== undefined;
}

const MAX_ITERATIONS = 60;

/**
 * Elements with a state that moves. The state is an unknown of the equations, taken out of them: at every voltage it is
 * solved from its own equation α·(x − predicted) = f(v, x), kept in its bounds, and the element shows its conductance with
 * the state going along, ∂I/∂v + ∂I/∂x·dx/dv. That is Newton's method on all unknowns, on a matrix without the states.
 */
export class MovingStates implements EquationPart {
  failingElement = '';
  readonly nonlinear: boolean;
  private readonly from: Int32Array;
  private readonly to: Int32Array;
  private readonly models: readonly ElementModel[];
  readonly bounds: readonly StateVariable[];
  private readonly rates: readonly RateSlopes[];
  private readonly first: number;
  private readonly entries: Int32Array;
  private readonly point: ElementPoint = elementPoint();
  private readonly rate: ElementRate = elementRate();
  /** dx/dv of the last solution. */
  private follow = 0;
  private valueIndex: Int32Array = new Int32Array(0);

  constructor(
    private readonly relations: readonly TwoTerminalRelation[],
    private readonly stores: Stores,
    unknowns: Unknowns,
    matrix: MatrixEntries,
  ) {
    const { position } = unknowns;
    this.from = Int32Array.from(relations, (r) => position[r.from]);
    this.to = Int32Array.from(relations, (r) => position[r.to]);
    this.models = relations.map(({ model }) => model);
    this.bounds = relations.map(({ model }) => model.state!);
    this.rates = this.models.map(rateSlopesOf);
    this.first = stores.names.length;
    for (const { element } of relations) stores.add(element);
    this.entries = matrix.addPairs(this.from, this.to);
    this.nonlinear = relations.length > 0;
  }

  get count(): number {
    return this.relations.length;
  }

  /** Place of the first among the stores. */
  get firstStore(): number {
    return this.first;
  }

  locate(valueIndexOf: ValueIndexOf): void {
    this.valueIndex = valueIndexOf(this.entries);
  }

  reachesKnown(first: number): boolean {
    return someKnown(this.from, first) || someKnown(this.to, first);
  }

  /** Sets every state to where its element starts. */
  begin(floor: number): void {
    const { stores, first } = this;
    this.relations.forEach(({ state }, k) => {
      const { low, high } = this.bounds[k];
      stores.value[first + k] = state;
      const span = high - low;
      stores.scale[first + k] = Number.isFinite(span) ? span : Math.max(1e-12, Math.abs(state));
      stores.floor[first + k] = floor;
    });
  }

  evaluate(x: Float64Array): boolean {
    for (let k = 0; k < this.models.length; k++) {
      if (!this.settle(k, x[this.from[k]] - x[this.to[k]])) {
        this.failingElement = this.relations[k].element;
        return false;
      }
    }
    return true;
  }

  stamp(x: Float64Array, residual: Float64Array, values: Float64Array, slopes: boolean): number {
    const { from, to, valueIndex: at, point } = this;
    for (let k = 0, e = 0; k < from.length; k++, e += 4) {
      const a = from[k];
      const b = to[k];
      if (!this.settle(k, x[a] - x[b])) {
        this.failingElement = this.relations[k].element;
        return -1;
      }
      const g = point.conductance_S + point.stateSlope_A * this.follow;
      residual[a] += point.current_A;
      residual[b] -= point.current_A;
      if (!slopes) continue;
      values[at[e]] += g;
      values[at[e + 1]] += g;
      values[at[e + 2]] -= g;
      values[at[e + 3]] -= g;
    }
    return 0;
  }

  /**
   * Solves g(x) = x − predicted − f(v, x)/α = 0 in the bounds by Newton's method, held by bisection; fills `point` there and
   * `follow`. Where g has no zero between the bounds the state stands at one.
   */
  private settle(k: number, voltage_V: number): boolean {
    const { stores, first, point, rate } = this;
    const model = this.models[k];
    const slopes = this.rates[k];
    const { low, high } = this.bounds[k];
    const predicted = stores.predicted[first + k];
    const tau_s = stores.alpha > 0 ? 1 / stores.alpha : 0;
    let state = Math.min(high, Math.max(low, stores.value[first + k]));
    if (tau_s === 0) state = Math.min(high, Math.max(low, predicted));
    let [below, above] = [low, high];
    // Whether g has been seen below 0, and above it: until then a bound is where to look next.
    let [fromBelow, fromAbove] = [false, false];
    const small = 1e-13 * (Number.isFinite(high - low) ? high - low : Math.abs(state) + 1e-300);
    let slope = 1;
    let pinned = false;
    for (let n = 0; ; n++) {
      model.evaluate(voltage_V, state, point);
      slopes(voltage_V, state, point, rate);
      if (!Number.isFinite(point.current_A) || !Number.isFinite(rate.rate)) return false;
      if (tau_s === 0) break;
      const off = state - predicted - tau_s * rate.rate;
      slope = 1 - tau_s * rate.stateSlope;
      pinned = (off > 0 && state === low) || (off < 0 && state === high);
      if (off === 0 || pinned || n === MAX_ITERATIONS) break;
      if (off > 0) [above, fromAbove] = [state, true];
      else [below, fromBelow] = [state, true];
      let next = slope > 0 ? state - off / slope : predicted + tau_s * rate.rate;
      if (!(next > below && next < above)) {
        if (off > 0 ? fromBelow : fromAbove) next = 0.5 * (below + above);
        else if (Number.isFinite(off > 0 ? low : high)) next = off > 0 ? low : high;
      }
      const moved = Math.abs(next - state);
      if (moved <= small) break;
      state = next;
    }
    stores.value[first + k] = state;
    this.follow = pinned || tau_s === 0 || !(slope > 0) ? 0 : (tau_s * rate.voltageSlope) / slope;
    return true;
  }
}
