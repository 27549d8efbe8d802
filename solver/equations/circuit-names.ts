import type { CircuitSystem } from './circuit-system.js';

/** Names of a circuit's nodes, with their indices, and of the elements whose current is known after a solve. */
export class CircuitNames {
  readonly nodes: readonly (readonly [name: string, index: number])[];
  readonly currents: readonly string[];
  /** Position of each current that is an unknown; −1 where it follows from Kirchhoff's law. */
  private readonly branches: Int32Array;
  private readonly sum: Float64Array;

  constructor(private readonly circuit: CircuitSystem) {
    const { equations, unknowns } = circuit;
    this.nodes = equations.nodeNames.slice(1).map((name, k) => [name, unknowns.position[k + 1]] as const);
    const sources = equations.voltages.map((relation) => relation.element);
    this.currents = [...new Set([...sources, ...unknowns.branchOf.keys()])];
    this.branches = Int32Array.from(this.currents, (name) => unknowns.branchOf.get(name) ?? -1);
    this.sum = new Float64Array(unknowns.length);
  }

  /** Currents at x, in the order of `currents`. */
  currentsAt(x: Float64Array, current_A: Float64Array): void {
    const { known, position } = this.circuit.unknowns;
    // From the far end of each chain inwards: what flows into the node leaves through its source.
    const { sum, branches } = this;
    if (known.length > 0) this.circuit.assembleKnown(x);
    sum.set(this.circuit.residual);
    for (let k = known.length - 1; k >= 0; k--) {
      const { source, near, node, sign } = known[k];
      const outwards = sum[position[node]];
      current_A[source] = -sign * outwards;
      sum[position[near]] += outwards;
    }
    for (let k = 0; k < branches.length; k++) if (branches[k] >= 0) current_A[k] = x[branches[k]];
  }
}
