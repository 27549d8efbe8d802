import {
  compile,
  compileSlope,
  type Expression,
  isNumber,
  number,
  type Slope,
} from '../../core/expression/index.js';
import type { ElementEquations } from './element-model.js';
import type { ElementParameter, ElementPartials } from './element-parameters.js';

type FillPartials = (voltage_V: number, current_A: number, state: number, out: ElementPartials) => void;

/**
 * Partial derivatives by parameters of a model that states its equations as expressions: differentiated symbolically when
 * first asked for. Exact, except that an expression whose derivative has more than 5000 nodes is taken by differences.
 */
export function equationPartials(model: {
  readonly parameters: readonly ElementParameter[];
  readonly equations: ElementEquations;
}): FillPartials {
  let fill: FillPartials | undefined;
  return (voltage_V, current_A, state, out) => {
    fill ??= ofModel(model.parameters, model.equations);
    fill(voltage_V, current_A, state, out);
  };
}

interface Slopes {
  readonly current: readonly Slope[];
  readonly rate: readonly Slope[];
}

/** By equations: models that differ in values alone share them, and what was differentiated once. */
const known = new WeakMap<ElementEquations, Slopes>();

function ofModel(parameters: readonly ElementParameter[], equations: ElementEquations): FillPartials {
  let slopes = known.get(equations);
  if (slopes === undefined) {
    slopes = differentiated(parameters, equations);
    known.set(equations, slopes);
  }
  const { current, rate } = slopes;
  const values = Float64Array.from([0, 0, 0, ...parameters.map(({ value }) => value)]);
  return (voltage_V, current_A, state, out) => {
    values[0] = voltage_V;
    values[1] = state;
    values[2] = current_A;
    for (let k = 0; k < parameters.length; k++) {
      out.current[k] = current[k].evaluate(values);
      out.rate[k] = rate[k].evaluate(values);
    }
  };
}

function differentiated(
  parameters: readonly ElementParameter[],
  { current, rate }: ElementEquations,
): Slopes {
  const keys = ['v', 'x', 'i', ...parameters.map(({ name }) => name)];
  const indexOf = new Map(keys.map((key, k) => [key, k]));
  const slopesOf = (tree: Expression): Slope[] => {
    const value = compile(tree, indexOf);
    return parameters.map(({ name }) => compileSlope(tree, name, indexOf, value));
  };
  return {
    current: slopesOf(current),
    rate: rate === undefined || isNumber(rate) ? slopesOf(number(0)) : slopesOf(rate),
  };
}
