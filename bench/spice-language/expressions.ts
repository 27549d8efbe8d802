import type { RandomStream } from '../../core/index.js';

/** Names that every deck gives values to, and the file's own functions: one called as an operator might be. */
export const namesOfDeck = [
  '.param ka=3 kb={0-2} kc=0.25 kd={ka*4}',
  '.func neg(x) {5*x+1}',
  '.func half(x) {x/2}',
  '.func mix(x,y) {x*kc+(1-kc)*y}',
];
/** Nodes whose voltages sources may follow, V. */
export const nodesOfDeck: Readonly<Record<string, number>> = { nx: 0.75, ny: -1.5, nz: 2.25 };

export type Where = 'parameter' | 'source';

const numerals = ['0', '1', '2', '3', '0.5', '2.5', '.25', '4.', '1k', '20m', '3meg', '1.5e1', '2u', '700n'];
const exponents = ['0', '1', '2', '3', '0.5', '1.5', '-1', '-2'];
const one = ['abs', 'sqrt', 'exp', 'ln', 'log', 'log10', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh'];
const inverse = [
  'asin',
  'acos',
  'atan',
  'asinh',
  'acosh',
  'atanh',
  'floor',
  'ceil',
  'nint',
  'sgn',
  'neg',
  'half',
];
const two = ['min', 'max', 'pow', 'pwr', 'mix'];
const only: Readonly<Record<Where, readonly string[]>> = {
  parameter: ['int', 'sqr', 'arctan'],
  source: ['u', 'uramp', 'u2', 'eq0', 'ne0', 'gt0', 'lt0', 'ge0', 'le0'],
};
const infix = ['+', '-', '*', '/', '+', '-', '*', '==', '!=', '<', '>', '<=', '>=', '&&', '||', '<>'];

/** A random expression over the whole language, of some depth, without brackets where the language can do without. */
export function randomExpression(random: RandomStream, where: Where, depth: number): string {
  const pick = <T>(from: readonly T[]): T => from[random.integer(from.length)];
  const inner = (): string => randomExpression(random, where, depth - 1);
  const bracketed = (): string => `(${inner()})`;
  const blank = random.uniform() < 0.3 ? ' ' : '';
  if (depth === 0) {
    const names = ['ka', 'kb', 'kc', 'kd', ...(where === 'source' ? [...probes, ...probes] : [])];
    return random.uniform() < 0.45 ? pick(numerals) : pick(names);
  }
  const kind = random.uniform();
  if (kind < 0.34) return `${inner()}${blank}${pick(infix)}${blank}${inner()}`;
  if (kind < 0.42) return `${bracketed()}${pick(['+', '-', '*', '/'])}${inner()}`;
  // ngspice's .param refuses a sign before anything but a number behind another sign.
  if (kind < 0.5) return `(-${bracketed()})`;
  if (kind < 0.54) return `!${bracketed()}`;
  if (kind < 0.64) {
    const sign = pick(['**', '^']);
    // ngspice starts from voltages of 0, and gives up where a source or its slope is infinite there.
    if (where === 'source') return `${pick([bracketed(), pick(numerals)])}${sign}${pick(['1', '2', '3'])}`;
    return `${random.uniform() < 0.5 ? bracketed() : pick(numerals)}${sign}${pick(exponents)}`;
  }
  if (kind < 0.68)
    return `${pick(numerals)}${pick(['*', '-', '+', '/'])}-${pick(['2', '3', '1.5'])}${pick(['**2', '^2', '*3', '**3', ''])}`;
  // A conditional in the middle of another one is read otherwise by ngspice's .param.
  if (kind < 0.76) return `(${inner()} ? ${bracketed()} : ${inner()})`;
  if (kind < 0.8) return `ternary_fcn(${inner()},${inner()},${inner()})`;
  if (kind < 0.88) return `${pick(two)}(${inner()},${blank}${inner()})`;
  return `${pick([...one, ...inverse, ...only[where], ...only[where]])}(${inner()})`;
}

const probes = ['V(nx)', 'v(ny)', 'V(nz)', 'V(nx,ny)', 'V(nz, nx)'];
