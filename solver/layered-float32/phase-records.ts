import { worseStatus } from '../../core/index.js';
import {
  defaultStop,
  MAX_ITERATIONS,
  type PhaseReport,
  type SettleStatus,
  type StopRule,
} from '../../devices/contract/index.js';
import { layeredStatuses } from '../../kernels/index.js';
import type { PhaseRecord, PhaseReports } from './network-memory.js';

/** A delta phase also settles relative to the currents of the differences themselves, or small gradients would suffer. */
const DELTA_TOLERANCE = 1e-3;
const LOOSEST_DELTA_TOLERANCE = 0.3;

/** Writes a stop rule into a phase's record. */
export function setStop(record: PhaseRecord, stop: StopRule = {}): void {
  const { tolerance, outputChange, maxIterations } = { ...defaultStop, ...stop };
  const looser = Math.max(1, tolerance / defaultStop.tolerance);
  record.set({
    limit: Math.min(stop.fixedIterations ?? maxIterations, MAX_ITERATIONS),
    fixed: stop.fixedIterations === undefined ? 0 : 1,
    tolerance,
    outputChange,
    deltaTolerance: Math.min(LOOSEST_DELTA_TOLERANCE, DELTA_TOLERANCE * looser),
  });
}

/** One report for columns [from, to) of a phase: the worst status, the largest figures. */
export function reportOf(
  { whole, floats }: PhaseReports,
  from: number,
  to: number,
  unit_A: number,
): PhaseReport {
  let status: SettleStatus = 'settled';
  let iterations = 0;
  let residual = 0;
  let residual_A = 0;
  for (let c = from; c < to; c++) {
    const own = layeredStatuses[whole[4 * c]];
    status = worseStatus(status, own);
    iterations = Math.max(iterations, whole[4 * c + 1]);
    residual = Math.max(residual, floats[4 * c + 2]);
    residual_A = Math.max(residual_A, floats[4 * c + 3] * unit_A);
  }
  return { status, iterations, residual, residual_A };
}

/** One report for both: the worse status, the larger figures. */
export function worseOf(a: PhaseReport, b: PhaseReport): PhaseReport {
  return {
    status: worseStatus(a.status, b.status),
    iterations: Math.max(a.iterations, b.iterations),
    residual: Math.max(a.residual, b.residual),
    residual_A: Math.max(a.residual_A, b.residual_A),
  };
}
