import {
  type Expression,
  folded,
  isNumber,
  number,
  operations,
  treeSize,
  variable,
} from '../../../core/expression/index.js';
import { quoted } from '../../../core/index.js';
import { type Control, controlKey } from '../../netlist/index.js';
import { operationOfName, operationOfSign, type Place } from './meanings.js';
import { ExpressionError } from './parse.js';
import type { Syntax } from './syntax.js';

/** A function that a file defined by `.func`. */
export interface UserFunction {
  readonly parameters: readonly string[];
  readonly body: Syntax;
}

/** What the names of an expression stand for. */
export interface Names {
  /** Undefined if the name is not known. */
  value(name: string, offset: number): number | undefined;
  userFunction(name: string): UserFunction | undefined;
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

/**
 * What an expression means here: names replaced by their values, the file's functions by their bodies, probes by the
 * variables of their controls (`controlKey`), what is constant worked out.
 */
export function resolve(tree: Syntax, names: Names): Expression {
  return substitute(tree, names, new Map(), 0, { calls: 0 });
}

function substitute(
  tree: Syntax,
  names: Names,
  bound: ReadonlyMap<string, Expression>,
  depth: number,
  /** Calls of the file's functions so far: functions of functions multiply. */
  work: { calls: number },
): Expression {
  const place: Place = names.probe === undefined ? 'parameter' : 'source';
  if (depth > MAX_DEPTH) throw new ExpressionError('a function of the file calls itself without end', 0);
  switch (tree.kind) {
    case 'number':
      return tree;
    case 'name': {
      const argument = bound.get(tree.name);
      if (argument !== undefined) return argument;
      const value = names.value(tree.name, tree.offset) ?? constants.get(tree.name);
      if (value === undefined && tree.name === 'time' && names.probe !== undefined) return variable('time');
      if (value === undefined)
        throw new ExpressionError(`${quoted(tree.name)} is not a known parameter`, tree.offset);
      return number(value);
    }
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
      const args = tree.args.map((arg) => substitute(arg, names, bound, depth, work));
      return folded(operationOfSign(tree.operator, place), ...args);
    }
    case 'call': {
      const args = tree.args.map((arg) => substitute(arg, names, bound, depth, work));
      const own = names.userFunction(tree.name);
      if (own !== undefined) {
        if (own.parameters.length !== args.length) {
          const wanted = own.parameters.length;
          throw new ExpressionError(
            `${tree.name} takes ${wanted} arguments, got ${args.length}`,
            tree.offset,
          );
        }
        const inner = new Map(own.parameters.map((parameter, k) => [parameter, args[k]]));
        if (++work.calls > MAX_CALLS) {
          throw new ExpressionError(`more than ${MAX_CALLS} calls of the file's functions`, tree.offset);
        }
        const body = substitute(own.body, names, inner, depth + 1, work);
        if (treeSize(body, LARGEST) > LARGEST)
          throw new ExpressionError('the expression grows too large', tree.offset);
        return body;
      }
      const history = historyOf(tree.name, args, tree.offset);
      if (history !== undefined) {
        if (names.history !== undefined) return names.history(history);
        throw new ExpressionError(
          `${tree.name} stands only where sources follow the circuit over time`,
          tree.offset,
        );
      }
      const operation = operationOfName(tree.name, place);
      if (operation === undefined) {
        throw new ExpressionError(`there is no function ${tree.name}`, tree.offset);
      }
      const { arity } = operations[operation];
      if (arity !== args.length) {
        throw new ExpressionError(`${tree.name} takes ${arity} arguments, got ${args.length}`, tree.offset);
      }
      return folded(operation, ...args);
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

const constants: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);
