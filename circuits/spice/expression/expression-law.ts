import type { Control, ControlLaw } from '../../netlist/index.js';
import { functions, product, sum } from './functions.js';
import { fold } from './resolve.js';
import { isNumber, number, type Tree, treeSize } from './tree.js';

type Evaluate = (controls: Float64Array) => number;

/** Derivatives larger than this are taken by central differences instead. */
const MAX_DERIVATIVE = 5000;

/** A resolved expression as the law of a controlled source: its controls, its value, its symbolic derivatives. */
export function expressionLaw(tree: Tree): { controls: Control[]; law: ControlLaw } {
  const controls: Control[] = [];
  const numbers = new Map<string, number>();
  collect(tree, controls, numbers);
  const value = compile(tree, numbers);
  const slopes = controls.map((control, k) => {
    const slope = derivative(tree, keyOf(control));
    if (treeSize(slope, MAX_DERIVATIVE) > MAX_DERIVATIVE) return { evaluate: differences(value, k) };
    return { evaluate: compile(slope, numbers), constant: isNumber(slope) };
  });
  const atRest = value(new Float64Array(controls.length));
  const linear = atRest === 0 && slopes.every((slope) => slope.constant === true);
  const law: ControlLaw = {
    linear,
    evaluate(u, partials) {
      for (let k = 0; k < slopes.length; k++) partials[k] = slopes[k].evaluate(u);
      return value(u);
    },
    text: (names) => write(tree, (control) => names[numbers.get(keyOf(control)) ?? 0]),
  };
  return { controls, law };
}

function keyOf(control: Control): string {
  return 'source' in control ? `i ${control.source}` : `v ${control.plus} ${control.minus}`;
}

function collect(tree: Tree, controls: Control[], numbers: Map<string, number>): void {
  if (tree.kind === 'probe' && !numbers.has(keyOf(tree.control))) {
    numbers.set(keyOf(tree.control), controls.length);
    controls.push(tree.control);
  }
  if (tree.kind === 'call') for (const arg of tree.args) collect(arg, controls, numbers);
}

function compile(tree: Tree, numbers: ReadonlyMap<string, number>): Evaluate {
  switch (tree.kind) {
    case 'number': {
      const { value } = tree;
      return () => value;
    }
    case 'probe': {
      const index = numbers.get(keyOf(tree.control)) ?? 0;
      return (u) => u[index];
    }
    case 'name':
      throw new Error(`${tree.name} was not resolved`);
    case 'call': {
      const { evaluate } = functions.get(tree.name)!;
      const [a, b, c] = tree.args.map((arg) => compile(arg, numbers));
      // Only the branch that counts: the other may lie outside its domain.
      if (tree.name === '?') return (u) => (a(u) !== 0 ? b(u) : c(u));
      if (c !== undefined) return (u) => evaluate(a(u), b(u), c(u));
      if (b !== undefined) return (u) => evaluate(a(u), b(u), 0);
      return (u) => evaluate(a(u), 0, 0);
    }
  }
}

/** ∂tree/∂(the probe with this key), simplified where a factor is 0 or 1. */
function derivative(tree: Tree, key: string): Tree {
  if (tree.kind === 'probe') return number(keyOf(tree.control) === key ? 1 : 0);
  if (tree.kind !== 'call') return number(0);
  // The branch not taken may have an infinite slope: choose between slopes rather than weigh them.
  if (tree.name === '?') {
    const [condition, yes, no] = tree.args;
    const slopes = [derivative(yes, key), derivative(no, key)];
    if (isNumber(slopes[0], 0) && isNumber(slopes[1], 0)) return number(0);
    return { ...tree, args: [condition, ...slopes] };
  }
  const known = functions.get(tree.name)!;
  let total: Tree = number(0);
  tree.args.forEach((arg, index) => {
    const inner = derivative(arg, key);
    if (isNumber(inner, 0)) return;
    const outer = known.derivative?.(tree.args, index);
    if (outer !== undefined) total = sum(total, product(fold(outer), inner));
  });
  return fold(total);
}

function differences(value: Evaluate, index: number): Evaluate {
  return (u) => {
    const held = u[index];
    const h = 1e-6 * Math.max(1, Math.abs(held));
    u[index] = held + h;
    const above = value(u);
    u[index] = held - h;
    const below = value(u);
    u[index] = held;
    return (above - below) / (2 * h);
  };
}

function write(tree: Tree, probe: (control: Control) => string): string {
  switch (tree.kind) {
    case 'number':
      return tree.value < 0 || Object.is(tree.value, -0) ? `(${tree.value})` : `${tree.value}`;
    case 'probe':
      return probe(tree.control);
    case 'name':
      return tree.name;
    case 'call': {
      const args = tree.args.map((arg) => write(arg, probe));
      return functions.get(tree.name)?.write?.(args) ?? `${tree.name}(${args.join(',')})`;
    }
  }
}
