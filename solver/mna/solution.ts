import type { CircuitSystem } from './circuit-system.js';
import type { OperatingStatus, SolveStats } from './statuses.js';

/** What one solve gave. A later solve of the same solver does not change it. */
export interface Solution {
  readonly value: CircuitValues;
  readonly status: OperatingStatus;
  readonly stats: SolveStats;
}

/** Voltages and source currents of one solve; of no meaning but for a look at where it failed unless it settled. */
export class CircuitValues {
  constructor(
    private readonly names: CircuitNames,
    /** By node index (`OperatingPointSolver.nodeIndex`), V. */
    readonly voltage_V: Float64Array,
    /** By place in `currentNames`, A. */
    readonly current_A: Float64Array,
  ) {}

  get currentNames(): readonly string[] {
    return this.names.currents;
  }

  /** Every node's voltage, V; ground left out. Nodes inside an element are named `element#node`. */
  get voltages_V(): Record<string, number> {
    return Object.fromEntries(this.names.nodes.map(([name, index]) => [name, this.voltage_V[index]]));
  }

  /** Current through every voltage source, voltage-controlled or not, and inductor, A: plus through it to minus. */
  get currents_A(): Record<string, number> {
    return Object.fromEntries(this.names.currents.map((name, k) => [name, this.current_A[k]]));
  }
}

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

  /** The circuit at x, of which the residual has just been assembled. */
  valuesAt(x: Float64Array): CircuitValues {
    const current_A = new Float64Array(this.currents.length);
    this.currentsAt(x, current_A);
    return new CircuitValues(this, Float64Array.from(x), current_A);
  }

  /** Currents at x, of which the residual has just been assembled, in the order of `currents`. */
  currentsAt(x: Float64Array, current_A: Float64Array): void {
    const { known, position } = this.circuit.unknowns;
    // From the far end of each chain inwards: what flows into the node leaves through its source.
    const { sum, branches } = this;
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
