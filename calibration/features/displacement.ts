import { median } from '../../core/index.js';
import { largest, type Trace } from './trace.js';

/** How far the currents of rising and falling sweeps lie apart. */
export interface Displacement {
  /** Gap at zero volts [A], of a line through the four voltages nearest to it: of a pinched loop nothing. */
  readonly atZero_A: number;
  /** Median of the gap over all voltages [A]. */
  readonly median_A: number;
  /** Whether the current itself changes sign between rising and falling near zero, as no resistor's does. */
  readonly opposite: boolean;
  /** Ratio of the quartiles of the gap: 1 where it is the same everywhere. */
  readonly spread: number;
  /** Share of the voltages where the rising sweep carries more. */
  readonly rising: number;
  /** Gap over twice the rate of the voltage [F], where there is a time. */
  readonly capacitance_F?: number;
}

const BINS = 20;

/**
 * The gap between rising and falling sweeps, in twenty bins of voltage (medians; the straight line taken off, so that voltages
 * need not agree within a bin); undefined where fewer than five bins are passed
 * both ways. A capacitor's is 2 C dV/dt at every voltage, zero included; a memristor's is nothing at zero.
 */
export function displacementOf(trace: Trace, line: { slope_S: number }): Displacement | undefined {
  const { voltage_V, drive_V, current_A, time_s } = trace;
  const amplitude = largest(voltage_V);
  if (!(amplitude > 0)) return undefined;
  const up: number[][] = Array.from({ length: BINS }, () => []);
  const down: number[][] = Array.from({ length: BINS }, () => []);
  const rates: number[] = [];
  for (let k = 1; k + 1 < voltage_V.length; k++) {
    const change = drive_V[k + 1] - drive_V[k - 1];
    if (change === 0) continue;
    if ((drive_V[k + 1] - drive_V[k]) * (drive_V[k] - drive_V[k - 1]) < 0) continue;
    const bin = Math.min(BINS - 1, Math.floor(((voltage_V[k] / amplitude + 1) / 2) * BINS));
    (change > 0 ? up : down)[bin].push(current_A[k] - line.slope_S * voltage_V[k]);
    const seconds = time_s === undefined ? Number.NaN : time_s[k + 1] - time_s[k - 1];
    if (seconds > 0) rates.push(Math.abs(change) / seconds);
  }
  const gaps: { gap: number; place: number; bin: number }[] = [];
  for (let bin = 0; bin < BINS; bin++)
    if (up[bin].length > 0 && down[bin].length > 0)
      gaps.push({ gap: median(up[bin]) - median(down[bin]), place: Math.abs((bin + 0.5) / BINS - 0.5), bin });
  if (gaps.length < 5) return undefined;
  gaps.sort((a, b) => a.place - b.place);
  const median_A = median(gaps.map(({ gap }) => gap));
  const sorted = gaps.map(({ gap }) => gap).sort((a, b) => a - b);
  return {
    opposite: gaps.slice(0, 2).every(({ bin, gap }) => {
      const share = line.slope_S * amplitude * (((bin + 0.5) / BINS) * 2 - 1);
      return median(up[bin]) + share > 0.2 * gap && median(down[bin]) + share < -0.2 * gap;
    }),
    atZero_A: atZero(gaps.slice(0, 4)),
    spread: sorted[Math.floor(0.75 * sorted.length)] / sorted[Math.floor(0.25 * sorted.length)],
    median_A,
    rising: gaps.filter(({ gap }) => gap > 0).length / gaps.length,
    ...(rates.length > 0 && { capacitance_F: median_A / 2 / median(rates) }),
  };
}

/** Where a straight line of gap over place meets zero. */
function atZero(gaps: readonly { gap: number; place: number }[]): number {
  const n = gaps.length;
  const meanX = gaps.reduce((sum, { place }) => sum + place, 0) / n;
  const meanY = gaps.reduce((sum, { gap }) => sum + gap, 0) / n;
  let [sxx, sxy] = [0, 0];
  for (const { gap, place } of gaps) {
    sxx += (place - meanX) ** 2;
    sxy += (place - meanX) * (gap - meanY);
  }
  return sxx === 0 ? meanY : meanY - (sxy / sxx) * meanX;
}
