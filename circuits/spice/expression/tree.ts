import type { Control } from '../../netlist/index.js';

/** An expression: numbers, names, probes and functions of them. Operators are functions too. */
export type Tree =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string; readonly offset: number }
  | { readonly kind: 'probe'; readonly control: Control; readonly offset: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Tree[]; readonly offset: number };

export function number(value: number): Tree {
  return { kind: 'number', value };
}

export function isNumber(tree: Tree, value?: number): tree is { kind: 'number'; value: number } {
  return tree.kind === 'number' && (value === undefined || tree.value === value);
}

/** A call, without any simplification. */
export function call(name: string, ...args: Tree[]): Tree {
  return { kind: 'call', name, args, offset: 0 };
}

/** Number of nodes, counted up to a limit. */
export function treeSize(tree: Tree, limit: number): number {
  if (tree.kind !== 'call') return 1;
  let size = 1;
  for (const arg of tree.args) {
    size += treeSize(arg, limit - size);
    if (size > limit) return size;
  }
  return size;
}
