import { formatQuantity, median } from '../../core/index.js';
import { largest, type Trace } from './trace.js';

/** What flows at zero volts on one pass, and the slope there. */
interface Pass {
  readonly current_A: number;
  readonly slope_S: number;
  readonly scatter_A: number;
}

/** Points to either side of zero that the line through it is of. */
const SIDE = 3;
/** Passes of both states differ by that factor of their slopes at least. */
const STATES = 3;
/** Currents at zero of all passes agree to that share of themselves, or to so many σ of their scatter. */
const [ALIKE, SIGMAS] = [0.1, 4];
/** An offset that moves the high resistance by less than that share, read at 0.1 V, is not told. */
const TOLD = 0.02;
const READ_V = 0.1;

/**
 * Traces of one cell with an amplifier's offset taken off: a current at zero volts that is the same in either state, as no source within the cell
 * gives it (of a voltage within, the on state would carry more). Without both states, or where passes differ, nothing is taken off.
 */
export function withoutOffset(traces: readonly Trace[]): readonly Trace[] {
  const passes = traces.flatMap(passesOf);
  if (passes.length < 2) return traces;
  const slopes = passes.map(({ slope_S }) => slope_S);
  const [least, most] = [Math.min(...slopes), Math.max(...slopes)];
  const offset_A = median(passes.map(({ current_A }) => current_A));
  const scatter = median(passes.map(({ scatter_A }) => scatter_A));
  const within = Math.max(ALIKE * Math.abs(offset_A), SIGMAS * scatter);
  if (
    Math.abs(offset_A) <= SIGMAS * scatter ||
    Math.abs(offset_A) <= TOLD * READ_V * Math.max(0, least) ||
    !(most >= STATES * Math.max(0, least)) ||
    passes.some(({ current_A }) => Math.abs(current_A - offset_A) > within)
  )
    return traces;
  const remark = `${formatQuantity(offset_A, 'A')} flow at zero volts in all ${passes.length} passes, whatever the state: an offset of the amplifier, taken off every current`;
  return traces.map((trace) => ({
    ...trace,
    current_A: trace.current_A.map((i) => i - offset_A),
    remarks: [...trace.remarks, remark],
  }));
}

/** Every pass through zero volts, and every sweep that begins or ends there. */
function passesOf({ voltage_V, current_A, censored }: Trace): Pass[] {
  const n = voltage_V.length;
  const zero = 1e-6 * largest(voltage_V);
  const passes: Pass[] = [];
  for (let k = 0; k < n; k++) {
    const at = Math.abs(voltage_V[k]) <= zero;
    const crosses =
      !at && k + 1 < n && voltage_V[k] * voltage_V[k + 1] < 0 && Math.abs(voltage_V[k + 1]) > zero;
    if (!at && !crosses) continue;
    const own: number[] = [];
    for (let j = Math.max(0, k - SIDE); j <= Math.min(n - 1, k + SIDE); j++)
      if (censored[j] === 0) own.push(j);
    const pass = lineAtZero(own.map((j) => [voltage_V[j], current_A[j]]));
    if (pass !== undefined) passes.push(pass);
    // rows that stay at zero are one pass
    while (at && k + 1 < n && Math.abs(voltage_V[k + 1]) <= zero) k++;
  }
  return passes;
}

/** A straight line through a few points: its value at zero, its slope, and σ of that value. */
function lineAtZero(points: readonly (readonly [number, number])[]): Pass | undefined {
  const n = points.length;
  if (n < SIDE + 1) return undefined;
  const meanV = points.reduce((sum, [v]) => sum + v, 0) / n;
  const meanI = points.reduce((sum, [, i]) => sum + i, 0) / n;
  let [sxx, sxy] = [0, 0];
  for (const [v, i] of points) {
    sxx += (v - meanV) ** 2;
    sxy += (v - meanV) * (i - meanI);
  }
  if (!(sxx > 0)) return undefined;
  const slope_S = sxy / sxx;
  const value = meanI - slope_S * meanV;
  const squares = points.reduce((sum, [v, i]) => sum + (i - value - slope_S * v) ** 2, 0);
  const scatter_A = Math.sqrt((squares / (n - 2)) * (1 / n + meanV ** 2 / sxx));
  return { current_A: value, slope_S, scatter_A };
}
