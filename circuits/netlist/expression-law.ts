import { compile, compileSlope, type Expression, variablesOf } from '../../core/expression/index.js';
import { controlOfKey } from './control-key.js';
import type { Control, ControlLaw } from './equations.js';
import { expressionText } from './expression-text.js';

/** An expression over controls (`controlKey`) as the law of a controlled source, with symbolic derivatives. */
export function expressionLaw(tree: Expression): { controls: Control[]; law: ControlLaw } {
  const keys = variablesOf(tree);
  const indexOf = new Map(keys.map((key, k) => [key, k]));
  const value = compile(tree, indexOf);
  const slopes = keys.map((key) => compileSlope(tree, key, indexOf, value));
  const atRest = value(new Float64Array(keys.length));
  const law: ControlLaw = {
    linear: atRest === 0 && slopes.every((slope) => slope.constant),
    evaluate(u, partials) {
      for (let k = 0; k < slopes.length; k++) partials[k] = slopes[k].evaluate(u);
      return value(u);
    },
    value,
    text: (names) => expressionText(tree, (key) => names[indexOf.get(key) ?? 0]),
  };
  return { controls: keys.map(controlOfKey), law };
}
