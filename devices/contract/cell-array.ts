import type { DeviceState } from '../../core/index.js';
import type { UpdateId } from './contrast.js';

/**
 * What an array of programmable cells says of itself. Constant but for `lastUpdate`: read `info` from the array each time, a
 * copy grows stale.
 */
export interface CellArrayInfo {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Conductance range of a nominal cell, S. */
  readonly g_min_S: number;
  readonly g_max_S: number;
  /** Lowest and highest conductance that a read of any cell may give, S: its own range, noise, drift and converter included. */
  readonly read_min_S: number;
  readonly read_max_S: number;
  /** Two reads of an untouched array may differ with no time between them: each use of a read deserves its own. */
  readonly readsVary: boolean;
  /** How far two reads of an untouched cell may lie apart, relative to `g_max_S`; 0 where reads do not vary. */
  readonly readTolerance: number;
  /** Most pulses of one direction that one plan may ask of a cell. */
  readonly maxPulses: number;
  /** Largest pulse amplitude either way, V. */
  readonly maxPulse_V: number;
  /** What a plan may say of its pulses. Each also allows those before it. */
  readonly pulseShapes: PulseShapes;
  /** The pulse given where a plan says nothing, either way, where it is known. */
  readonly nominalPulse?: { readonly potentiation: PulseShape; readonly depression: PulseShape };
  /** Current limit that is set before any output, A; Infinity in an ideal simulation. */
  readonly compliance_A: number;
  /** The same plans on the same state give the same conductances, bit for bit. */
  readonly deterministic: boolean;
  /** Id of the last update carried out, 0 where there was none: whoever comes next goes on above it. */
  readonly lastUpdate: UpdateId | 0;
  /**
   * What `restore` can do: `exact` puts everything back, the last update's id and noise to come included; `reads-back` writes
   * conductances as near as a read can tell, and the array's own count of updates goes on.
   */
  readonly restores: 'exact' | 'reads-back';
}

/** Nominal pulses only; one shape a direction; one amplitude a cell besides. */
export type PulseShapes = 'nominal' | 'one-a-direction' | 'one-a-cell';

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
  /** One amplitude an entry of `counts`, V, over that of its direction's shape. */
  readonly amplitudes_V?: Float32Array;
}

/** What a plan did: pulses given in all, either way, and their energy. */
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
 *
 * Promises, tested for every implementation by the suite of this contract:
 * - A plan with a count, a cell, an amplitude or an id out of range is refused whole by an `OhmpropError`, before anything
 *   is done; an aborted plan gives no pulse and uses up no id.
 * - Ids rise: a plan whose id is not above `info.lastUpdate` changes nothing and says `applied: false`; one carried out is
 *   `info.lastUpdate` as soon as `pulse` is done.
 * - An array that keeps a journal may be asked again for an update that was cut off, by its id and plan: it gives what is left.
 * - `read` changes nothing but, on a bench, what reading itself disturbs.
 * - `restore(await snapshot())` does what `info.restores` says, and refuses another array's state.
 * - After `close()` every call is refused; a second `close()` does nothing.
 *
 * What only some arrays can do is a method that others leave out.
 */
export interface CellArray {
  readonly info: CellArrayInfo;
  /** Conductances, S, row-major over the range (the whole array when left out). */
  read(range?: CellRange, options?: { read_V?: number; averages?: number }): Promise<Float64Array>;
  pulse(plan: PulsePlan, options: { id: UpdateId; signal?: AbortSignal }): Promise<PulseReport>;
  /**
   * Sets every cell, as no pulse can: only where a simulation can. Values are clipped to each cell's own bounds; stuck cells
   * stay. @param conductances_S row-major, the whole array
   */
  set?(conductances_S: Float64Array): Promise<void>;
  /** Lets simulated time pass: drift, relaxation and telegraph noise go on. Where it is left out time passes by itself. */
  wait?(seconds: number): Promise<void>;
  /** A fast path for kernels that work in `memory`: undefined unless the array's cells lie there. */
  kernelView?(memory: KernelMemory): PackedView | undefined;
  snapshot(): Promise<DeviceState>;
  restore(state: DeviceState): Promise<void>;
  close(): Promise<void>;
}

/** A WebAssembly memory, as far as an array must know it to say whether its cells lie there. */
export interface KernelMemory {
  readonly memory: { readonly buffer: ArrayBufferLike };
}

/**
 * Cells as packed arrays in a kernel's memory, row-major from cell 0, each with room for whole blocks of 16. Lengths and order
 * are those of the array; nothing here may be written to but through its methods.
 */
export interface PackedView {
  /** Where cells stand, in units of the nominal range: 0 is `g_min_S`, 1 is `g_max_S`. */
  readonly states: Float32Array;
  /** Where a read is always one and the same of these, what it sees, in the same units; for instance `states`. */
  readonly plainReads?: Float32Array;
  /**
   * A read of the whole array into `out` (float32 of that memory), S times `scale`. Left out where a read needs more than the
   * packed arrays; then `CellArray.read` serves.
   */
  readInto?(out: Float32Array, scale: number): void;
  /**
   * Moves cells first … first + count − 1 by change[0 … count−1], in units of the range, exactly, as update `id`; clipped to each
   * cell's bounds, stuck cells stay. `first` is a multiple of 16, `change` float32 of that memory.
   */
  shift(first: number, count: number, change: Float32Array, id: UpdateId): void;
}
