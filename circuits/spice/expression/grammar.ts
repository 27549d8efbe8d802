import type { Operator } from './syntax.js';

/** How the text of an expression is cut: what dialects, and within one .param and sources, disagree about. */
export interface Grammar {
  /** Strength and meaning of the signs between two operands; all group from the left. */
  readonly binding: Readonly<Record<string, readonly [strength: number, sign: Operator]>>;
  /** `2*-3^2` is 2·(−3)²: a minus sign after a sign belongs to the number behind it, as in ngspice's .param. */
  readonly tightMinus: boolean;
  /** 4k7 is 4.7k. */
  readonly pointSuffixes: boolean;
  /** What 2mil is in an expression: a thousandth of an inch, or 2 milli. */
  readonly mil: 'inch' | 'milli';
  /** 1X is a million. */
  readonly xIsMega?: boolean;
}

const arithmetic: Grammar['binding'] = {
  '+': [6, '+'],
  '-': [6, '-'],
  '*': [7, '*'],
  '/': [7, '/'],
};

/** ngspice's behavioural sources: equality binds more weakly than order. */
const sourceBinding: Grammar['binding'] = {
  ...{ '||': [1, '||'], '|': [1, '||'], '&&': [2, '&&'], '&': [2, '&&'] },
  ...{ '==': [3, '=='], '!=': [3, '!='], '<>': [3, '!='] },
  ...{ '<': [4, '<'], '>': [4, '>'], '<=': [4, '<='], '>=': [4, '>='] },
  ...arithmetic,
};

/** ngspice's .param and braces: all comparisons alike, `=` is one, `%` a remainder, `\` a whole quotient. */
const parameterBinding: Grammar['binding'] = {
  ...sourceBinding,
  ...{ '==': [4, '=='], '!=': [4, '!='], '<>': [4, '!='], '=': [4, '=='] },
  ...{ '%': [7, '%'], '\\': [7, '\\'] },
};

export const ngspiceSource: Grammar = {
  binding: sourceBinding,
  tightMinus: false,
  pointSuffixes: false,
  mil: 'inch',
};
export const ngspiceParameter: Grammar = {
  binding: parameterBinding,
  tightMinus: true,
  pointSuffixes: false,
  mil: 'milli',
};

/** LTspice's: `&`, `|` and `^` are Boolean and bind most weakly; `^` is exclusive or. PSpice's and Xyce's signs are among them. */
export const ltspiceGrammar: Grammar = {
  binding: {
    ...{ '&': [1, '&&'], '|': [1, '||'], '&&': [1, '&&'], '||': [1, '||'], '^': [1, 'xor'] },
    ...{ '==': [4, '=='], '!=': [4, '!='], '<>': [4, '!='] },
    ...{ '<': [4, '<'], '>': [4, '>'], '<=': [4, '<='], '>=': [4, '>='] },
    ...arithmetic,
  },
  tightMinus: false,
  pointSuffixes: true,
  mil: 'inch',
};

/** Xyce's numbers have a suffix X. */
export const xyceGrammar: Grammar = { ...ltspiceGrammar, xIsMega: true };
