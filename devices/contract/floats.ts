/** Numbers in the precision of whoever makes them: double or single. */
export type Floats = Float64Array | Float32Array;
