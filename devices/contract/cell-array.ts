import type { DeviceState } from '../../core/state.js';
import type { UpdateId } from './contrast.js';

/** What an array of programmable cells says of itself. */
export interface CellArrayInfo {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Conductance range of a nominal cell, S. */
  readonly g_min_S: number;
  readonly g_max_S: number;
  /** Most pulses of one direction that one plan may ask of a cell. */
  readonly maxPulses: number;
  /** Largest pulse amplitude either way, V. */
  readonly maxPulse_V: number;
  /** Current limit that is set before any output, A; Infinity in an ideal simulation. */
  readonly compliance_A: number;
  readonly deterministic: boolean;
}

/** A rectangle of cells; rows and columns count from 0. */
export interface CellRange {
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

/** One pulse shape: amplitude in V, width in s. Left out: the cell's nominal pulse. */
export interface PulseShape {
  readonly amplitude_V: number;
  readonly width_s: number;
}

/**
 * Signed pulse counts, packed because a step may touch millions of cells: positive potentiates, negative depresses.
 * Dense: one count a cell of the whole array, row-major. Sparse: counts at the cells `indices` (row·columns + column).
 */
export interface PulsePlan {
  readonly counts: Int16Array;
  readonly indices?: Uint32Array;
  readonly potentiation?: PulseShape;
  readonly depression?: PulseShape;
}

export interface PulseReport {
  /** False if this id had already been carried out. */
  readonly applied: boolean;
  readonly potentiationPulses: number;
  readonly depressionPulses: number;
  /** Energy of the pulses, J; NaN where unknown. */
  readonly energy_J: number;
}

/**
 * An array of programmable cells: simulated device models, or memristors behind an instrument.
 * Promises: a plan with a count or a cell out of range is refused whole; an id is carried out once; `read` changes
 * nothing but, on a bench, what reading itself disturbs.
 */
export interface CellArray {
  readonly info: CellArrayInfo;
  /** Conductances, S, row-major over the range (the whole array when left out). */
  read(range?: CellRange, options?: { read_V?: number; averages?: number }): Promise<Float64Array>;
  pulse(plan: PulsePlan, options: { id: UpdateId; signal?: AbortSignal }): Promise<PulseReport>;
  snapshot(): Promise<DeviceState>;
  restore(state: DeviceState): Promise<void>;
  close(): Promise<void>;
}
