import type { CircuitSystem, Continuation } from '../equations/index.js';
import type { OperatingStatus } from './statuses.js';

/** When Newton's method has arrived, and when it gives up. */
export interface NewtonLimits {
  readonly maxIterations: number;
  /** A step is small when |Δ| ≤ absolute + relative·|x|, for voltages in V; for currents the absolute part is in A. */
  readonly absolute_V: number;
  readonly absolute_A: number;
  readonly relative: number;
}

export const defaultLimits: NewtonLimits = {
  maxIterations: 100,
  absolute_V: 1e-9,
  absolute_A: 1e-12,
  relative: 1e-9,
};

export type NewtonEnd = OperatingStatus;

export interface NewtonReport {
  end: NewtonEnd;
  iterations: number;
  /** Position that moved most in the last step, against its tolerance; or where the matrix is singular; −1: none. */
  worst: number;
  /** Whether a junction was still limited in the last step. */
  limited: boolean;
}

/** After so many iterations full steps, which may run in circles, are halved while they exceed this many tolerances. */
const FULL_STEP_ITERATIONS = 15;
const HALVED_ABOVE_TOLERANCES = 1e4;
const MAX_HALVINGS = 60;

/**
 * Newton's method on F(x) = 0 in place, junction voltages limited (Nagel, SPICE2, 1975). `step` is scratch of the
 * system's size. The last step is taken after it was found small, so the error is its square. On return `x` is the
 * last iterate and the residual is that of the iterate before it.
 */
export function newton(
  circuit: CircuitSystem,
  x: Float64Array,
  step: Float64Array,
  continuation: Continuation,
  limits: NewtonLimits,
  report: NewtonReport,
): NewtonEnd {
  const { first, length } = circuit.unknowns;
  const nodeEnd = circuit.equations.nodeCount;
  const size = length - first;
  const f = circuit.residual;
  report.worst = -1;
  report.limited = false;
  const start = report.iterations;
  let halvings = 0;
  while (report.iterations - start < limits.maxIterations) {
    const limited = circuit.assemble(x, continuation);
    report.iterations++;
    if (limited < 0) {
      // An expression overflowed where the last step led: go half of the way back.
      if (report.iterations - start === 1 || ++halvings > MAX_HALVINGS) return ended(report, 'not-finite');
      for (let k = 0; k < size; k++) {
        step[k] /= 2;
        x[first + k] -= step[k];
      }
      continue;
    }
    halvings = 0;
    const singularRow = circuit.system.factor();
    if (singularRow >= 0) {
      report.worst = first + singularRow;
      return ended(report, 'singular');
    }
    for (let k = 0; k < size; k++) step[k] = -f[first + k];
    circuit.system.solve(step);
    let largest = 0;
    let worst = -1;
    for (let k = 0; k < size; k++) {
      const absolute = first + k < nodeEnd ? limits.absolute_V : limits.absolute_A;
      const measure = Math.abs(step[k]) / (absolute + limits.relative * Math.abs(x[first + k] + step[k]));
      if (!(measure <= largest)) {
        largest = measure;
        worst = first + k;
      }
    }
    report.worst = worst;
    report.limited = limited > 0;
    if (!Number.isFinite(largest)) return ended(report, 'not-finite');
    if (report.iterations - start > FULL_STEP_ITERATIONS && largest > HALVED_ABOVE_TOLERANCES) {
      for (let k = 0; k < size; k++) step[k] /= 2;
    }
    for (let k = 0; k < size; k++) x[first + k] += step[k];
    if (limited === 0 && largest <= 1) return ended(report, 'settled');
  }
  return ended(report, 'not-settled');
}

function ended(report: NewtonReport, end: NewtonEnd): NewtonEnd {
  report.end = end;
  return end;
}
