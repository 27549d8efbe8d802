import type { BoardProfile } from '../../devices/boards/index.js';

/** Steps of digital potentiometers differ from tap to tap by this share of a step, 1 σ (MCP4351, MCP4251: DNL typically ±0.25 of one). */
const STEP_SPREAD = 0.15;

/**
 * Resistances of a pot tap after tap from measurements of each: taps follow each other in steps that differ by little, so that
 * neighbours tell of each other, also of one that was not measured (NaN) (Kalman filter and the smoother of Rauch, Tung and Striebel 1965, of a walk with drift).
 * @param resistance_ohm [257], at every tap @param sigma [257], relative; both are smoothed in place between the stops
 */
export function smoothTaps(
  { tapMin, tapMax }: BoardProfile,
  resistance_ohm: Float64Array,
  sigma: Float64Array,
): void {
  const n = tapMax - tapMin + 1;
  const step_ohm = driftOf(tapMin, tapMax, resistance_ohm, sigma);
  const walk = (STEP_SPREAD * step_ohm) ** 2;
  const [mean, variance] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) {
    const tap = tapMin + i;
    const seen = resistance_ohm[tap];
    const noise = (sigma[tap] * seen) ** 2;
    if (i === 0) {
      mean[i] = seen;
      variance[i] = noise;
      continue;
    }
    const ahead = mean[i - 1] + step_ohm;
    const spread = variance[i - 1] + walk;
    if (Number.isNaN(noise)) {
      mean[i] = ahead;
      variance[i] = spread;
      continue;
    }
    const gain = spread / (spread + noise);
    mean[i] = ahead + gain * (seen - ahead);
    variance[i] = (1 - gain) * spread;
  }
  for (let i = n - 2; i >= 0; i--) {
    const spread = variance[i] + walk;
    const back = variance[i] / spread;
    mean[i] += back * (mean[i + 1] - mean[i] - step_ohm);
    variance[i] += back ** 2 * (variance[i + 1] - spread);
  }
  for (let i = 0; i < n; i++) {
    resistance_ohm[tapMin + i] = mean[i];
    sigma[tapMin + i] = Math.sqrt(variance[i]) / mean[i];
  }
}

/** Mean step, Ω: a straight line through all taps, each with its weight. */
function driftOf(tapMin: number, tapMax: number, resistance_ohm: Float64Array, sigma: Float64Array): number {
  let [w, wt, wr, wtt, wtr] = [0, 0, 0, 0, 0];
  for (let tap = tapMin; tap <= tapMax; tap++) {
    const r = resistance_ohm[tap];
    if (Number.isNaN(sigma[tap])) continue;
    // A walk away from the line weighs as well: it grows towards the middle.
    const weight = 1 / ((sigma[tap] * r) ** 2 + (0.003 * resistance_ohm[tapMax]) ** 2);
    w += weight;
    wt += weight * tap;
    wr += weight * r;
    wtt += weight * tap * tap;
    wtr += weight * tap * r;
  }
  return (w * wtr - wt * wr) / (w * wtt - wt * wt);
}
