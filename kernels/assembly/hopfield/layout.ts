// Between rows [sample][unit], as the contract has them, and [unit][sample], as the products want them.

/** out[unit][lane] for `lanes` lanes; lanes past the last sample repeat it. Strides in bytes. */
export function interleave(rows: usize, rowStep: usize, samples: i32, units: i32, out: usize, lanes: i32): void {
  for (let lane: i32 = 0; lane < lanes; lane++) {
    let from = rows + <usize>min(lane, samples - 1) * rowStep;
    let to = out + <usize>lane * 4;
    const step = <usize>lanes * 4;
    for (let j: i32 = 0; j < units; j++) {
      store<f32>(to, load<f32>(from));
      from += 4;
      to += step;
    }
  }
}

/** rows[sample][unit] of the first `samples` lanes. */
export function deinterleave(
  states: usize,
  lanes: i32,
  samples: i32,
  units: i32,
  rows: usize,
  rowStep: usize,
): void {
  for (let sample: i32 = 0; sample < samples; sample++) {
    let from = states + <usize>sample * 4;
    let to = rows + <usize>sample * rowStep;
    const step = <usize>lanes * 4;
    for (let j: i32 = 0; j < units; j++) {
      store<f32>(to, load<f32>(from));
      from += step;
      to += 4;
    }
  }
}

/** out[unit][lane] = row[unit]. */
export function spread(row: usize, units: i32, out: usize, lanes: i32): void {
  for (let j: i32 = 0; j < units; j++) {
    const value = v128.load32_splat(row + <usize>j * 4);
    for (let v: i32 = 0; v < lanes; v += 4) {
      v128.store(out, value);
      out += 16;
    }
  }
}
