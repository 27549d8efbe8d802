/** An array that a checkpoint can hold bit for bit. */
export type StateArray = Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint8Array;

/** Everything that a resume needs from a device: parameters, hidden cell state, counters. */
export interface DeviceState {
  /** What wrote it, for instance `layered-float64/1`; restore refuses another. */
  readonly format: string;
  readonly arrays: Readonly<Record<string, StateArray>>;
  /** Scalars, JSON-serialisable. */
  readonly values: Readonly<Record<string, number | string | boolean>>;
}
