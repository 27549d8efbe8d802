/** An array that a checkpoint can hold bit for bit. */
export type StateArray = Float64Array | Float32Array | Int32Array | Uint32Array | Int16Array | Uint8Array;

/** A scalar that a checkpoint can hold. */
export type StateValue = number | string | boolean;

/**
 * Everything that a resume needs from a device: parameters, hidden cell state, counters. A tree, as devices are made of
 * parts: each part's state is its own, in its own format. Only `records` flattens it, into the names of a checkpoint's arrays.
 */
export interface DeviceState {
  /** What wrote it, for instance `layered-float64/1`; restore refuses another. */
  readonly format: string;
  readonly arrays: Readonly<Record<string, StateArray>>;
  /** Scalars, JSON-serialisable. */
  readonly values: Readonly<Record<string, StateValue>>;
  /** States of the parts by name, for instance `cells`. */
  readonly parts?: Readonly<Record<string, DeviceState>>;
}
