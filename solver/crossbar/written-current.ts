import { derivative, generateLaw, substitute, variablesOf } from '../../core/expression/index.js';
import { type ElementModel, elementPoint } from '../../devices/elements/index.js';

/** Current and slope by the voltage of an element at a voltage and a state. */
export interface CurrentPoint {
  current_A: number;
  conductance_S: number;
}

/** Fills in a point. */
export type CurrentLaw = (voltage_V: number, state: number, point: CurrentPoint) => void;

/** The current of an element without its slope by the state: its equation written as one function where there is one, else the model. */
export function currentLaw(model: ElementModel): CurrentLaw {
  const own = elementPoint();
  const plain: CurrentLaw = (voltage_V, state, point) => {
    model.evaluate(voltage_V, state, own);
    point.current_A = own.current_A;
    point.conductance_S = own.conductance_S;
  };
  return written(model, plain) ?? plain;
}

function written({ equations, parameters }: ElementModel, plain: CurrentLaw): CurrentLaw | undefined {
  if (equations === undefined || equations.series !== undefined) return undefined;
  const values = new Map(parameters.map(({ name, value }) => [name, value]));
  const frozen = substitute(equations.current, (key) => values.get(key));
  const indexOf = new Map([
    ['v', 0],
    ['x', 1],
  ]);
  if (variablesOf(frozen).some((key) => !indexOf.has(key))) return undefined;
  const made = generateLaw(frozen, [derivative(frozen, 'v')], indexOf);
  if (made === undefined) return undefined;
  const { law, constants } = made;
  const at = new Float64Array(2);
  const slope = new Float64Array(1);
  return (voltage_V, state, point) => {
    at[0] = voltage_V;
    at[1] = state;
    point.current_A = law(at, slope, constants);
    point.conductance_S = slope[0];
    // as a root of 0 may be in the equations: the model itself knows what to do there
    if (!Number.isFinite(point.current_A + slope[0])) plain(voltage_V, state, point);
  };
}
