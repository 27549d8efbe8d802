import { compile, compileSlope, type Expression, type Slope } from '../../core/expression/index.js';
import { type ElementModel, type ElementPoint, type ElementRate, elementPoint } from './element-model.js';

/** Fills dx/dt and its slopes at a voltage and state; `point` is that of `evaluate` there. */
export type RateSlopes = (voltage_V: number, state: number, point: ElementPoint, out: ElementRate) => void;

const known = new WeakMap<ElementModel, RateSlopes>();

/**
 * The rate of a model's state with its slopes by voltage and state: the model's own, else those of its equations,
 * differentiated symbolically, else central differences. A model without a rate stands still.
 */
export function rateSlopesOf(model: ElementModel): RateSlopes {
  let slopes = known.get(model);
  if (slopes === undefined) {
    slopes = model.rateSlopes?.bind(model) ?? ofEquations(model) ?? byDifferences(model);
    known.set(model, slopes);
  }
  return slopes;
}

/** Rates for `rateSlopesOf` to fill, all 0. */
export function elementRate(): ElementRate {
  return { rate: 0, voltageSlope: 0, stateSlope: 0 };
}

/** By the tree of the rate: models that differ in values alone share it. */
const compiledTrees = new WeakMap<Expression, CompiledRate>();

interface CompiledRate {
  readonly rate: (values: Float64Array) => number;
  readonly by: readonly Slope[];
}

function ofEquations({ equations, parameters }: ElementModel): RateSlopes | undefined {
  const tree = equations?.rate;
  if (tree === undefined) return undefined;
  let compiled = compiledTrees.get(tree);
  if (compiled === undefined) {
    const keys = ['v', 'x', 'i', ...parameters.map(({ name }) => name)];
    const indexOf = new Map(keys.map((key, k) => [key, k]));
    const whole = compile(tree, indexOf);
    const by = ['v', 'x', 'i'].map((key) => compileSlope(tree, key, indexOf, whole));
    compiled = { rate: whole, by };
    compiledTrees.set(tree, compiled);
  }
  const { rate } = compiled;
  const [byVoltage, byState, byCurrent] = compiled.by;
  const values = Float64Array.from([0, 0, 0, ...parameters.map(({ value }) => value)]);
  return (voltage_V, state, point, out) => {
    values[0] = voltage_V;
    values[1] = state;
    values[2] = point.current_A;
    const perAmpere = byCurrent.evaluate(values);
    out.rate = rate(values);
    out.voltageSlope = finite(byVoltage.evaluate(values)) + finite(perAmpere * point.conductance_S);
    out.stateSlope = finite(byState.evaluate(values)) + finite(perAmpere * point.stateSlope_A);
  };
}

/** At a kink the slope of a power may be infinite: Newton's method goes on without it. */
function finite(slope: number): number {
  return Number.isFinite(slope) ? slope : 0;
}

const STEP = 1e-6;

function byDifferences(model: ElementModel): RateSlopes {
  const beside = elementPoint();
  const at = (voltage_V: number, state: number): number => {
    model.evaluate(voltage_V, state, beside);
    return model.rate?.(voltage_V, beside.current_A, state) ?? 0;
  };
  const { low, high } = model.state ?? { low: 0, high: 1 };
  const span = high - low;
  const width = STEP * (Number.isFinite(span) ? span : 1);
  return (voltage_V, state, point, out) => {
    const step_V = STEP * Math.max(1, Math.abs(voltage_V));
    out.rate = model.rate?.(voltage_V, point.current_A, state) ?? 0;
    out.voltageSlope = (at(voltage_V + step_V, state) - at(voltage_V - step_V, state)) / (2 * step_V);
    const above = Math.min(high, state + width);
    const below = Math.max(low, state - width);
    out.stateSlope = (at(voltage_V, above) - at(voltage_V, below)) / (above - below);
  };
}
