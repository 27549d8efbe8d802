import { call, type Expression, number, variable } from './expression.js';
import type { Operation } from './operations.js';

/** What stands in an equation written in code: a tree, a number, or the key of a variable. */
export type Operand = Expression | number | string;

export function operand(value: Operand): Expression {
  if (typeof value === 'number') return number(value);
  return typeof value === 'string' ? variable(value) : value;
}

export function apply(operation: Operation, ...args: Operand[]): Expression {
  return call(operation, ...args.map(operand));
}

/** a + b + …, from the left. */
export function plus(first: Operand, ...rest: Operand[]): Expression {
  return rest.reduce<Expression>((left, right) => call('add', left, operand(right)), operand(first));
}

export function minus(a: Operand, b: Operand): Expression {
  return apply('subtract', a, b);
}

/** a · b · …, from the left. */
export function times(first: Operand, ...rest: Operand[]): Expression {
  return rest.reduce<Expression>((left, right) => call('multiply', left, operand(right)), operand(first));
}

export function over(a: Operand, b: Operand): Expression {
  return apply('divide', a, b);
}

/** `yes` where `condition` holds, else `no`. */
export function when(condition: Expression, yes: Operand, no: Operand): Expression {
  return apply('cond', condition, yes, no);
}

/** The tree with variables replaced; `undefined` leaves one as it is. */
export function substitute(tree: Expression, by: (key: string) => Operand | undefined): Expression {
  if (tree.kind === 'number') return tree;
  if (tree.kind === 'variable') {
    const replacement = by(tree.key);
    return replacement === undefined ? tree : operand(replacement);
  }
  return { ...tree, args: tree.args.map((arg) => substitute(arg, by)) };
}
