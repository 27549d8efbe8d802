import { apply, substitute } from '../../core/expression/index.js';
import type { ElementModel } from './element-model.js';

/**
 * An element the other way round: I(V) = −I₀(−V), its state moved by −V. What sets at negative voltages is a model that sets at
 * positive ones, mirrored; its parameters stay as they are.
 */
export function mirrored(model: ElementModel): ElementModel {
  const { rate, rateSlopes, limit_V, equations, validRange_V, state, source } = model;
  const turned = (expression: NonNullable<typeof equations>['current']) =>
    substitute(expression, (key) => (key === 'v' || key === 'i' ? apply('negate', key) : undefined));
  return {
    name: model.name,
    ...(source === undefined ? {} : { source }),
    linear: model.linear,
    passive: model.passive,
    monotonic: model.monotonic,
    ...(state === undefined ? {} : { state }),
    validRange_V: [-validRange_V[1], -validRange_V[0]],
    ...(equations === undefined
      ? {}
      : {
          equations: {
            current: apply('negate', turned(equations.current)),
            ...(equations.rate === undefined ? {} : { rate: turned(equations.rate) }),
            ...(equations.series === undefined ? {} : { series: equations.series }),
          },
        }),
    parameters: model.parameters,
    evaluate(voltage_V, x, point) {
      model.evaluate(-voltage_V, x, point);
      point.current_A = -point.current_A;
      point.stateSlope_A = -point.stateSlope_A;
    },
    ...(rate === undefined
      ? {}
      : { rate: (voltage_V, current_A, x) => rate.call(model, -voltage_V, -current_A, x) }),
    ...(rateSlopes === undefined
      ? {}
      : {
          rateSlopes(voltage_V, x, point, out) {
            const there = { ...point, current_A: -point.current_A, stateSlope_A: -point.stateSlope_A };
            rateSlopes.call(model, -voltage_V, x, there, out);
            out.voltageSlope = -out.voltageSlope;
          },
        }),
    partials(voltage_V, current_A, x, out) {
      model.partials(-voltage_V, -current_A, x, out);
      for (let k = 0; k < out.current.length; k++) out.current[k] = -out.current[k];
    },
    with: (values) => mirrored(model.with(values)),
    ...(limit_V === undefined
      ? {}
      : { limit_V: (proposed, previous) => -limit_V.call(model, -proposed, -previous) }),
  };
}
