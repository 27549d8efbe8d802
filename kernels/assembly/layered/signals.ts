// Which signals of a batch are not 0: the sources of the others carry nothing.

/**
 * Lists by signal: `starts` [signals + 1] byte offsets into `rows` (byte offset of the sample's row, `rowBytes` apart) and
 * `values`. Returns the number of entries.
 */
export function listSignals(
  inputs: usize, batch: i32, signals: i32, rowBytes: usize, starts: usize, rows: usize, values: usize,
): i32 {
  let at: usize = 0;
  const step = <usize>signals << 2;
  for (let p = 0; p < signals; p++) {
    // Four signals that are dark in every sample: half of a picture.
    if (p + 4 <= signals) {
      let lit = v128.load(inputs + (<usize>p << 2));
      for (let s = 1; s < batch; s++) lit = v128.or(lit, v128.load(inputs + <usize>s * step + (<usize>p << 2)));
      // A signal of -0 counts as lit here and is looked at by itself.
      if (!v128.any_true(lit)) {
        v128.store(starts + (<usize>p << 2), i32x4.splat(<i32>at));
        p += 3;
        continue;
      }
    }
    store<usize>(starts + (<usize>p << 2), at);
    let from = inputs + (<usize>p << 2);
    for (let s = 0; s < batch; s++) {
      const value = load<f32>(from);
      if (value != 0) {
        store<usize>(rows + at, <usize>s * rowBytes);
        store<f32>(values + at, value);
        at += 4;
      }
      from += step;
    }
  }
  store<usize>(starts + (<usize>signals << 2), at);
  return <i32>(at >> 2);
}

/** to = factor·from, `count` values. */
export function scaleValues(from: usize, to: usize, count: i32, factor: f32): void {
  for (let k: usize = 0, end = <usize>count << 2; k < end; k += 4) store<f32>(to + k, factor * load<f32>(from + k));
}
