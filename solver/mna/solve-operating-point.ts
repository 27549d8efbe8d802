import type { Netlist } from '../../circuits/netlist/index.js';
import type { NewtonLimits } from './newton.js';
import { type OperatingPoint, OperatingPointSolver } from './operating-point-solver.js';

export type SolveOptions = Partial<NewtonLimits>;

/**
 * The operating point of a circuit: every node voltage and source current at rest.
 * How the search ended is its `status`; only a circuit that cannot have an operating point is refused.
 * @throws OhmpropError when nodes float or voltage sources form a loop, naming them
 */
export function solveOperatingPoint(netlist: Netlist, options: SolveOptions = {}): OperatingPoint {
  const solver = new OperatingPointSolver(netlist, options);
  return solver.operatingPoint(solver.solve());
}
