import type { CircuitNames } from '../equations/index.js';
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

/** The circuit at x, of which the residual has just been assembled. */
export function valuesAt(names: CircuitNames, x: Float64Array): CircuitValues {
  const current_A = new Float64Array(names.currents.length);
  names.currentsAt(x, current_A);
  return new CircuitValues(names, Float64Array.from(x), current_A);
}
