import type { Expression } from '../../core/expression/index.js';
import type { ElementParameter, ElementPartials } from './element-parameters.js';

/**
 * What a two-terminal element says of itself at one voltage and state: filled by `ElementModel.evaluate`, so that a
 * solver allocates nothing in its inner loop.
 */
export interface ElementPoint {
  /** Current from the first terminal to the second, A. */
  current_A: number;
  /** ∂I/∂V at a frozen state, S. */
  conductance_S: number;
  /** ∂I/∂x at a frozen voltage, A per unit of the state; 0 for an element without a state. */
  stateSlope_A: number;
}

/** How fast an element's state moves, and how that follows voltage and state: filled by `rateSlopes`. */
export interface ElementRate {
  /** dx/dt, units of the state per second. */
  rate: number;
  /** Its slope by the voltage at a frozen state, the current going with the voltage. */
  voltageSlope: number;
  /** Its slope by the state at a frozen voltage, the current going with the state, 1/s. */
  stateSlope: number;
}

/** The one internal state of a memristive element. */
export interface StateVariable {
  readonly name: string;
  /** SI unit; `1` where it is normalised. */
  readonly unit: string;
  readonly low: number;
  readonly high: number;
  readonly initial: number;
}

/** The same equations as expressions over `v` [V], `x`, `i` [A] (in the rate alone) and the parameters by their names. */
export interface ElementEquations {
  readonly current: Expression;
  readonly rate?: Expression;
  /** A resistance in front, Ω: `v` of the current is then the voltage behind it, `v` of the rate that across both. */
  readonly series?: Expression;
}

/**
 * A two-terminal element: I = h(V, x), dx/dt = f(V, I, x). Pure: a model holds parameters, never a state, so one
 * model serves every element of its kind. What it is, it declares; nobody asks for its kind.
 *
 * Promises, tested for every model by `test/unit/elements-contract.test.ts`:
 * - `evaluate` is finite for every finite voltage and every state in its bounds, and its derivatives are those of
 *   its current.
 * - `equations`, where stated, give the same values; `partials` are the derivatives by every parameter.
 * - `with` makes the same model with other values, and refuses values out of bounds.
 * - `rate` never drives the state out of its bounds by more than a step does: callers clamp after each step.
 */
export interface ElementModel {
  readonly name: string;
  /** Where the equations come from: authors, journal, year, equation. */
  readonly source?: string;
  /** At a frozen state I = G(x)·V exactly: a solver may take the conductance once. */
  readonly linear: boolean;
  /** V·I ≥ 0 at every voltage and state. */
  readonly passive: boolean;
  /** ∂I/∂V ≥ 0 at every voltage and state; without it a circuit may have several operating points. */
  readonly monotonic: boolean;
  /** Absent: the element has no memory. */
  readonly state?: StateVariable;
  /** Voltages between which the model is known to hold, V. */
  readonly validRange_V: readonly [lowest: number, highest: number];
  readonly equations?: ElementEquations;
  readonly parameters: readonly ElementParameter[];
  evaluate(voltage_V: number, state: number, point: ElementPoint): void;
  /** dx/dt in units of the state per second. `current_A` is that of `evaluate` at the same voltage and state. */
  rate?(voltage_V: number, current_A: number, state: number): number;
  /**
   * dx/dt and both its slopes; `point` is that of `evaluate` at the same voltage and state. Absent: `rateSlopesOf` takes
   * them from the equations, or by differences.
   */
  rateSlopes?(voltage_V: number, state: number, point: ElementPoint, out: ElementRate): void;
  /** Derivatives by the parameters. `current_A` is that of `evaluate` at the same voltage and state. */
  partials(voltage_V: number, current_A: number, state: number, out: ElementPartials): void;
  /** The same model with other values of some parameters. @throws OhmpropError `element.*` where they do not fit */
  with(values: Readonly<Record<string, number>>): ElementModel;
  /** A voltage between the previous and the proposed one at which a Newton step may safely evaluate the model, V. */
  limit_V?(proposed_V: number, previous_V: number): number;
}

/** A point for `ElementModel.evaluate` to fill, all 0. */
export function elementPoint(): ElementPoint {
  return { current_A: 0, conductance_S: 0, stateSlope_A: 0 };
}

/** I(V, x) alone, A. For plots and tests; solvers use `evaluate`. */
export function elementCurrent_A(
  model: ElementModel,
  voltage_V: number,
  state = initialState(model),
): number {
  const point = elementPoint();
  model.evaluate(voltage_V, state, point);
  return point.current_A;
}

/** The state a model starts in; 0 for an element without one. */
export function initialState(model: ElementModel): number {
  return model.state?.initial ?? 0;
}
