import type { Netlist } from '../../circuits/netlist/index.js';
import type { NewtonLimits } from './newton.js';
import { OperatingPointSolver } from './operating-point-solver.js';
import type { Solution } from './solution.js';
import type { OperatingStatus, SolveStats } from './statuses.js';

/** Limits of Newton's method that differ from `defaultLimits`. */
export type SolveOptions = Partial<NewtonLimits>;

/** A solution by name, in one flat record: for files and people. */
export interface OperatingPoint extends SolveStats {
  readonly status: OperatingStatus;
  /** Every node's voltage, V; ground left out. Nodes inside an element are named `element#node`. */
  readonly voltages_V: Readonly<Record<string, number>>;
  /** Current through every voltage source, voltage-controlled or not, and inductor, A: plus through it to minus. */
  readonly currents_A: Readonly<Record<string, number>>;
}

/** A solution's values, status and figures in one record. */
export function operatingPoint({ value, status, stats }: Solution): OperatingPoint {
  return { status, ...stats, voltages_V: value.voltages_V, currents_A: value.currents_A };
}

/**
 * The operating point of a circuit: every node voltage and source current at rest.
 * How the search ended is its `status`; only a circuit that cannot have an operating point is refused.
 * @throws OhmpropError when nodes float or voltage sources form a loop, naming them
 */
export function solveOperatingPoint(netlist: Netlist, options: SolveOptions = {}): OperatingPoint {
  return operatingPoint(new OperatingPointSolver(netlist, options).solve());
}
