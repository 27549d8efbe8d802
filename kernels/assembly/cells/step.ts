// What one pulse does: a table of signed steps over the state's range [0, 1], piecewise linear, so that two nodes are
// the affine step a + b·w (soft bounds, NeuroSim's exponential, linear and constant steps).
// A table is `nodes` doubles; between its last nodes it is extended as a straight line.

/** Which segment of the table w lies in. */
// @ts-ignore: decorator
@inline
function segment(w: f64, nodes: i32): i32 {
  const i = <i32>floor(w * <f64>(nodes - 1));
  return max(0, min(nodes - 2, i));
}

/** Slope of the step at w, per unit of state. */
// @ts-ignore: decorator
@inline
export function slopeAt(table: usize, nodes: i32, w: f64): f64 {
  const at = table + (<usize>segment(w, nodes) << 3);
  return (load<f64>(at, 8) - load<f64>(at)) * <f64>(nodes - 1);
}

/** Signed step of one nominal pulse at w. */
// @ts-ignore: decorator
@inline
export function stepAt(table: usize, nodes: i32, w: f64): f64 {
  const i = segment(w, nodes);
  const at = table + (<usize>i << 3);
  const left = load<f64>(at);
  return left + (load<f64>(at, 8) - left) * (w * <f64>(nodes - 1) - <f64>i);
}

/** w and the variance factor of the noise after k pulses, written to `out` as two doubles. See manyPulses. */
function affinePulses(out: usize, w: f64, k: i32, step: f64, slope: f64, spread: f64): void {
  // With f = step + slope·(w − w0): each pulse maps f to f·(q + slope·spread·ξ). Sum = Σ qⁿ, and the variance of w is
  // f²·spread²·H with H = Σ rⁿ tᵏ⁻¹⁻ⁿ, r = q² + slope²·spread², t = q²; both by doubling, without division.
  const q = 1 + slope;
  const t = q * q;
  const r = t + slope * slope * spread * spread;
  let sum: f64 = 0;
  let h: f64 = 0;
  let qn: f64 = 1;
  let tn: f64 = 1;
  let rn: f64 = 1;
  for (let bit = 31 - clz<i32>(k); bit >= 0; bit--) {
    h *= rn + tn;
    sum *= 1 + qn;
    qn *= qn;
    tn *= tn;
    rn *= rn;
    if ((k >> bit) & 1) {
      h = r * h + tn;
      sum = sum * q + 1;
      qn *= q;
      tn *= t;
      rn *= r;
    }
  }
  store<f64>(out, w + step * sum);
  store<f64>(out, step * step * h, 8);
}

/**
 * The state after k > 0 pulses of one direction on a cell whose steps are `gain` times the table's, and, for pulses whose
 * relative spread is `spread`, the variance of that state divided by spread²: two doubles at `out`. Not clipped to the cell's
 * bounds `lowest` and `highest`, but where pulses go one by one the rest is left out once the state is past one.
 */
export function manyPulses(
  out: usize,
  table: usize,
  nodes: i32,
  w: f64,
  k: i32,
  gain: f64,
  spread: f64,
  lowest: f64,
  highest: f64,
): void {
  if (k == 1) {
    const step = gain * stepAt(table, nodes, w);
    store<f64>(out, w + step);
    store<f64>(out, step * step, 8);
    return;
  }
  if (nodes == 2) {
    affinePulses(out, w, k, gain * stepAt(table, nodes, w), gain * slopeAt(table, nodes, w), spread);
    return;
  }
  const segments = <f64>(nodes - 1);
  let x = w;
  let variance: f64 = 0;
  for (let n = 0; n < k; n++) {
    const i = segment(x, nodes);
    const at = table + (<usize>i << 3);
    const left = load<f64>(at);
    const rise = load<f64>(at, 8) - left;
    const step = gain * (left + rise * (x * segments - <f64>i));
    const slope = gain * rise * segments;
    variance = variance * ((1 + slope) * (1 + slope) + slope * slope * spread * spread) + step * step;
    x += step;
    if (step == 0 || (step > 0 ? x >= highest : x <= lowest)) break;
  }
  store<f64>(out, x);
  store<f64>(out, variance, 8);
}
