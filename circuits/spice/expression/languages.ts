import { type Expression, folded, isNumber, number, type Operation } from '../../../core/expression/index.js';
import { common, made, ofLtspice, ofNgspice, plain, truth } from './built-ins.js';
import { ltspiceGrammar, ngspiceParameter, ngspiceSource, xyceGrammar } from './grammar.js';
import type { BuiltIn, Language, Place } from './language.js';
import type { Operator } from './syntax.js';

/** Signs that mean the same in every dialect. */
const signs: { readonly [sign in Operator]?: Operation } = {
  '+': 'add',
  '-': 'subtract',
  '*': 'multiply',
  '/': 'divide',
  negative: 'negate',
  '==': 'equal',
  '!=': 'notEqual',
  '<': 'less',
  '>': 'greater',
  '<=': 'lessOrEqual',
  '>=': 'greaterOrEqual',
};
const bySign = new Map<string, Operation>(Object.entries(signs));

type Meaning = (...args: Expression[]) => Expression;
type Meanings = ReadonlyMap<Operator, Meaning>;

/** a − b·trunc(a/b), and |a/b| cut to a whole number. */
const remainder = (a: Expression, b: Expression): Expression =>
  folded('subtract', a, folded('multiply', b, folded('truncate', folded('divide', a, b))));
const wholeQuotient = (a: Expression, b: Expression): Expression =>
  folded('truncate', folded('abs', folded('divide', a, b)));

/** ngspice's logic: whatever is not 0 is true. */
const ngspiceSigns: Meanings = new Map<Operator, Meaning>([
  ['!', (a) => folded('not', a)],
  ['&&', (a, b) => folded('and', a, b)],
  ['||', (a, b) => folded('or', a, b)],
  ['?', (a, b, c) => folded('cond', a, b, c)],
  ['^', (a, b) => folded('powAbs', a, b)],
  ['%', remainder],
  ['\\', wholeQuotient],
]);

/** `pow` and `pwr` change places between .param and sources: so ngspice has it. */
const ngspicePowers: Readonly<Record<Place, ReadonlyMap<string, BuiltIn>>> = {
  source: new Map([
    ['pow', plain('powAbs')],
    ['pwr', plain('powSigned')],
  ]),
  parameter: new Map([
    ['pow', plain('powReal')],
    ['pwr', plain('powAbs')],
  ]),
};

const circle: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);

/** Expressions as ngspice reads them (its frontend/numparam and spicelib/parser). */
export const ngspiceLanguage: Language = {
  grammar: (place) => (place === 'source' ? ngspiceSource : ngspiceParameter),
  ofSign: (sign, _, args) => ofSign(sign, args, ngspiceSigns),
  ofName: (name, place) => ngspicePowers[place].get(name) ?? ofNgspice.get(name) ?? common.get(name),
  constants: circle,
};

/** The real part of a^b: |a|^b·cos(πb) below 0. */
function realPart(a: Expression, b: Expression): Expression {
  const real = folded('powReal', a, b);
  if (isNumber(b) && Number.isInteger(b.value)) return real;
  const turned = folded(
    'multiply',
    folded('powAbs', a, b),
    folded('cos', folded('multiply', number(Math.PI), b)),
  );
  return folded('cond', folded('less', a, number(0)), turned, real);
}

/** LTspice's logic: what is above one half is true. */
const ltspiceSigns: Meanings = new Map<Operator, Meaning>([
  ['!', (a) => folded('lessOrEqual', a, number(0.5))],
  ['&&', (a, b) => folded('and', truth(a), truth(b))],
  ['||', (a, b) => folded('or', truth(a), truth(b))],
  ['xor', (a, b) => folded('notEqual', truth(a), truth(b))],
  ['?', (a, b, c) => folded('cond', truth(a), b, c)],
  ['^', realPart],
]);

const ltspicePowers: ReadonlyMap<string, BuiltIn> = new Map([
  ['pow', made(2, realPart)],
  ['pwr', plain('powAbs')],
]);

/** Expressions as LTspice's manual has them; PSpice and Xyce share its words. */
export const ltspiceLanguage: Language = {
  grammar: () => ltspiceGrammar,
  closesAtEnd: true,
  ofSign: (sign, _, args) => ofSign(sign, args, ltspiceSigns),
  ofName: (name) => ltspicePowers.get(name) ?? ofLtspice.get(name) ?? common.get(name),
  constants: new Map([
    ...circle,
    // CODATA 2019, exact.
    ['boltz', 1.380649e-23],
    ['echarge', 1.602176634e-19],
    ['planck', 6.62607015e-34],
    ['kelvin', -273.15],
  ]),
};

/** Xyce's: LTspice's with log to base 10, a constant exp and a suffix X. */
export const xyceLanguage: Language = {
  ...ltspiceLanguage,
  grammar: () => xyceGrammar,
  ofName: (name, place) => (name === 'log' ? plain('log10') : ltspiceLanguage.ofName(name, place)),
  constants: new Map([...ltspiceLanguage.constants, ['exp', Math.E]]),
};

function ofSign(sign: Operator, args: readonly Expression[], own: Meanings): Expression {
  const operation = bySign.get(sign);
  if (operation !== undefined) return folded(operation, ...args);
  const build = own.get(sign);
  if (build === undefined) throw new Error(`the sign ${sign} has no meaning in this dialect`);
  return build(...args);
}
