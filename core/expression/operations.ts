/** What an expression can compute. Names say the meaning: three powers, because texts disagree on negative bases. */
export type Operation =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'negate'
  | 'not'
  | 'and'
  | 'or'
  | 'equal'
  | 'notEqual'
  | 'less'
  | 'greater'
  | 'lessOrEqual'
  | 'greaterOrEqual'
  | 'cond'
  | 'powReal'
  | 'powAbs'
  | 'powSigned'
  | 'sqrt'
  | 'cbrt'
  | 'abs'
  | 'exp'
  | 'expm1'
  | 'ln'
  | 'log1p'
  | 'log10'
  | 'log2'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'sinh'
  | 'cosh'
  | 'tanh'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'min'
  | 'max'
  | 'truncate'
  | 'round'
  | 'roundToEven'
  | 'floor'
  | 'ceil'
  | 'sign'
  | 'step'
  | 'halfStep'
  | 'ramp'
  | 'atan2';

interface Meaning {
  readonly arity: 1 | 2 | 3;
  readonly evaluate: (a: number, b: number, c: number) => number;
}

const of1 = (evaluate: (a: number) => number): Meaning => ({ arity: 1, evaluate });
const of2 = (evaluate: (a: number, b: number) => number): Meaning => ({ arity: 2, evaluate });
const truth = (holds: boolean): number => (holds ? 1 : 0);

/** The value of every operation in float64. Truth is 1, falsehood 0; whatever is not 0 counts as true. */
export const operations: Readonly<Record<Operation, Meaning>> = {
  add: of2((a, b) => a + b),
  subtract: of2((a, b) => a - b),
  multiply: of2((a, b) => a * b),
  divide: of2((a, b) => a / b),
  negate: of1((a) => -a),
  not: of1((a) => truth(a === 0)),
  and: of2((a, b) => truth(a !== 0 && b !== 0)),
  or: of2((a, b) => truth(a !== 0 || b !== 0)),
  equal: of2((a, b) => truth(a === b)),
  notEqual: of2((a, b) => truth(a !== b)),
  less: of2((a, b) => truth(a < b)),
  greater: of2((a, b) => truth(a > b)),
  lessOrEqual: of2((a, b) => truth(a <= b)),
  greaterOrEqual: of2((a, b) => truth(a >= b)),
  /** cond(c, a, b): a where c holds, else b; the other is not looked at. */
  cond: { arity: 3, evaluate: (c, a, b) => (c !== 0 ? a : b) },
  /** a^b over the reals: not a number for a < 0 and a broken b. */
  powReal: of2((a, b) => a ** b),
  /** |a|^b: `pow`, `^` and `**` of ngspice's behavioural sources. */
  powAbs: of2((a, b) => Math.abs(a) ** b),
  /** −|a|^b below 0, else a^b. */
  powSigned: of2((a, b) => (a < 0 ? -((-a) ** b) : a ** b)),
  sqrt: of1(Math.sqrt),
  cbrt: of1(Math.cbrt),
  abs: of1(Math.abs),
  exp: of1(Math.exp),
  expm1: of1(Math.expm1),
  ln: of1(Math.log),
  log1p: of1(Math.log1p),
  log10: of1(Math.log10),
  log2: of1(Math.log2),
  sin: of1(Math.sin),
  cos: of1(Math.cos),
  tan: of1(Math.tan),
  sinh: of1(Math.sinh),
  cosh: of1(Math.cosh),
  tanh: of1(Math.tanh),
  asin: of1(Math.asin),
  acos: of1(Math.acos),
  atan: of1(Math.atan),
  asinh: of1(Math.asinh),
  acosh: of1(Math.acosh),
  atanh: of1(Math.atanh),
  min: of2((a, b) => Math.min(a, b)),
  max: of2((a, b) => Math.max(a, b)),
  /** Towards zero. */
  truncate: of1(Math.trunc),
  /** To the nearest whole number, halves away from zero. */
  round: of1((a) => Math.sign(a) * Math.round(Math.abs(a))),
  /** To the nearest whole number, halves to the even one: `nint` of ngspice. */
  roundToEven: of1(roundToEven),
  floor: of1(Math.floor),
  ceil: of1(Math.ceil),
  sign: of1(Math.sign),
  /** 1 for a > 0, else 0. */
  step: of1((a) => truth(a > 0)),
  /** 1 for a > 0, ½ at 0, else 0: `u` of ngspice's behavioural sources. */
  halfStep: of1((a) => (a > 0 ? 1 : a < 0 ? 0 : a === 0 ? 0.5 : Number.NaN)),
  /** a for a > 0, else 0. */
  ramp: of1((a) => (a > 0 ? a : 0)),
  /** The angle of (b, a), −π … π. */
  atan2: of2(Math.atan2),
};

function roundToEven(a: number): number {
  const down = Math.floor(a);
  const rest = a - down;
  if (rest !== 0.5) return Math.round(a);
  return down % 2 === 0 ? down : down + 1;
}
