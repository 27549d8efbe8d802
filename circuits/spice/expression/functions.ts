import { call, isNumber, number, type Tree } from './tree.js';

/** One function or operator of the expression language. */
export interface ExpressionFunction {
  readonly arity: number;
  evaluate(a: number, b: number, c: number): number;
  /** ∂/∂(argument `index`), as a tree over the arguments; undefined where it is zero almost everywhere. */
  derivative?(args: readonly Tree[], index: number): Tree | undefined;
  /** How ngspice writes it; a call by its own name when left out. */
  write?(args: readonly string[]): string;
}

export function sum(a: Tree, b: Tree): Tree {
  if (isNumber(a, 0)) return b;
  if (isNumber(b, 0)) return a;
  return call('+', a, b);
}

export function product(a: Tree, b: Tree): Tree {
  if (isNumber(a, 0) || isNumber(b, 0)) return number(0);
  if (isNumber(a, 1)) return b;
  if (isNumber(b, 1)) return a;
  return call('*', a, b);
}

const quotient = (a: Tree, b: Tree): Tree => call('/', a, b);
const one = number(1);
const infix =
  (sign: string) =>
  ([a, b]: readonly string[]): string =>
    `(${a}${sign}${b})`;

/** A function of one argument from its value and its derivative. */
function unary(evaluate: (a: number) => number, derivative?: (a: Tree) => Tree): ExpressionFunction {
  return derivative === undefined
    ? { arity: 1, evaluate }
    : { arity: 1, evaluate, derivative: ([a]) => derivative(a) };
}

function comparison(sign: string, holds: (a: number, b: number) => boolean): ExpressionFunction {
  return { arity: 2, evaluate: (a, b) => (holds(a, b) ? 1 : 0), write: infix(sign) };
}

/** Of two arguments, the derivative of the one that `holds` picks. */
function choice(pick: '<' | '>', evaluate: (a: number, b: number) => number): ExpressionFunction {
  return {
    arity: 2,
    evaluate,
    derivative: ([a, b], index) => call('?', call(pick, a, b), number(index === 0 ? 1 : 0), number(index)),
  };
}

const powerFunction: ExpressionFunction = {
  arity: 2,
  evaluate: (a, b) => a ** b,
  derivative: ([a, b], index) => {
    if (index === 0) return product(b, call('pow', a, sum(b, number(-1))));
    return product(call('pow', a, b), call('ln', call('abs', a)));
  },
};

/** sgn(a)·|a|^b. */
const signedPower: ExpressionFunction = {
  arity: 2,
  evaluate: (a, b) => Math.sign(a) * Math.abs(a) ** b,
  derivative: ([a, b], index) =>
    index === 0
      ? product(b, call('sizepow', a, sum(b, number(-1))))
      : product(call('pwr', a, b), call('ln', call('abs', a))),
};

/** What `pow`, `^` and `**` mean to ngspice in a behavioural source: |a|^b. */
const sizePower: ExpressionFunction = {
  arity: 2,
  evaluate: (a, b) => Math.abs(a) ** b,
  derivative: ([a, b], index) =>
    index === 0
      ? product(b, call('pwr', a, sum(b, number(-1))))
      : product(call('sizepow', a, b), call('ln', call('abs', a))),
  write: ([a, b]) => `pow(${a},${b})`,
};

const logarithm = unary(Math.log, (a) => quotient(one, a));
const step = unary((a) => (a > 0 ? 1 : 0));

/** Everything an expression may call, by name. */
export const functions: ReadonlyMap<string, ExpressionFunction> = new Map(
  Object.entries<ExpressionFunction>({
    '+': { arity: 2, evaluate: (a, b) => a + b, derivative: () => one, write: infix('+') },
    '-': {
      arity: 2,
      evaluate: (a, b) => a - b,
      derivative: (_, index) => number(index === 0 ? 1 : -1),
      write: infix('-'),
    },
    '*': {
      arity: 2,
      evaluate: (a, b) => a * b,
      derivative: ([a, b], index) => (index === 0 ? b : a),
      write: infix('*'),
    },
    '/': {
      arity: 2,
      evaluate: (a, b) => a / b,
      derivative: ([a, b], index) =>
        index === 0 ? quotient(one, b) : quotient(call('neg', a), product(b, b)),
      write: infix('/'),
    },
    neg: { arity: 1, evaluate: (a) => -a, derivative: () => number(-1), write: ([a]) => `(-${a})` },
    '!': { arity: 1, evaluate: (a) => (a === 0 ? 1 : 0), write: ([a]) => `(${a}==0?1:0)` },
    '&&': { arity: 2, evaluate: (a, b) => (a !== 0 && b !== 0 ? 1 : 0), write: infix('&&') },
    '||': { arity: 2, evaluate: (a, b) => (a !== 0 || b !== 0 ? 1 : 0), write: infix('||') },
    '==': comparison('==', (a, b) => a === b),
    '!=': comparison('!=', (a, b) => a !== b),
    '<': comparison('<', (a, b) => a < b),
    '>': comparison('>', (a, b) => a > b),
    '<=': comparison('<=', (a, b) => a <= b),
    '>=': comparison('>=', (a, b) => a >= b),
    '?': {
      arity: 3,
      evaluate: (condition, a, b) => (condition !== 0 ? a : b),
      derivative: ([condition], index) =>
        index === 0
          ? undefined
          : call('?', condition, number(index === 1 ? 1 : 0), number(index === 2 ? 1 : 0)),
      write: ([condition, a, b]) => `(${condition}?${a}:${b})`,
    },
    pow: powerFunction,
    pwr: signedPower,
    sizepow: sizePower,
    sqrt: unary(Math.sqrt, (a) => quotient(number(0.5), call('sqrt', a))),
    abs: unary(Math.abs, (a) => call('sgn', a)),
    exp: unary(Math.exp, (a) => call('exp', a)),
    ln: logarithm,
    log: logarithm,
    log10: unary(Math.log10, (a) => quotient(number(1 / Math.LN10), a)),
    sin: unary(Math.sin, (a) => call('cos', a)),
    cos: unary(Math.cos, (a) => call('neg', call('sin', a))),
    tan: unary(Math.tan, (a) => quotient(one, call('sizepow', call('cos', a), number(2)))),
    sinh: unary(Math.sinh, (a) => call('cosh', a)),
    cosh: unary(Math.cosh, (a) => call('sinh', a)),
    tanh: unary(Math.tanh, (a) => sum(one, call('neg', call('sizepow', call('tanh', a), number(2))))),
    asin: unary(Math.asin, (a) => quotient(one, call('sqrt', sum(one, call('neg', product(a, a)))))),
    acos: unary(Math.acos, (a) => quotient(number(-1), call('sqrt', sum(one, call('neg', product(a, a)))))),
    atan: unary(Math.atan, (a) => quotient(one, sum(one, product(a, a)))),
    min: choice('<', (a, b) => Math.min(a, b)),
    max: choice('>', (a, b) => Math.max(a, b)),
    int: { arity: 1, evaluate: Math.trunc, write: ([a]) => `(${a}<0?ceil(${a}):floor(${a}))` },
    nint: unary((a) => Math.sign(a) * Math.round(Math.abs(a))),
    floor: unary(Math.floor),
    ceil: unary(Math.ceil),
    sgn: unary(Math.sign),
    u: step,
    uramp: unary(
      (a) => (a > 0 ? a : 0),
      (a) => call('u', a),
    ),
  }),
);
