import { sineDrive } from '../../core/index.js';
import type { LoopData } from './loop-data.js';
import { frequencyOf } from './time-base.js';

/** A sine that a cell could be measured under. */
export interface SineExperiment {
  readonly positive_V: number;
  readonly negative_V: number;
  readonly frequency_Hz: number;
  readonly periods: number;
}

/** What drives of loops came to: their voltages, negative below 0, and the lowest and highest frequency. */
export interface DrivenRange {
  readonly highest_V: number;
  readonly lowest_V: number;
  readonly slowest_Hz: number;
  readonly fastest_Hz: number;
}

/** Of the largest voltage that loops reached in either polarity: no experiment goes beyond. */
export const MOST_VOLTAGE = 1.3;
/** Samples of a period of an experiment. */
export const EXPERIMENT_SAMPLES = 200;
/** Periods that are thought of. */
export const EXPERIMENT_PERIODS: readonly number[] = [1, 3];

/** Of what a polarity reached, and, where the other reached more, of the other. */
const OWN_SHARES = [0.7, 1, MOST_VOLTAGE];
const OTHER_SHARES = [0.4, 0.7, 1, MOST_VOLTAGE];
/** Voltages as close as this are one. */
const ALIKE = 0.12;
/** A polarity that was driven by less than this share of the other was not driven. */
const NOT_DRIVEN = 0.05;
/** Decades below the slowest and above the fastest loop, and frequencies in one. */
const [DECADES, A_DECADE] = [2, 2];

/** What loops were driven with: their highest and lowest voltage, V, and their slowest and fastest frequency, Hz. */
export function drivenRange(loops: readonly LoopData[]): DrivenRange {
  let [highest_V, lowest_V] = [0, 0];
  let [slowest_Hz, fastest_Hz] = [Number.POSITIVE_INFINITY, 0];
  for (const loop of loops) {
    for (const v of loop.drive_V) [highest_V, lowest_V] = [Math.max(highest_V, v), Math.min(lowest_V, v)];
    const own_Hz = frequencyOf(loop);
    [slowest_Hz, fastest_Hz] = [Math.min(slowest_Hz, own_Hz), Math.max(fastest_Hz, own_Hz)];
  }
  return { highest_V, lowest_V, slowest_Hz, fastest_Hz };
}

/**
 * Sines that experiments are chosen from: two decades around the frequencies of the loops; amplitudes around those of the loops in
 * each polarity, and where a polarity was driven less than the other or not at all, around those of the other.
 */
export function sineExperiments(range: DrivenRange): Omit<SineExperiment, 'periods'>[] {
  const { highest_V, lowest_V, slowest_Hz, fastest_Hz } = range;
  const size_V = Math.max(highest_V, -lowest_V);
  const steps = Math.round(A_DECADE * (Math.log10(fastest_Hz / slowest_Hz) + 2 * DECADES));
  const first_Hz = slowest_Hz / 10 ** DECADES;
  const last_Hz = fastest_Hz * 10 ** DECADES;
  const frequencies = Array.from(
    { length: steps + 1 },
    (_, k) => first_Hz * (last_Hz / first_Hz) ** (k / steps),
  );
  return amplitudes(highest_V, size_V).flatMap((positive_V) =>
    amplitudes(-lowest_V, size_V).flatMap((size) =>
      frequencies.map((frequency_Hz) => ({ positive_V, negative_V: -size, frequency_Hz })),
    ),
  );
}

function amplitudes(own_V: number, size_V: number): number[] {
  const own = own_V > NOT_DRIVEN * size_V ? OWN_SHARES.map((share) => share * own_V) : [];
  const other = own_V < size_V ? OTHER_SHARES.map((share) => share * size_V) : [];
  const all = [...own, ...other].sort((a, b) => a - b);
  return all.filter((v, k) => k === 0 || v > (1 + ALIKE) * all[k - 1]);
}

/** A loop that nothing was measured under yet, through the circuit of another. */
export function experimentLoop(
  { positive_V, negative_V, frequency_Hz, periods }: SineExperiment,
  like: Pick<LoopData, 'cell' | 'circuit'>,
  samples = EXPERIMENT_SAMPLES,
): LoopData {
  const n = Math.round(samples * periods) + 1;
  const times_s = Float64Array.from({ length: n }, (_, i) => i / (samples * frequency_Hz));
  return {
    name: 'proposed',
    cell: like.cell,
    times_s,
    drive_V: times_s.map(sineDrive(positive_V, -negative_V, frequency_Hz)),
    current_A: new Float64Array(n),
    fitted: new Uint8Array(n).fill(1),
    frequency_Hz,
    circuit: like.circuit,
  };
}
