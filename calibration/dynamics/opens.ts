import { solvePositive } from '../estimates/index.js';
import type { LoopData } from './loop-data.js';

const DEGREE = 9;

/** Σ (ΔI)² of the best single-valued curve, a polynomial of the element's voltage, over the points that are fitted, A². */
export function singleValuedCost({ drive_V, current_A, fitted, circuit }: LoopData): number {
  const voltage = drive_V.map((v, i) => v - circuit.series_ohm * current_A[i]);
  let most = 0;
  for (const v of voltage) if (Number.isFinite(v)) most = Math.max(most, Math.abs(v));
  const size = DEGREE + 1;
  const normal = new Float64Array(size * size);
  const right = new Float64Array(size);
  const basis = new Float64Array(size);
  const fill = (v: number): void => {
    // Chebyshev's, which the normal equations keep apart
    const u = v / most;
    basis[0] = 1;
    basis[1] = u;
    for (let k = 2; k < size; k++) basis[k] = 2 * u * basis[k - 1] - basis[k - 2];
  };
  for (let i = 0; i < fitted.length; i++) {
    if (!fitted[i]) continue;
    fill(voltage[i]);
    for (let j = 0; j < size; j++) {
      right[j] += basis[j] * current_A[i];
      for (let k = 0; k < size; k++) normal[j * size + k] += basis[j] * basis[k];
    }
  }
  for (let j = 0; j < size; j++) normal[j * size + j] *= 1 + 1e-10;
  const coefficients = solvePositive(normal, right);
  if (coefficients === undefined) return Number.POSITIVE_INFINITY;
  let cost = 0;
  for (let i = 0; i < fitted.length; i++) {
    if (!fitted[i]) continue;
    fill(voltage[i]);
    let value = 0;
    for (let j = 0; j < size; j++) value += coefficients[j] * basis[j];
    cost += (value - current_A[i]) ** 2;
  }
  return cost;
}

/** Of the cost of a single-valued curve: a loop that a state explains by less is no loop. */
export const NO_LOOP = 0.8;

/** What a curve that costs so much leaves of the variance of the current, over the points that are fitted. */
export function shareLeft({ current_A, fitted }: LoopData, cost_A2: number): number {
  const some = current_A.filter((_, i) => fitted[i]);
  const mean = some.reduce((sum, i) => sum + i, 0) / some.length;
  return cost_A2 / some.reduce((sum, i) => sum + (i - mean) ** 2, 0);
}

/** A loop of whose current a single-valued curve leaves more than this share opens, whatever models make of it. */
export const OPENS = 0.02;
