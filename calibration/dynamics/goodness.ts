import { loopFeatures } from '../features/index.js';
import type { LoopData } from './loop-data.js';

/** What a loop is compared by, beside its points: of the data or of a model's answer. NaN where it was not seen. */
export interface LoopMarks {
  readonly set_V: number;
  readonly reset_V: number;
  readonly area_VA: number;
  /** Largest conductance away from 0 V, S. */
  readonly lowResistanceSlope_S: number;
}

/** How well a model follows one loop. */
export interface LoopGoodness {
  readonly r2: number;
  readonly rmse_A: number;
  readonly n: number;
}

/** R² and RMSE over the points that are fitted. */
export function goodnessOf({ current_A, fitted }: LoopData, model_A: Float64Array): LoopGoodness {
  let [n, sum] = [0, 0];
  for (let i = 0; i < fitted.length; i++) {
    if (!fitted[i]) continue;
    n++;
    sum += current_A[i];
  }
  let [residual, total] = [0, 0];
  for (let i = 0; i < fitted.length; i++) {
    if (!fitted[i]) continue;
    residual += (model_A[i] - current_A[i]) ** 2;
    total += (current_A[i] - sum / n) ** 2;
  }
  return { r2: 1 - residual / total, rmse_A: Math.sqrt(residual / n), n };
}

/** The marks of a current over a voltage, by the rules of `calibrate report`. */
export function marksOf(voltage_V: Float64Array, current_A: Float64Array): LoopMarks {
  const column = (name: string, role: 'voltage_V' | 'current_A', unit: string, values: Float64Array) => ({
    name,
    role,
    unit,
    values,
  });
  const [features] = loopFeatures({
    path: '',
    sha256: '',
    bytes: 0,
    format: '',
    series: [
      {
        name: 'loop',
        kind: 'sweep',
        columns: [column('V', 'voltage_V', 'V', voltage_V), column('I', 'current_A', 'A', current_A)],
        lines: [1, voltage_V.length],
      },
    ],
    settings: [],
    questions: [],
    remarks: [],
  });
  const seen = (which: 'set' | 'reset'): number =>
    features?.cycles.find((cycle) => cycle[which]?.seen)?.[which]?.at_V ?? Number.NaN;
  const size_V = voltage_V.reduce((most, v) => (Math.abs(v) > most ? Math.abs(v) : most), 0);
  let slope = 0;
  let area = 0;
  let before = -1;
  for (let i = 0; i < voltage_V.length; i++) {
    // a current that was not read is left out: the loop goes straight over it
    if (!Number.isFinite(current_A[i]) || !Number.isFinite(voltage_V[i])) continue;
    if (Math.abs(voltage_V[i]) > 0.2 * size_V) slope = Math.max(slope, current_A[i] / voltage_V[i]);
    if (before >= 0) {
      const dv = voltage_V[i] - voltage_V[before];
      const side = Math.sign(voltage_V[i] + voltage_V[before]);
      area += 0.5 * (current_A[i] + current_A[before]) * dv * side;
    }
    before = i;
  }
  return {
    set_V: seen('set'),
    reset_V: seen('reset'),
    area_VA: Math.abs(area),
    lowResistanceSlope_S: slope,
  };
}
