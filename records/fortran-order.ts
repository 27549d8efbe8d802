interface NumberArray<T> {
  readonly length: number;
  [index: number]: number;
  slice(): T;
}

/** Elements of an array kept first axis fastest, as numpy saves a transposed one, copied into last axis fastest. */
export function rowMajor<T extends NumberArray<T>>(columnMajor: T, shape: readonly number[]): T {
  const out = columnMajor.slice();
  const index = shape.map(() => 0);
  for (let e = 0; e < out.length; e++) {
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) from = from * shape[axis] + index[axis];
    out[e] = columnMajor[from];
    for (let axis = shape.length - 1; axis >= 0 && ++index[axis] === shape[axis]; axis--) index[axis] = 0;
  }
  return out;
}
