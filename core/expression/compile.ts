import { derivative } from './derivative.js';
import { type Expression, isNumber, treeSize } from './expression.js';
import { type Operation, operations } from './operations.js';

/** A compiled tree: its value for the values of its variables, each at its own index. */
export type Evaluate = (values: Float64Array) => number;

type Binary = (a: Evaluate, b: Evaluate) => Evaluate;

/** The operations of every inner loop, each with code of its own instead of a call through the table. */
const direct: { readonly [operation in Operation]?: Binary } = {
  add: (a, b) => (u) => a(u) + b(u),
  subtract: (a, b) => (u) => a(u) - b(u),
  multiply: (a, b) => (u) => a(u) * b(u),
  divide: (a, b) => (u) => a(u) / b(u),
  less: (a, b) => (u) => (a(u) < b(u) ? 1 : 0),
  greater: (a, b) => (u) => (a(u) > b(u) ? 1 : 0),
  lessOrEqual: (a, b) => (u) => (a(u) <= b(u) ? 1 : 0),
  greaterOrEqual: (a, b) => (u) => (a(u) >= b(u) ? 1 : 0),
};

/**
 * Compiles a tree to nested closures: no code is generated, so that it runs where `eval` is forbidden.
 * @param indexOf where each variable's value stands
 * @throws Error for a variable without an index: a defect of the caller
 */
export function compile(tree: Expression, indexOf: ReadonlyMap<string, number>): Evaluate {
  if (tree.kind === 'number') {
    const { value } = tree;
    return () => value;
  }
  if (tree.kind === 'variable') {
    const index = indexOf.get(tree.key);
    if (index === undefined) throw new Error(`variable ${tree.key} is bound to nothing`);
    return (u) => u[index];
  }
  const { operation } = tree;
  const [a, b, c] = tree.args.map((arg) => compile(arg, indexOf));
  // Only the branch that counts: the other may lie outside its domain, and costs time.
  if (operation === 'cond') return (u) => (a(u) !== 0 ? b(u) : c(u));
  if (operation === 'negate') return (u) => -a(u);
  const own = direct[operation];
  if (own !== undefined) return own(a, b);
  const value = operations[operation].evaluate;
  return b === undefined ? (u) => value(a(u), 0, 0) : (u) => value(a(u), b(u), 0);
}

/** A compiled partial derivative. */
export interface Slope {
  readonly evaluate: Evaluate;
  /** It is the same number everywhere. */
  readonly constant: boolean;
  /** False where the derivative grew beyond bounds and differences stand in, exact to about 1e-9 of its size. */
  readonly exact: boolean;
}

/** Derivatives with more nodes than this are taken by central differences instead. */
const MAX_DERIVATIVE = 5000;

/** ∂tree/∂(variable `key`) as a tree; nothing where it grows beyond bounds. */
export function slopeOf(tree: Expression, key: string): Expression | undefined {
  const slope = derivative(tree, key);
  return treeSize(slope, MAX_DERIVATIVE) > MAX_DERIVATIVE ? undefined : slope;
}

/** Compiles ∂tree/∂(variable `key`); `value` is the compiled tree. */
export function compileSlope(
  tree: Expression,
  key: string,
  indexOf: ReadonlyMap<string, number>,
  value: Evaluate,
): Slope {
  const slope = slopeOf(tree, key);
  if (slope === undefined) {
    const index = indexOf.get(key);
    if (index === undefined) throw new Error(`variable ${key} is bound to nothing`);
    return { evaluate: differences(value, index), constant: false, exact: false };
  }
  const evaluate = compile(slope, indexOf);
  if (isNumber(slope)) return { evaluate, constant: true, exact: true };
  const index = indexOf.get(key);
  // A variable of another's list has no slope here.
  return {
    evaluate: index === undefined ? evaluate : finite(evaluate, value, index),
    constant: false,
    exact: true,
  };
}

/** Within this of a point of infinite slope (a root at 0, arcsine at 1) the slope is that of a chord this long. */
const CHORD = 1e-9;

/** The slope; a chord's where it has none that is finite, so that Newton's method goes on. */
function finite(slope: Evaluate, value: Evaluate, index: number): Evaluate {
  return (u) => {
    const exact = slope(u);
    if (Number.isFinite(exact)) return exact;
    const held = u[index];
    const here = value(u);
    const h = CHORD * Math.max(1, Math.abs(held));
    let chord = Number.NaN;
    for (const step of [h, -h]) {
      u[index] = held + step;
      chord = (value(u) - here) / step;
      if (Number.isFinite(chord)) break;
    }
    u[index] = held;
    return Number.isFinite(chord) ? chord : exact;
  };
}

function differences(value: Evaluate, index: number): Evaluate {
  return (u) => {
    const held = u[index];
    const h = 1e-6 * Math.max(1, Math.abs(held));
    u[index] = held + h;
    const above = value(u);
    u[index] = held - h;
    const below = value(u);
    u[index] = held;
    return (above - below) / (2 * h);
  };
}
