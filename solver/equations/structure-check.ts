import { inputError } from '../../core/index.js';
import type { CircuitEquations } from './circuit-equations.js';

/** Sets of nodes that hang together (Galler & Fischer, 1964). */
class Components {
  private readonly parent: Int32Array;

  constructor(size: number) {
    this.parent = Int32Array.from({ length: size }, (_, i) => i);
  }

  root(node: number): number {
    let at = node;
    while (this.parent[at] !== at) {
      this.parent[at] = this.parent[this.parent[at]];
      at = this.parent[at];
    }
    return at;
  }

  /** False if they were together already. */
  join(a: number, b: number): boolean {
    const left = this.root(a);
    const right = this.root(b);
    if (left === right) return false;
    this.parent[Math.max(left, right)] = Math.min(left, right);
    return true;
  }
}

/** Groups of nodes without a path for direct current to ground, by name. */
export function floatingNodes(equations: CircuitEquations): string[][] {
  const parts = new Components(equations.nodeCount);
  for (const { from, to, model } of equations.twoTerminals) {
    if (!isOpen(model)) parts.join(from, to);
  }
  for (const relation of [
    ...equations.voltages,
    ...equations.controlledVoltages,
    ...equations.fluxes,
    ...equations.switches,
  ]) {
    parts.join(relation.from, relation.to);
  }
  for (const { from, to, controls, law } of equations.controlledCurrents) {
    // A conductance in disguise: steered by the voltage across itself.
    if (
      controls.some((c) => 'plus' in c && steersItself(c, from, to)) ||
      (!law.linear && controls.length > 0)
    )
      parts.join(from, to);
  }
  const groups = new Map<number, string[]>();
  for (let node = 1; node < equations.nodeCount; node++) {
    const root = parts.root(node);
    if (root === 0) continue;
    const group = groups.get(root);
    if (group === undefined) groups.set(root, [equations.nodeNames[node]]);
    else group.push(equations.nodeNames[node]);
  }
  return [...groups.values()];
}

function steersItself(control: { plus: number; minus: number }, from: number, to: number): boolean {
  const nodes = [control.plus, control.minus];
  return (nodes.includes(from) && from !== 0) || (nodes.includes(to) && to !== 0);
}

function isOpen(model: { readonly linear: boolean; readonly conductance_S?: number }): boolean {
  return model.linear && model.conductance_S === 0;
}

/** Voltage sources, voltage-controlled sources and inductors that close a loop with others; the closing one's name. */
export function voltageLoops(equations: CircuitEquations): { element: string; nodes: string[] }[] {
  const parts = new Components(equations.nodeCount);
  const loops: { element: string; nodes: string[] }[] = [];
  for (const { element, from, to } of [
    ...equations.voltages,
    ...equations.controlledVoltages,
    ...equations.fluxes,
  ]) {
    if (!parts.join(from, to)) {
      loops.push({ element, nodes: [equations.nodeNames[from], equations.nodeNames[to]] });
    }
  }
  return loops;
}

const NAMES_SHOWN = 8;

/** @throws OhmpropError naming the floating nodes or the elements of a loop of voltage sources */
export function refuseUnsolvable(equations: CircuitEquations): void {
  const floating = floatingNodes(equations).flat();
  if (floating.length > 0) {
    const more = floating.length > NAMES_SHOWN ? ` and ${floating.length - NAMES_SHOWN} more` : '';
    throw inputError(
      'circuit.floating',
      `no path for direct current to ground from node ${floating.slice(0, NAMES_SHOWN).join(', ')}${more}; ` +
        'connect it, or put a large resistor from it to ground',
    );
  }
  const [loop] = voltageLoops(equations);
  if (loop !== undefined) {
    throw inputError(
      'circuit.voltage-loop',
      `${loop.element} between nodes ${loop.nodes.join(' and ')} closes a loop of voltage sources or inductors, ` +
        'in which no current is determined; put a small resistor into it',
    );
  }
}
