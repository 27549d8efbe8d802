import { fold } from './evaluate.js';
import { call, type Expression, isNumber, number } from './expression.js';
import type { Operation } from './operations.js';

type PartialOf = (args: readonly Expression[], index: number) => Expression;

const zero = number(0);
const one = number(1);

function sum(a: Expression, b: Expression): Expression {
  if (isNumber(a, 0)) return b;
  if (isNumber(b, 0)) return a;
  return call('add', a, b);
}

function product(a: Expression, b: Expression): Expression {
  if (isNumber(a, 0) || isNumber(b, 0)) return zero;
  if (isNumber(a, 1)) return b;
  if (isNumber(b, 1)) return a;
  return call('multiply', a, b);
}

const quotient = (a: Expression, b: Expression): Expression => call('divide', a, b);
const oneMinusSquare = (a: Expression): Expression => sum(one, call('negate', product(a, a)));
const of1 =
  (slope: (a: Expression) => Expression): PartialOf =>
  ([a]) =>
    slope(a);

/** Of two arguments, the one that is picked has slope 1. */
const choice =
  (pick: Operation): PartialOf =>
  ([a, b], index) =>
    call('cond', call(pick, a, b), number(index === 0 ? 1 : 0), number(index));

/** ∂/∂base, and ∂/∂exponent = itself · ln|base|. */
const power =
  (self: Operation, lowered: (a: Expression, exponent: Expression) => Expression): PartialOf =>
  ([a, b], index) =>
    index === 0
      ? product(b, lowered(a, fold(sum(b, number(-1)))))
      : // at a = 0 the product would be 0 · ∞
        call('cond', a, product(call(self, a, b), call('ln', call('abs', a))), number(0));

function realPower(a: Expression, exponent: Expression): Expression {
  if (isNumber(exponent, 0)) return one;
  return isNumber(exponent, 1) ? a : call('powReal', a, exponent);
}

/** ∂(operation)/∂(argument `index`); what is missing is flat almost everywhere. */
const partials: { readonly [operation in Operation]?: PartialOf } = {
  add: () => one,
  subtract: (_, index) => number(index === 0 ? 1 : -1),
  multiply: ([a, b], index) => (index === 0 ? b : a),
  divide: ([a, b], index) => (index === 0 ? quotient(one, b) : quotient(call('negate', a), product(b, b))),
  negate: () => number(-1),
  powReal: power('powReal', realPower),
  powAbs: power('powAbs', (a, exponent) => call('powSigned', a, exponent)),
  powSigned: power('powSigned', (a, exponent) => call('powAbs', a, exponent)),
  sqrt: of1((a) => quotient(number(0.5), call('sqrt', a))),
  cbrt: of1((a) => quotient(number(1 / 3), call('powReal', call('cbrt', a), number(2)))),
  abs: of1((a) => call('sign', a)),
  exp: of1((a) => call('exp', a)),
  expm1: of1((a) => call('exp', a)),
  ln: of1((a) => quotient(one, a)),
  log1p: of1((a) => quotient(one, sum(one, a))),
  log10: of1((a) => quotient(number(1 / Math.LN10), a)),
  log2: of1((a) => quotient(number(1 / Math.LN2), a)),
  sin: of1((a) => call('cos', a)),
  cos: of1((a) => call('negate', call('sin', a))),
  tan: of1((a) => quotient(one, call('powAbs', call('cos', a), number(2)))),
  sinh: of1((a) => call('cosh', a)),
  cosh: of1((a) => call('sinh', a)),
  tanh: of1((a) => sum(one, call('negate', call('powAbs', call('tanh', a), number(2))))),
  asin: of1((a) => quotient(one, call('sqrt', oneMinusSquare(a)))),
  acos: of1((a) => quotient(number(-1), call('sqrt', oneMinusSquare(a)))),
  atan: of1((a) => quotient(one, sum(one, product(a, a)))),
  asinh: of1((a) => quotient(one, call('sqrt', sum(one, product(a, a))))),
  acosh: of1((a) => quotient(one, call('sqrt', sum(product(a, a), number(-1))))),
  atanh: of1((a) => quotient(one, oneMinusSquare(a))),
  min: choice('less'),
  max: choice('greater'),
  ramp: of1((a) => call('step', a)),
  atan2: ([a, b], index) => {
    const square = sum(product(a, a), product(b, b));
    return index === 0 ? quotient(b, square) : quotient(call('negate', a), square);
  },
};

/**
 * ∂tree/∂(variable `key`), exact wherever it exists; at a kink (|a| at 0, a jump) the value of one side or the mean.
 * Shares parts with the tree.
 */
export function derivative(tree: Expression, key: string): Expression {
  if (tree.kind === 'number') return zero;
  if (tree.kind === 'variable') return tree.key === key ? one : zero;
  const { operation, args } = tree;
  // The branch not taken may have an infinite slope: choose between slopes rather than weigh them.
  if (operation === 'cond') {
    const [yes, no] = [derivative(args[1], key), derivative(args[2], key)];
    return isNumber(yes, 0) && isNumber(no, 0) ? zero : call('cond', args[0], yes, no);
  }
  const partial = partials[operation];
  if (partial === undefined) return zero;
  let total: Expression = zero;
  for (let index = 0; index < args.length; index++) {
    const inner = derivative(args[index], key);
    if (!isNumber(inner, 0)) total = sum(total, product(fold(partial(args, index)), inner));
  }
  return fold(total);
}
