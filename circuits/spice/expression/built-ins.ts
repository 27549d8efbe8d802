import {
  type Expression,
  folded,
  isNumber,
  number,
  type Operation,
  operations,
} from '../../../core/expression/index.js';
import type { BuiltIn } from './language.js';

/** A function that is one operation. */
export function plain(operation: Operation): BuiltIn {
  const { arity } = operations[operation];
  return { least: arity, most: arity, build: (args) => folded(operation, ...args) };
}

/** A function of so many arguments, written in operations. */
export function made(count: number, build: (...args: Expression[]) => Expression): BuiltIn {
  return { least: count, most: count, build: (args) => build(...args) };
}

/** Of two or more. */
const anyNumber = (operation: Operation): BuiltIn => ({
  least: 2,
  most: 50,
  build: (args) => args.reduce((a, b) => folded(operation, a, b)),
});

const zero = number(0);
const half = number(0.5);

/** How the argument of a truth compares with 0. */
const beside0 = (operation: Operation): BuiltIn => made(1, (a) => folded(operation, a, zero));

/** Known by these names to every dialect. */
export const common: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ...(
    [
      ...(['sqrt', 'abs', 'exp', 'ln', 'log10', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh'] as const),
      ...(['asin', 'acos', 'atan', 'asinh', 'acosh', 'atanh', 'floor', 'ceil'] as const),
    ] satisfies Operation[]
  ).map((name): [string, BuiltIn] => [name, plain(name)]),
  ['arctan', plain('atan')],
  ['log', plain('ln')],
  ['min', anyNumber('min')],
  ['max', anyNumber('max')],
  ['int', plain('truncate')],
  ['sgn', plain('sign')],
  ['uramp', plain('ramp')],
  ['sqr', made(1, (a) => folded('multiply', a, a))],
]);

/** Only ngspice has these. */
export const ofNgspice: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['nint', plain('roundToEven')],
  ['u', plain('halfStep')],
  ['u2', made(1, (a) => folded('max', zero, folded('min', number(1), a)))],
  ['ternary_fcn', plain('cond')],
  ['eq0', beside0('equal')],
  ['ne0', beside0('notEqual')],
  ['gt0', beside0('greater')],
  ['lt0', beside0('less')],
  ['ge0', beside0('greaterOrEqual')],
  ['le0', beside0('lessOrEqual')],
  ['pwl', { least: 5, most: 2001, build: ([x, ...points]) => lines(x, points, 'goes on') }],
]);

/** True as LTspice has it: above one half. */
export const truth = (a: Expression): Expression => folded('greater', a, half);

/** LTspice's, PSpice's and Xyce's. */
export const ofLtspice: ReadonlyMap<string, BuiltIn> = new Map<string, BuiltIn>([
  ['if', made(3, (a, b, c) => folded('cond', truth(a), b, c))],
  ['buf', made(1, truth)],
  ['inv', made(1, (a) => folded('lessOrEqual', a, half))],
  ['u', plain('step')],
  ['stp', plain('step')],
  ['limit', made(3, middle)],
  ['table', { least: 5, most: 2001, build: ([x, ...points]) => lines(x, points, 'stays') }],
  ['hypot', made(2, (a, b) => folded('sqrt', folded('add', squared(a), squared(b))))],
  ['atan2', plain('atan2')],
  ['round', plain('round')],
  ['nint', plain('round')],
  ['pwrs', plain('powSigned')],
  ['sign', plain('sign')],
  ['square', made(1, squared)],
  ['fabs', plain('abs')],
  ...(['sin', 'cos', 'sinh', 'cosh', 'tanh'] as const).map((name): [string, BuiltIn] => [
    `arc${name}`,
    plain(`a${name}`),
  ]),
]);

function squared(a: Expression): Expression {
  return folded('multiply', a, a);
}

/** The middle one of three. */
function middle(x: Expression, y: Expression, z: Expression): Expression {
  return folded('max', folded('min', x, y), folded('min', folded('max', x, y), z));
}

function lines(x: Expression, points: readonly Expression[], outside: Outside): Expression {
  const values = points.map((point) => {
    if (!isNumber(point)) throw new Error('the points must be numbers');
    return point.value;
  });
  return throughPoints(x, values, outside);
}

type Outside = 'goes on' | 'stays';

/**
 * Straight lines through points x, y, x, y …; beyond the ends the outer lines go on, or the outer values stay.
 * @throws Error in words where the points do not go one way
 */
export function throughPoints(x: Expression, values: readonly number[], outside: Outside): Expression {
  if (values.length % 2 === 1) throw new Error('the points come in pairs of x and y');
  const at = Array.from({ length: values.length / 2 }, (_, k) => [values[2 * k], values[2 * k + 1]] as const);
  if (at[0][0] > at[at.length - 1][0]) at.reverse();
  if (at.some(([left], k) => k > 0 && !(left > at[k - 1][0]))) {
    throw new Error('the points must go one way, without two at one x');
  }
  const line = (k: number): Expression => {
    const [[left, low], [right, high]] = [at[k], at[k + 1]];
    const slope = (high - low) / (right - left);
    return folded('add', number(low), folded('multiply', number(slope), folded('subtract', x, number(left))));
  };
  // By halves, so that a long table is a shallow tree.
  const between = (from: number, to: number): Expression => {
    if (to - from === 1) return line(from);
    const half = (from + to) >> 1;
    return folded('cond', folded('less', x, number(at[half][0])), between(from, half), between(half, to));
  };
  const inside = between(0, at.length - 1);
  if (outside === 'goes on') return inside;
  const [[first, before], [last, after]] = [at[0], at[at.length - 1]];
  const upper = folded('cond', folded('greater', x, number(last)), number(after), inside);
  return folded('cond', folded('less', x, number(first)), number(before), upper);
}
