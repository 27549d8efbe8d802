import type { Operation } from '../../../core/expression/index.js';
import type { Operator } from './syntax.js';

/** Where an expression stands: a source that follows voltages and currents, or a number worked out once. */
export type Place = 'source' | 'parameter';

/** What the power operators and `pow` are: ngspice takes the size of the base in sources alone. */
const power = (place: Place): Operation => (place === 'source' ? 'powAbs' : 'powReal');

const operators: Readonly<Record<Exclude<Operator, '^'>, Operation>> = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  negative: 'negate',
  '!': 'not',
  '&&': 'and',
  '||': 'or',
  '==': 'equal',
  '!=': 'notEqual',
  '<': 'less',
  '>': 'greater',
  '<=': 'lessOrEqual',
  '>=': 'greaterOrEqual',
  '?': 'cond',
};

/** Functions of ngspice by their names there. */
const functions: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['pwr', 'powSigned'],
  ['sqrt', 'sqrt'],
  ['abs', 'abs'],
  ['exp', 'exp'],
  ['ln', 'ln'],
  ['log', 'ln'],
  ['log10', 'log10'],
  ['sin', 'sin'],
  ['cos', 'cos'],
  ['tan', 'tan'],
  ['sinh', 'sinh'],
  ['cosh', 'cosh'],
  ['tanh', 'tanh'],
  ['asin', 'asin'],
  ['acos', 'acos'],
  ['atan', 'atan'],
  ['min', 'min'],
  ['max', 'max'],
  ['int', 'truncate'],
  ['nint', 'round'],
  ['floor', 'floor'],
  ['ceil', 'ceil'],
  ['sgn', 'sign'],
  ['u', 'step'],
  ['uramp', 'ramp'],
]);

export function operationOfSign(sign: Operator, place: Place): Operation {
  return sign === '^' ? power(place) : operators[sign];
}

/** Undefined if ngspice's expressions know no such function. */
export function operationOfName(name: string, place: Place): Operation | undefined {
  return name === 'pow' ? power(place) : functions.get(name);
}
