import type { Expression } from './expression.js';
import { call, number } from './expression.js';
import { type Operation, operations } from './operations.js';

/** The value of a tree by walking it: slow and plain, what compiled code is held against. */
export function evaluate(tree: Expression, bind: (key: string) => number): number {
  if (tree.kind === 'number') return tree.value;
  if (tree.kind === 'variable') return bind(tree.key);
  const { operation, args } = tree;
  if (operation === 'cond') {
    return evaluate(evaluate(args[0], bind) !== 0 ? args[1] : args[2], bind);
  }
  const [a, b, c] = args.map((arg) => evaluate(arg, bind));
  return operations[operation].evaluate(a, b, c);
}

/** A call of numbers alone becomes a number. Not deep: readers fold as they build. */
export function fold(tree: Expression): Expression {
  if (tree.kind !== 'call') return tree;
  const { operation, args } = tree;
  for (const arg of args) if (arg.kind !== 'number') return tree;
  const [a, b, c] = args.map((arg) => (arg as { value: number }).value);
  return number(operations[operation].evaluate(a, b, c));
}

/** A call, folded where its arguments are numbers. */
export function folded(operation: Operation, ...args: Expression[]): Expression {
  return fold(call(operation, ...args));
}
