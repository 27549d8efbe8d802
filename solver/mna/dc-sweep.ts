import { type DcRange, type Netlist, pointCount } from '../../circuits/netlist/index.js';
import { inputError } from '../../core/index.js';
import type { NewtonLimits } from './newton.js';
import { OperatingPointSolver } from './operating-point-solver.js';
import type { OperatingStatus } from './statuses.js';

/** Operating points along one or more swept values. */
export interface DcSweep {
  /** Swept elements, the innermost first. */
  readonly swept: readonly string[];
  readonly points: number;
  /** Value of each swept element at each point, V, A or Ω: [swept][points]. */
  readonly values: readonly Float64Array[];
  /** Each node's voltage at each point, V; NaN where it did not settle. */
  readonly voltages_V: Readonly<Record<string, Float64Array>>;
  readonly currents_A: Readonly<Record<string, Float64Array>>;
  /** Points that did not settle. */
  readonly failures: readonly {
    readonly point: number;
    readonly status: OperatingStatus;
    readonly worst: string;
  }[];
  readonly iterations: number;
  readonly largestResidual_A: number;
}

const MAX_POINTS = 5_000_000;

/**
 * Sweeps sources or resistors, the first range innermost; every point starts from the one before it.
 * @throws OhmpropError if a swept element is not there or the sweep has too many points
 */
export function sweepDc(
  netlist: Netlist,
  ranges: readonly DcRange[],
  limits: Partial<NewtonLimits> = {},
): DcSweep {
  const solver = new OperatingPointSolver(netlist, limits);
  const setters = ranges.map((range) => solver.setter(range.source));
  const counts = ranges.map(pointCount);
  const points = counts.reduce((product, count) => product * count, 1);
  if (points > MAX_POINTS) {
    throw inputError('circuit.sweep', `the sweep has ${points} points; ${MAX_POINTS} are the most`);
  }
  const nodes = solver.nodes();
  const voltages_V = Object.fromEntries(nodes.map(([name]) => [name, new Float64Array(points)]));
  const currents_A: Record<string, Float64Array> = {};
  const values = ranges.map(() => new Float64Array(points));
  const failures: DcSweep['failures'][number][] = [];
  let iterations = 0;
  let largestResidual_A = 0;
  for (let point = 0; point < points; point++) {
    let rest = point;
    ranges.forEach(({ start, step }, k) => {
      const at = rest % counts[k];
      rest = (rest - at) / counts[k];
      const value = start + at * step;
      values[k][point] = value;
      setters[k](value);
    });
    const { value, status, stats } = solver.solve();
    const settled = status === 'settled';
    iterations += stats.iterations;
    if (settled) largestResidual_A = Math.max(largestResidual_A, stats.residual_A);
    else failures.push({ point, status, worst: stats.worst });
    for (const [name, index] of nodes) {
      voltages_V[name][point] = settled ? value.voltage_V[index] : Number.NaN;
    }
    for (const [k, name] of value.currentNames.entries()) {
      currents_A[name] ??= new Float64Array(points);
      currents_A[name][point] = settled ? value.current_A[k] : Number.NaN;
    }
  }
  const swept = ranges.map((range) => range.source);
  return { swept, points, values, voltages_V, currents_A, failures, iterations, largestResidual_A };
}
