import type { Operation } from './operations.js';

/**
 * An expression as a tree. Nodes carry meaning, not spelling: what `^` or `log` stand for has been decided by the reader
 * (SPICE text in circuits/spice, user equations in equation-reader.ts). A variable is an opaque key, bound to a number by
 * whoever compiles the tree. Trees are immutable and may share parts.
 */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'variable'; readonly key: string }
  | { readonly kind: 'call'; readonly operation: Operation; readonly args: readonly Expression[] };

export function number(value: number): Expression {
  return { kind: 'number', value };
}

export function variable(key: string): Expression {
  return { kind: 'variable', key };
}

/** A call, without any simplification. */
export function call(operation: Operation, ...args: Expression[]): Expression {
  return { kind: 'call', operation, args };
}

export function isNumber(tree: Expression, value?: number): tree is { kind: 'number'; value: number } {
  return tree.kind === 'number' && (value === undefined || tree.value === value);
}

/** Number of nodes, shared parts counted each time, up to a limit. */
export function treeSize(tree: Expression, limit: number): number {
  if (tree.kind !== 'call') return 1;
  let size = 1;
  for (const arg of tree.args) {
    size += treeSize(arg, limit - size);
    if (size > limit) return size;
  }
  return size;
}

/** Keys of all variables, in the order in which they first appear. */
export function variablesOf(tree: Expression): string[] {
  const keys = new Set<string>();
  const collect = (part: Expression): void => {
    if (part.kind === 'variable') keys.add(part.key);
    else if (part.kind === 'call') for (const arg of part.args) collect(arg);
  };
  collect(tree);
  return [...keys];
}
