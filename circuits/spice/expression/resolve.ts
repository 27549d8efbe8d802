import type { Control } from '../../netlist/index.js';
import { functions } from './functions.js';
import { ExpressionError } from './parse.js';
import { number, type Tree, treeSize } from './tree.js';

/** A function that a file defined by `.func`. */
export interface UserFunction {
  readonly parameters: readonly string[];
  readonly body: Tree;
}

/** What the names of an expression stand for. */
export interface Names {
  /** Undefined if the name is not known. */
  value(name: string, offset: number): number | undefined;
  userFunction(name: string): UserFunction | undefined;
  /** A probe in the circuit's own names; undefined where probes have no place. */
  probe?(control: Control): Control;
}

const LARGEST = 20_000;
const MAX_DEPTH = 40;
const MAX_CALLS = 100_000;

/** Replaces names by their values and the file's functions by their bodies; folds what is constant. */
export function resolve(tree: Tree, names: Names): Tree {
  return substitute(tree, names, new Map(), 0, { calls: 0 });
}

function substitute(
  tree: Tree,
  names: Names,
  bound: ReadonlyMap<string, Tree>,
  depth: number,
  /** Calls of the file's functions so far: functions of functions multiply. */
  work: { calls: number },
): Tree {
  if (depth > MAX_DEPTH) throw new ExpressionError('a function of the file calls itself without end', 0);
  switch (tree.kind) {
    case 'number':
      return tree;
    case 'name': {
      const argument = bound.get(tree.name);
      if (argument !== undefined) return argument;
      const value = names.value(tree.name, tree.offset) ?? constants.get(tree.name);
      if (value === undefined)
        throw new ExpressionError(`"${tree.name}" is not a known parameter`, tree.offset);
      return number(value);
    }
    case 'probe': {
      if (names.probe === undefined) {
        throw new ExpressionError(
          'a voltage or current of the circuit cannot be used in this place',
          tree.offset,
        );
      }
      return { ...tree, control: names.probe(tree.control) };
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
      // A power in a behavioural source takes the size of its base: ngspice does.
      const name = tree.name === 'pow' && names.probe !== undefined ? 'sizepow' : tree.name;
      return fold({ ...tree, name, args });
    }
  }
}

const constants: ReadonlyMap<string, number> = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
]);

/** A call of numbers alone becomes a number. */
export function fold(tree: Tree): Tree {
  if (tree.kind !== 'call') return tree;
  const known = functions.get(tree.name);
  if (known === undefined) throw new ExpressionError(`there is no function ${tree.name}`, tree.offset);
  const values: number[] = [];
  for (const arg of tree.args) {
    if (arg.kind !== 'number') return tree;
    values.push(arg.value);
  }
  return number(known.evaluate(values[0], values[1], values[2]));
}
