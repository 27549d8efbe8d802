import { type Expression, number } from '../../core/expression/index.js';
import { quoted } from '../../core/index.js';
import type { Control } from '../netlist/index.js';
import type { Sight } from './call-order.js';
import type { Card, Token } from './card.js';
import { type DialectName, knownElsewhere, languages } from './dialect.js';
import type { Language, Place } from './expression/language.js';
import { ExpressionError, parseExpression } from './expression/parse.js';
import { type History, type Names, readExpression, type UserFunction } from './expression/resolve.js';
import type { Syntax } from './expression/syntax.js';
import { type NumberRules, readNumber } from './number.js';

/** Where a call stands, and which of the subcircuit's parameters a text in it sees all the same. */
export interface Call {
  readonly scope: Scope;
  readonly sees: (name: string) => boolean;
}

interface Definition {
  readonly text: string;
  readonly card: Card;
  readonly offset: number;
  /** Where its own names are looked up: parameters of a subcircuit's call stand in the caller's scope. */
  readonly scope: Scope;
  /** Of a call's parameter. */
  readonly call?: Call;
  value?: number;
  busy?: boolean;
}

/** What all scopes of a file share. */
export interface FileNames {
  readonly dialect: DialectName;
  /** Values that nobody defines: the temperature. */
  builtIn(name: string): number | undefined;
  warn(card: Card, message: string, offset: number): void;
}

/**
 * The parameters and functions that text may name: a file's, or those of one instance of a subcircuit. As in ngspice, a
 * parameter that an instance lacks is its caller's, wherever the subcircuit was defined; a function is looked for where
 * the text stands.
 */
export class Scope {
  private readonly definitions = new Map<string, Definition>();
  private readonly functions = new Map<string, UserFunction>();
  private readonly fixed = new Set<string>();
  readonly language: Language;

  constructor(
    private readonly file: FileNames,
    private readonly caller?: Scope,
    private readonly home: Scope | undefined = caller,
    /** Of a call in ngspice: which of its parameters see which. */
    private readonly sight?: Sight,
  ) {
    this.language = languages[file.dialect];
  }

  /** Remembers a parameter; its value is worked out when first asked for, so that order does not matter. */
  define(name: string, text: string, card: Card, offset: number, scope: Scope = this): void {
    if (!this.fixed.has(name)) this.definitions.set(name, { text, card, offset, scope });
  }

  /**
   * Defines a parameter that the text of the subcircuit cannot define anew: one of its call.
   * @param scope where the call stands, and its text is read
   * @param sees which names in it are the subcircuit's own parameters all the same
   */
  fix(
    name: string,
    text: string,
    card: Card,
    offset: number,
    scope: Scope,
    sees: (name: string) => boolean = () => false,
  ): void {
    this.definitions.set(name, { text, card, offset, scope, call: { scope, sees } });
    this.fixed.add(name);
  }

  /** Gives a parameter its value, whatever else defines it. */
  give(name: string, value: number, card: Card): void {
    this.definitions.set(name, { text: `${value}`, card, offset: 0, scope: this });
    this.fixed.add(name);
  }

  /** Whether anything has asked for a parameter's value. */
  wasAsked(name: string): boolean {
    return this.definitions.get(name)?.value !== undefined;
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
    const whole = this.closed(text, card, offset);
    const bodies = new Map<Place, Syntax>();
    const body = (place: Place): Syntax => {
      const known = bodies.get(place);
      if (known !== undefined) return known;
      const read = atPlace(card, offset, () => parseExpression(whole, this.language.grammar(place)));
      bodies.set(place, read);
      return read;
    };
    // What cannot be read at all is said here.
    body('parameter');
    this.functions.set(name, { parameters, body, text: whole });
  }

  /** What a function's body says, where there is one of that name. */
  textOfFunction(name: string): string | undefined {
    return this.lookUpFunction(name)?.text;
  }

  private lookUp(name: string): number | undefined {
    const definition = this.definitions.get(name);
    if (definition === undefined) return this.caller ? this.caller.lookUp(name) : this.file.builtIn(name);
    if (definition.value === undefined) {
      if (definition.busy) {
        throw definition.card.error('parameter-loop', `parameter ${name} is defined by itself`);
      }
      definition.busy = true;
      definition.value = this.valueOf(name, definition);
      definition.busy = false;
    }
    return definition.value;
  }

  private valueOf(name: string, { text, card, offset, scope, call }: Definition): number {
    if (call !== undefined) return this.ofCall(name, text, card, offset, call);
    const plain = (): number => scope.evaluate(text, card, offset);
    const { caller, sight } = this;
    if (caller === undefined || sight === undefined) return plain();
    let outside = false;
    const value = scope.evaluate(text, card, offset, (inner) => {
      // w={w*2} of a subcircuit starts from the caller's w.
      if (inner === name) return caller.lookUp(inner) ?? scope.lookUp(inner);
      if (!sight.early(name) || sight.sees(name, inner) || !this.has(inner)) return scope.lookUp(inner);
      outside = true;
      return caller.lookUp(inner);
    });
    if (outside) {
      const why = "what starts with a number is worked out before the subcircuit's other parameters";
      this.warnOfOther({ name, text, card, offset }, value, plain, why, "the subcircuit's own");
    }
    return value;
  }

  /** The value of a parameter in a call of this scope's subcircuit. */
  ofCall(name: string, text: string, card: Card, offset: number, call: Call): number {
    let own = false;
    const value = call.scope.evaluate(text, card, offset, (inner) => {
      if (!call.sees(inner)) return call.scope.lookUp(inner);
      own = true;
      return this.lookUp(inner);
    });
    const plain = (): number => call.scope.evaluate(text, card, offset);
    if (own) {
      const why = "names in it are the subcircuit's own parameters where it has them";
      this.warnOfOther({ name, text, card, offset }, value, plain, why, 'those of the place of the call');
    }
    return value;
  }

  /** Says where a subcircuit's parameter is another number than its place would have it. */
  private warnOfOther(
    { name, text, card, offset }: Pick<Definition, 'text' | 'card' | 'offset'> & { readonly name: string },
    value: number,
    plain: () => number,
    why: string,
    others: string,
  ): void {
    let elsewhere: number;
    try {
      elsewhere = plain();
    } catch {
      return;
    }
    if (elsewhere === value) return;
    const message = `${name} = ${quoted(text)} is ${value}: as in ngspice, ${why}; ${others} would make it ${elsewhere}`;
    this.file.warn(card, message, offset);
  }

  private lookUpFunction(name: string): UserFunction | undefined {
    return this.functions.get(name) ?? this.home?.lookUpFunction(name);
  }

  /** The value of an expression, or of a plain number. */
  evaluate(text: string, card: Card, offset: number, value = (name: string) => this.lookUp(name)): number {
    const rules = this.language.grammar('parameter');
    const plain = readNumber(text.trim(), rules);
    if (plain !== undefined) {
      if (plain.warning !== undefined) this.file.warn(card, plain.warning, offset);
      return plain.value;
    }
    const whole = this.closed(text, card, offset);
    const tree = atPlace(card, offset, () => readExpression(whole, { ...this.names(card, offset), value }));
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

  /**
   * An expression of a source with its names replaced; `probe` renames nodes and sources that stand in it, `history` makes what stands for slopes and integrals over time.
   * @param delimited it stood in braces or quotes: without voltages and currents it is a parameter's value
   */
  tree(
    text: string,
    card: Card,
    offset: number,
    probe: (control: Control) => Control,
    history: (history: History) => Expression,
    delimited = false,
  ): Expression {
    const names: Names = { ...this.names(card, offset), probe, history };
    const whole = this.closed(text, card, offset);
    const tree = atPlace(card, offset, () => readExpression(whole, names));
    return delimited && tree.kind === 'number' ? number(this.evaluate(text, card, offset)) : tree;
  }

  /** LTspice closes what is open at the end of an expression; a memristor library in use relies on it. */
  private closed(text: string, card: Card, offset: number): string {
    if (!this.language.closesAtEnd) return text;
    let open = 0;
    for (const char of text) open += char === '(' ? 1 : char === ')' ? -1 : 0;
    if (open <= 0) return text;
    const message = `${quoted(text)} lacks ${open === 1 ? 'a closing parenthesis' : `${open} closing parentheses`}: read as though closed at its end, as LTspice does`;
    this.file.warn(card, message, offset + text.length);
    return text + ')'.repeat(open);
  }

  private names(card: Card, start: number): Names {
    return {
      language: this.language,
      value: (name) => this.lookUp(name),
      userFunction: (name) => this.lookUpFunction(name),
      parameter: (text, offset) => this.evaluate(text, card, start + offset),
      elsewhere: (name) => knownElsewhere(name, this.file.dialect),
    };
  }

  /** Whether a field is the name of a parameter: ngspice and LTspice read it without braces too. */
  isName(text: string): boolean {
    return /^[a-z_][\w.]*$/i.test(text) && this.lookUp(text.toLowerCase()) !== undefined;
  }

  /** A field that must be a number: plain, the name of a parameter, or an expression in braces or quotes. */
  number(card: Card, token: Token | undefined, what: string): number {
    if (token === undefined) throw card.missing(what);
    if (token.quoted) return this.evaluate(token.raw, card, token.offset);
    const read = readNumber(token.text, fieldRules(this.language));
    if (read === undefined && this.isName(token.text)) return this.evaluate(token.text, card, token.offset);
    if (read === undefined) throw card.error('number', notANumber(token, what), token);
    if (!Number.isFinite(read.value))
      throw card.error('number', `${what} ${quoted(token.raw)} is too large`, token);
    return read.value;
  }
}

/** How a plain field is read: mil is a thousandth of an inch there in every dialect. */
function fieldRules(language: Language): NumberRules {
  const { pointSuffixes, xIsMega = false } = language.grammar('source');
  return { pointSuffixes, xIsMega };
}

function notANumber(token: Token, what: string): string {
  const text = token.raw;
  if (/^[+-]?\d+[a-zµ]+\d+$/i.test(text)) {
    return `${what} ${quoted(text)} reads as no number: write the decimal point, for instance 4.7k for 4k7`;
  }
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
