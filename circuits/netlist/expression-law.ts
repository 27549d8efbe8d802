import {
  compile,
  compileSlope,
  type Evaluate,
  type Expression,
  type GeneratedLaws,
  generateLaw,
  isNumber,
  type Slope,
  shapeOf,
  slopeOf,
  variablesOf,
} from '../../core/expression/index.js';
import { controlOfKey } from './control-key.js';
import type { Control, ControlLaw, SharedArithmetic } from './equations.js';
import { expressionText } from './expression-text.js';

/** An expression over controls (`controlKey`) as the law of a controlled source, with symbolic derivatives. */
export function expressionLaw(tree: Expression): { controls: Control[]; law: ControlLaw } {
  const keys = variablesOf(tree);
  const indexOf = new Map(keys.map((key, k) => [key, k]));
  const { linear, evaluate, value, shared } = arithmeticOf(tree, keys, indexOf);
  const law: ControlLaw = {
    linear,
    evaluate,
    value,
    ...(shared === undefined ? {} : { shared }),
    text: (names) => expressionText(tree, (key) => names[indexOf.get(key) ?? 0]),
  };
  return { controls: keys.map(controlOfKey), law };
}

/** What a law computes, apart from which controls it follows: the cells of an array share one. */
interface Arithmetic extends Pick<ControlLaw, 'linear' | 'evaluate' | 'shared'> {
  readonly value: Evaluate;
}

const known = new Map<string, Arithmetic>();
const MOST_KNOWN = 4096;
/** Characters of a shape that is remembered. */
const LONGEST_SHAPE = 20_000;

function arithmeticOf(
  tree: Expression,
  keys: readonly string[],
  indexOf: ReadonlyMap<string, number>,
): Arithmetic {
  const shape = shapeOf(tree, indexOf);
  const before = known.get(shape);
  if (before !== undefined) return before;
  const found = newArithmetic(tree, keys, indexOf);
  if (known.size >= MOST_KNOWN) known.clear();
  if (shape.length <= LONGEST_SHAPE) known.set(shape, found);
  return found;
}

function newArithmetic(
  tree: Expression,
  keys: readonly string[],
  indexOf: ReadonlyMap<string, number>,
): Arithmetic {
  const walked = compile(tree, indexOf);
  const trees = keys.map((key) => slopeOf(tree, key));
  const linear =
    walked(new Float64Array(keys.length)) === 0 &&
    trees.every((slope) => slope !== undefined && isNumber(slope));
  const slopes: Slope[] = [];
  /** The slope by one control, walked: where the exact one is not finite a chord's stands in. */
  const slope = (k: number): Slope => (slopes[k] ??= compileSlope(tree, keys[k], indexOf, walked));
  const exact = trees.filter((each) => each !== undefined);
  const both = exact.length === keys.length ? generateLaw(tree, exact, indexOf) : undefined;
  const alone = both && generateLaw(tree, [], indexOf);
  if (both === undefined || alone === undefined) {
    return {
      linear,
      value: walked,
      evaluate(u, partials) {
        for (let k = 0; k < keys.length; k++) partials[k] = slope(k).evaluate(u);
        return walked(u);
      },
    };
  }
  const { law, constants } = both;
  return {
    linear,
    shared: { arithmetic: sharedOf(both, alone), numbers: Float64Array.of(...constants, ...alone.constants) },
    value: (u) => alone.law(u, u, alone.constants),
    evaluate(u, partials) {
      const found = law(u, partials, constants);
      let sum = 0;
      for (let k = 0; k < keys.length; k++) sum += partials[k];
      if (!Number.isFinite(sum)) {
        for (let k = 0; k < keys.length; k++) {
          if (!Number.isFinite(partials[k])) partials[k] = slope(k).evaluate(u);
        }
      }
      return found;
    },
  };
}

type MadeCode = NonNullable<ReturnType<typeof generateLaw>>;

/** Shared arithmetic by its two pieces of code, with and without slopes. */
const sharedArithmetic = new WeakMap<GeneratedLaws, WeakMap<GeneratedLaws, SharedArithmetic>>();

function sharedOf(both: MadeCode, alone: MadeCode): SharedArithmetic {
  const ofBoth = sharedArithmetic.get(both.many) ?? new WeakMap<GeneratedLaws, SharedArithmetic>();
  sharedArithmetic.set(both.many, ofBoth);
  const known = ofBoth.get(alone.many);
  if (known !== undefined) return known;
  const [own, others] = [both.constants.length, alone.constants.length];
  const stride = own + others;
  const shared: SharedArithmetic = {
    evaluate: (count, controls, numbers, values, partials) =>
      both.many(count, controls, numbers, stride, 0, values, partials),
    values: (count, controls, numbers, values) =>
      alone.many(count, controls, numbers, stride, own, values, values),
  };
  ofBoth.set(alone.many, shared);
  return shared;
}
