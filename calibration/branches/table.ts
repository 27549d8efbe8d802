import { inputError } from '../../core/index.js';
import { residualChecks } from '../estimates/index.js';
import { type BranchFit, type BranchPoints, goodness, joined, shapeOf } from './fit-branch.js';

/** Rows of a table at the most: between them, straight lines. */
const ROWS = 201;

/**
 * The data themselves as a law: mean current at each voltage measured, of so many that a table gets long, over even stretches of
 * voltage. Smooths nothing else and goes no further than the data; the mean square of its residuals is the scatter of repeats.
 * @throws `branches.few`, exit code 2: fewer than two voltages
 */
export function tableOf(points: BranchPoints): BranchFit {
  const spread_A = joined(points.sweeps, (sweep) => sweep.spread_A);
  const { voltage_V, current_A, most_V } = shapeOf(points);
  const n = voltage_V.length;
  const order = [...voltage_V.keys()].sort((a, b) => voltage_V[a] - voltage_V[b]);
  const distinct = new Set(voltage_V).size;
  const [low, high] = [voltage_V[order[0]], voltage_V[order[n - 1]]];
  // voltages that differ in their last digits only are one
  const apart = distinct > ROWS ? (high - low) / ROWS : 1e-6 * most_V;
  const rows: { v: number; i: number; count: number; from: number }[] = [];
  for (const k of order) {
    const last = rows[rows.length - 1];
    if (last !== undefined && voltage_V[k] - last.from <= apart) {
      last.v += voltage_V[k];
      last.i += current_A[k];
      last.count++;
    } else rows.push({ v: voltage_V[k], i: current_A[k], count: 1, from: voltage_V[k] });
  }
  if (rows.length < 2) {
    throw inputError('branches.few', `${points.name}: a table needs two voltages, got ${rows.length}`);
  }
  const v = rows.map((row) => row.v / row.count);
  const i = rows.map((row) => row.i / row.count);
  const current = (at: number): number => between(v, i, at);
  const curve = voltage_V.map(current);
  const residuals = current_A.map((measured, k) => (measured - curve[k]) / spread_A[k]);
  return {
    model: 'table',
    law: { kind: 'table', voltage_V: v, current_A: i },
    estimates: {},
    status: 'converged',
    rms: Math.sqrt(residuals.reduce((sum, r) => sum + r * r, 0) / n),
    ...goodness(current_A, curve),
    n,
    nEffective: n,
    parameters: rows.length,
    residuals: residualChecks(residuals),
    current,
    warnings: [],
  };
}

/** Straight lines between rows; beyond the ends the first and the last go on. @param x rising, two at least */
export function between(x: readonly number[], y: readonly number[], at: number): number {
  let k = 1;
  while (k < x.length - 1 && x[k] < at) k++;
  return y[k - 1] + ((y[k] - y[k - 1]) * (at - x[k - 1])) / (x[k] - x[k - 1]);
}
