import { type Expression, isNumber, type Operation } from '../../core/expression/index.js';

type Text = (...args: string[]) => string;

const infix =
  (sign: string): Text =>
  (a, b) =>
    `(${a}${sign}${b})`;

/** How a behavioural source of ngspice says each operation; a call by its own name where nothing is listed. */
const spellings: { readonly [operation in Operation]?: Text } = {
  add: infix('+'),
  subtract: infix('-'),
  multiply: infix('*'),
  divide: infix('/'),
  negate: (a) => `(-${a})`,
  not: (a) => `(${a}==0?1:0)`,
  and: infix('&&'),
  or: infix('||'),
  equal: infix('=='),
  notEqual: infix('!='),
  less: infix('<'),
  greater: infix('>'),
  lessOrEqual: infix('<='),
  greaterOrEqual: infix('>='),
  cond: (condition, a, b) => `(${condition}?${a}:${b})`,
  powAbs: (a, b) => `pow(${a},${b})`,
  powSigned: (a, b) => `pwr(${a},${b})`,
  cbrt: (a) => `pwr(${a},${1 / 3})`,
  expm1: (a) => `(exp(${a})-1)`,
  log1p: (a) => `ln(1+${a})`,
  log2: (a) => `(ln(${a})/${Math.LN2})`,
  truncate: (a) => `(${a}<0?ceil(${a}):floor(${a}))`,
  round: (a) => `(${a}<0?ceil(${a}-0.5):floor(${a}+0.5))`,
  roundToEven: (a) => `nint(${a})`,
  sign: (a) => `sgn(${a})`,
  step: (a) => `(${a}>0?1:0)`,
  halfStep: (a) => `u(${a})`,
  // Both halves of the plane: ngspice has no arc tangent of two.
  atan2: (a, b) =>
    `(${b}>0?atan(${a}/${b}):${b}<0?atan(${a}/${b})+(${a}<0?${-Math.PI}:${Math.PI}):${Math.PI / 2}*sgn(${a}))`,
  ramp: (a) => `uramp(${a})`,
};

/** An expression as ngspice reads it in a behavioural source, fully bracketed. */
export function expressionText(tree: Expression, textOf: (key: string) => string): string {
  if (tree.kind === 'number') return numberText(tree.value);
  if (tree.kind === 'variable') return textOf(tree.key);
  const { operation } = tree;
  const args = tree.args.map((arg) => expressionText(arg, textOf));
  if (operation === 'powReal') return realPowerText(args, tree.args[1]);
  return spellings[operation]?.(...args) ?? `${operation}(${args.join(',')})`;
}

/** ngspice has no real power: |a|^b is the same for even exponents (and a ≥ 0), sgn(a)·|a|^b for odd ones. */
function realPowerText([a, b]: readonly string[], exponent: Expression): string {
  const odd = isNumber(exponent) && Math.abs(exponent.value % 2) === 1;
  return odd ? `pwr(${a},${b})` : `pow(${a},${b})`;
}

function numberText(value: number): string {
  return value < 0 || Object.is(value, -0) ? `(${value})` : `${value}`;
}
