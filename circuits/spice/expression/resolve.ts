import { type Expression, isNumber, number, treeSize, variable } from '../../../core/expression/index.js';
import { quoted } from '../../../core/index.js';
import { type Control, controlKey } from '../../netlist/index.js';
import type { BuiltIn, Language, Place } from './language.js';
import { ExpressionError, parseExpression } from './parse.js';
import type { Syntax } from './syntax.js';

/** A function that a file defined by `.func`. */
export interface UserFunction {
  readonly parameters: readonly string[];
  readonly text: string;
  /** Its body as it reads there: the grammars of .param and of sources differ. */
  body(place: Place): Syntax;
}

/** What the names of an expression stand for. */
export interface Names {
  readonly language: Language;
  /** Undefined if the name is not known. */
  value(name: string, offset: number): number | undefined;
  userFunction(name: string): UserFunction | undefined;
  /** The value of text in braces inside an expression of a source. */
  parameter(text: string, offset: number): number;
  /** Which other dialect knows a function, in words that go on a sentence. */
  elsewhere?(name: string): string | undefined;
  /** A probe in the circuit's own names; undefined where probes have no place. */
  probe?(control: Control): Control;
  /** What a slope or an integral over time stands for; undefined where these have no place. */
  history?(history: History): Expression;
}

/** `ddt(x)`, `idt(x)`, `idt(x, start)`; `sdt` is `idt`. */
export type History =
  | { readonly kind: 'slope'; readonly of: Expression }
  | { readonly kind: 'integral'; readonly of: Expression; readonly start: number };

const LARGEST = 20_000;
const MAX_DEPTH = 40;
const MAX_CALLS = 100_000;

/** Text to a tree: `resolve` of what `parseExpression` reads in that place. */
export function readExpression(text: string, names: Names): Expression {
  return resolve(parseExpression(text, names.language.grammar(placeOf(names))), names);
}

/**
 * What an expression means here: names replaced by their values, the file's functions by their bodies, probes by the
 * variables of their controls (`controlKey`), what is constant worked out.
 */
export function resolve(tree: Syntax, names: Names): Expression {
  return new Resolution(names).substitute(tree, new Map(), 0);
}

function placeOf(names: Names): Place {
  return names.probe === undefined ? 'parameter' : 'source';
}

/** One expression on its way to a tree. */
class Resolution {
  private readonly place: Place;
  /** Calls of the file's functions so far: functions of functions multiply. */
  private calls = 0;

  constructor(private readonly names: Names) {
    this.place = placeOf(names);
  }

  substitute(tree: Syntax, bound: ReadonlyMap<string, Expression>, depth: number): Expression {
    const { names, place } = this;
    if (depth > MAX_DEPTH) throw new ExpressionError('a function of the file calls itself without end', 0);
    switch (tree.kind) {
      case 'number':
        return tree;
      case 'name':
        return bound.get(tree.name) ?? this.ofName(tree.name, tree.offset);
      case 'probe': {
        if (names.probe === undefined) {
          throw new ExpressionError(
            'a voltage or current of the circuit cannot be used in this place',
            tree.offset,
          );
        }
        return variable(controlKey(names.probe(tree.control)));
      }
      case 'operator': {
        const args = tree.args.map((arg) => this.substitute(arg, bound, depth));
        return names.language.ofSign(tree.operator, place, args);
      }
      case 'braces': {
        const inner = this.substitute(tree.inner, bound, depth);
        if (inner.kind !== 'number' || place === 'parameter' || bound.size > 0) return inner;
        return number(names.parameter(tree.text, tree.offset));
      }
      case 'call': {
        const args = tree.args.map((arg) => this.substitute(arg, bound, depth));
        const own = names.userFunction(tree.name);
        return own === undefined
          ? this.builtIn(tree.name, tree.offset, args)
          : this.ofFile(tree.name, tree.offset, own, args, depth);
      }
    }
  }

  private ofName(name: string, offset: number): Expression {
    const { names } = this;
    const value = names.value(name, offset) ?? names.language.constants.get(name);
    if (value !== undefined) return number(value);
    if (name === 'time' && names.probe !== undefined) return variable('time');
    throw new ExpressionError(`${quoted(name)} is not a known parameter`, offset);
  }

  /** A call of a function that the file defines. */
  private ofFile(
    name: string,
    offset: number,
    own: UserFunction,
    args: readonly Expression[],
    depth: number,
  ): Expression {
    if (own.parameters.length !== args.length) {
      const wanted = own.parameters.length;
      throw new ExpressionError(`${name} takes ${wanted} arguments, got ${args.length}`, offset);
    }
    const inner = new Map(own.parameters.map((parameter, k) => [parameter, args[k]]));
    if (++this.calls > MAX_CALLS) {
      throw new ExpressionError(`more than ${MAX_CALLS} calls of the file's functions`, offset);
    }
    const body = this.substitute(own.body(this.place), inner, depth + 1);
    if (treeSize(body, LARGEST) > LARGEST)
      throw new ExpressionError('the expression grows too large', offset);
    return body;
  }

  private builtIn(name: string, offset: number, args: readonly Expression[]): Expression {
    const history = historyOf(name, args, offset);
    if (history !== undefined) {
      if (this.names.history !== undefined) return this.names.history(history);
      throw new ExpressionError(`${name} stands only where sources follow the circuit over time`, offset);
    }
    const found = this.names.language.ofName(name, this.place);
    if (found === undefined) {
      const elsewhere = this.names.elsewhere?.(name);
      throw new ExpressionError(`there is no function ${name}${elsewhere ?? ''}`, offset);
    }
    if (args.length < found.least || args.length > found.most) {
      throw new ExpressionError(`${name} takes ${countText(found)}, got ${args.length}`, offset);
    }
    try {
      return found.build(args);
    } catch (cause) {
      if (cause instanceof RangeError || !(cause instanceof Error)) throw cause;
      throw new ExpressionError(`${name}: ${cause.message}`, offset);
    }
  }
}

function historyOf(name: string, args: readonly Expression[], offset: number): History | undefined {
  if (name === 'ddt' && args.length === 1) return { kind: 'slope', of: args[0] };
  if (name !== 'ddt' && name !== 'idt' && name !== 'sdt') return undefined;
  const [of, start = number(0)] = args;
  if (of === undefined || args.length > 2 || name === 'ddt' || !isNumber(start)) {
    const form = name === 'ddt' ? 'ddt(x)' : `${name}(x) or ${name}(x, start) with a constant start`;
    throw new ExpressionError(`${name} reads ${form}`, offset);
  }
  return { kind: 'integral', of, start: start.value };
}

function countText({ least, most }: BuiltIn): string {
  return least === most ? `${least} arguments` : `${least} to ${most} arguments`;
}
