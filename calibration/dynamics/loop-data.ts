import type { MeasuringCircuit } from './measuring-circuit.js';

/** One loop, or several periods of one, as measured: what a model is held against. */
export interface LoopData {
  /** As messages and tables call it. */
  readonly name: string;
  /** Which device; loops of one share its parameters. */
  readonly cell: string;
  /** Rising, s. */
  readonly times_s: Float64Array;
  /** Of the source where a circuit is between, else of the element, V. */
  readonly drive_V: Float64Array;
  readonly current_A: Float64Array;
  /** `[samples]`, 1 where the point is fitted: not at the compliance, and a number. */
  readonly fitted: Uint8Array;
  /** Of a periodic drive, Hz. */
  readonly frequency_Hz?: number;
  readonly circuit: MeasuringCircuit;
}
