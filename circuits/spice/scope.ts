import type { Expression } from '../../core/expression/index.js';
import { quoted } from '../../core/index.js';
import type { Control } from '../netlist/index.js';
import type { Card, Token } from './card.js';
import { ExpressionError, parseExpression } from './expression/parse.js';
import { type History, type Names, resolve, type UserFunction } from './expression/resolve.js';
import { readNumber } from './number.js';

interface Definition {
  readonly text: string;
  readonly card: Card;
  readonly offset: number;
  /** Where its own names are looked up: parameters of a subcircuit's call stand in the caller's scope. */
  readonly scope: Scope;
  value?: number;
  busy?: boolean;
}

/** The parameters and functions that text may name: a file's, or those of one instance of a subcircuit. */
export class Scope {
  private readonly definitions = new Map<string, Definition>();
  private readonly functions = new Map<string, UserFunction>();

  constructor(
    private readonly parent?: Scope,
    private readonly builtIn: (name: string) => number | undefined = () => undefined,
  ) {}

  /** Remembers a parameter; its value is worked out when first asked for, so that order does not matter. */
  define(name: string, text: string, card: Card, offset: number, scope: Scope = this): void {
    this.definitions.set(name, { text, card, offset, scope });
  }

  has(name: string): boolean {
    return this.definitions.has(name);
  }

  defineFunction(
    name: string,
    parameters: readonly string[],
    text: string,
    card: Card,
    offset: number,
  ): void {
    this.functions.set(name, { parameters, body: atPlace(card, offset, () => parseExpression(text)) });
  }

  private lookUp(name: string): number | undefined {
    const definition = this.definitions.get(name);
    if (definition === undefined) return this.parent ? this.parent.lookUp(name) : this.builtIn(name);
    if (definition.value === undefined) {
      if (definition.busy) {
        throw definition.card.error('parameter-loop', `parameter ${name} is defined by itself`);
      }
      definition.busy = true;
      definition.value = definition.scope.evaluate(definition.text, definition.card, definition.offset);
      definition.busy = false;
    }
    return definition.value;
  }

  private lookUpFunction(name: string): UserFunction | undefined {
    return this.functions.get(name) ?? this.parent?.lookUpFunction(name);
  }

  /** The value of an expression, or of a plain number. */
  evaluate(text: string, card: Card, offset: number): number {
    const plain = readNumber(text.trim());
    if (plain !== undefined) return plain.value;
    const tree = this.tree(text, card, offset);
    if (tree.kind !== 'number') throw card.error('expression', `${quoted(text)} is no constant`);
    if (!Number.isFinite(tree.value)) {
      throw card.error(
        'expression',
        `${quoted(text.trim())} is ${tree.value}; a finite number is needed`,
        at(offset),
      );
    }
    return tree.value;
  }

  /** An expression with its names replaced; `probe` renames nodes and sources where they may stand in it. */
  tree(
    text: string,
    card: Card,
    offset: number,
    probe?: (control: Control) => Control,
    history?: (history: History) => Expression,
  ): Expression {
    const names: Names = {
      value: (name) => this.lookUp(name),
      userFunction: (name) => this.lookUpFunction(name),
      ...(probe ? { probe } : {}),
      ...(history ? { history } : {}),
    };
    return atPlace(card, offset, () => resolve(parseExpression(text), names));
  }

  /** A field that must be a number: plain, or an expression in braces or quotes. */
  number(card: Card, token: Token | undefined, what: string): number {
    if (token === undefined) throw card.missing(what);
    if (token.quoted) return this.evaluate(token.raw, card, token.offset);
    const read = readNumber(token.text);
    if (read === undefined) throw card.error('number', notANumber(token, what, this), token);
    if (!Number.isFinite(read.value))
      throw card.error('number', `${what} ${quoted(token.raw)} is too large`, token);
    return read.value;
  }
}

function notANumber(token: Token, what: string, scope: Scope): string {
  const text = token.raw;
  if (/^[+-]?\d+[a-zµ]+\d+$/i.test(text)) {
    return `${what} ${quoted(text)} reads as no number: write the decimal point, for instance 4.7k for 4k7`;
  }
  if (scope.has(token.text)) return `${what}: write the parameter in braces, {${text}}`;
  return `${what} should be a number such as 4.7k, or an expression in braces, got ${quoted(text)}`;
}

function at(offset: number): Token {
  return { text: '', raw: '', quoted: true, offset };
}

export const tooDeep =
  'the expression is too long or nested too deeply; split it over several parameters or sources';

function atPlace<T>(card: Card, offset: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    // Trees are walked by recursion; whatever is too deep for one walk ends here.
    if (error instanceof RangeError) throw card.error('expression', tooDeep, at(offset));
    if (!(error instanceof ExpressionError)) throw error;
    throw card.error('expression', error.message, at(offset + error.offset));
  }
}
