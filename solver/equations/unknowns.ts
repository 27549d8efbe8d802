import type { CircuitEquations } from './circuit-equations.js';

/** A voltage source whose far node is known once its near one is. Carried out in order. */
export interface KnownNode {
  /** Number of the voltage relation. */
  readonly source: number;
  readonly near: number;
  readonly node: number;
  /** +1 if `node` is the source's plus terminal: v(node) = v(near) + sign·E. */
  readonly sign: 1 | -1;
}

/**
 * Which quantities are solved for. Nodes held by chains of voltage sources from ground are known and leave the
 * equations; their sources' currents follow afterwards from Kirchhoff's current law. Positions in the solution vector:
 * 0 ground, then known nodes, then unknown nodes, then the currents of what is left of voltage-like elements.
 */
export interface Unknowns {
  readonly known: readonly KnownNode[];
  /** First unknown position. */
  readonly first: number;
  readonly length: number;
  /** Position of each node. */
  readonly position: Int32Array;
  /** Position of the current of each voltage source; −1 if it was eliminated. */
  readonly voltageBranch: Int32Array;
  readonly controlledBranch: Int32Array;
  readonly fluxBranch: Int32Array;
  /** Position of the current of each element that keeps one, by name. */
  readonly branchOf: ReadonlyMap<string, number>;
}

export function chooseUnknowns(equations: CircuitEquations): Unknowns {
  const steering = new Set<string>();
  const { controlledCurrents, controlledVoltages, charges, capacitances, fluxes, linkages, switches } =
    equations;
  for (const { controls } of [
    ...controlledCurrents,
    ...controlledVoltages,
    ...charges,
    ...capacitances,
    ...fluxes,
    ...linkages,
    ...switches,
  ]) {
    for (const control of controls) if ('source' in control) steering.add(control.source);
  }
  const known = followSources(equations, steering);
  const position = new Int32Array(equations.nodeCount).fill(-1);
  position[0] = 0;
  let next = 1;
  for (const { node } of known) position[node] = next++;
  const first = next;
  for (let node = 1; node < equations.nodeCount; node++) if (position[node] < 0) position[node] = next++;

  const eliminated = new Set(known.map((k) => k.source));
  const branchOf = new Map<string, number>();
  const branches = (relations: readonly { element: string }[], skip: ReadonlySet<number>): Int32Array =>
    Int32Array.from(relations, (relation, k) => {
      if (skip.has(k)) return -1;
      branchOf.set(relation.element, next);
      return next++;
    });
  const voltageBranch = branches(equations.voltages, eliminated);
  const controlledBranch = branches(equations.controlledVoltages, new Set());
  const fluxBranch = branches(equations.fluxes, new Set());
  return { known, first, length: next, position, voltageBranch, controlledBranch, fluxBranch, branchOf };
}

function followSources(equations: CircuitEquations, steering: ReadonlySet<string>): KnownNode[] {
  const touching = new Map<number, number[]>();
  equations.voltages.forEach((relation, k) => {
    if (steering.has(relation.element)) return;
    for (const node of [relation.from, relation.to]) {
      const list = touching.get(node);
      if (list === undefined) touching.set(node, [k]);
      else list.push(k);
    }
  });
  const reached = new Set<number>([0]);
  const known: KnownNode[] = [];
  const queue = [0];
  for (let head = 0; head < queue.length; head++) {
    const near = queue[head];
    for (const source of touching.get(near) ?? []) {
      const { from, to } = equations.voltages[source];
      const node = from === near ? to : from;
      if (reached.has(node)) continue;
      reached.add(node);
      known.push({ source, near, node, sign: node === from ? 1 : -1 });
      queue.push(node);
    }
  }
  return known;
}
