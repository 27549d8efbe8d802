/**
 * What a difference of currents counts against at each point: `spread` = most·√((knee² + I²)/(knee² + most²)), most the largest
 * current, I the current smoothed over its neighbours. Above the knee ratios count, below it differences. Where nothing else is said, the knee
 * is what the scatter of neighbouring points follows, so that every point counts by its noise and intervals are those of the data.
 */
export interface BranchWeights {
  readonly most_A: number;
  /** Far above `most_A`: noise is the same everywhere, and differences alone count. */
  readonly knee_A: number;
  /** Chosen by the caller, of the ratios beside the differences; 0 for differences alone. */
  readonly share?: number;
}

/** Weights, and what they come to at each point of each sweep [A]. */
export interface PointSpreads {
  readonly weights: BranchWeights;
  readonly spreads: readonly Float64Array[];
}

/** Knees tried, of the largest current: noise that is a share of the current all the way down, to noise that is one size. */
const [LEAST_KNEE, MOST_KNEE, STEPS] = [1e-6, 100, 81];
/** Knee of a share chosen by the caller, of the largest current. */
const CHOSEN_KNEE = 1e-3;
/** Points on either side that a current is smoothed over: its own noise must not move its own weight. */
const AROUND = 5;

/** Weights of a state's points. @param sweeps currents, each in the order measured @param share of ratios, chosen in place of the scatter's */
export function branchSpreads(sweeps: readonly Float64Array[], share?: number): PointSpreads {
  const smooth = sweeps.map(smoothed);
  const most = sweeps.reduce((m, one) => one.reduce((a, i) => Math.max(a, Math.abs(i)), m), 0);
  const of = (spread: (i: number) => number) =>
    smooth.map((one) => one.map((i) => Math.max(spread(i), Number.MIN_VALUE)));
  if (share !== undefined) {
    const knee = CHOSEN_KNEE * most;
    return {
      weights: { most_A: most, knee_A: knee, share },
      spreads: of((i) => most / Math.sqrt(1 + (share * most) ** 2 / (knee ** 2 + i ** 2))),
    };
  }
  const knee = kneeOf(sweeps, smooth, most);
  return {
    weights: { most_A: most, knee_A: knee },
    spreads: of((i) => most * Math.sqrt((knee ** 2 + i ** 2) / (knee ** 2 + most ** 2))),
  };
}

/**
 * Where noise turns from one size into a share of the current: third differences of neighbours (a bend cancels, scatter does not),
 * most likely as Laplace numbers of variance ∝ knee² + I², which few of them far out do not move.
 */
function kneeOf(sweeps: readonly Float64Array[], smooth: readonly Float64Array[], most: number): number {
  const found: [off: number, square: number][] = [];
  for (const [at, current] of sweeps.entries()) {
    for (let k = 3; k < current.length; k++) {
      const [a, b, c, d] = [0, 1, 2, 3].map((back) => smooth[at][k - back]);
      const off = (current[k] - 3 * current[k - 1] + 3 * current[k - 2] - current[k - 3]) / Math.sqrt(20);
      found.push([Math.abs(off) + 1e-15 * most, (a * a + 9 * b * b + 9 * c * c + d * d) / 20]);
    }
  }
  if (found.length === 0) return MOST_KNEE * most;
  let best = { knee: MOST_KNEE * most, cost: Number.POSITIVE_INFINITY };
  for (let k = 0; k < STEPS; k++) {
    const knee = most * LEAST_KNEE * (MOST_KNEE / LEAST_KNEE) ** (k / (STEPS - 1));
    let [sum, logs] = [0, 0];
    for (const [off, square] of found) {
      const s = Math.sqrt(knee * knee + square);
      sum += off / s;
      logs += Math.log(s);
    }
    const cost = found.length * Math.log(sum / found.length) + logs;
    if (cost < best.cost) best = { knee, cost };
  }
  return best.knee;
}

/** By a parabola through the points around each, least squares; short sweeps as they are. */
function smoothed(current: Float64Array): Float64Array {
  const n = current.length;
  if (n < 2 * AROUND) return current;
  return current.map((_, k) => {
    const from = Math.max(0, Math.min(k - AROUND, n - 2 * AROUND - 1));
    const to = Math.min(n - 1, from + 2 * AROUND);
    // orthogonal polynomials of evenly spaced points: 1, x, x² − mean
    const middle = (from + to) / 2;
    let [s0, s1, s2, x2, x4] = [0, 0, 0, 0, 0];
    for (let i = from; i <= to; i++) x2 += (i - middle) ** 2;
    x2 /= to - from + 1;
    for (let i = from; i <= to; i++) {
      const x = i - middle;
      s0 += current[i];
      s1 += x * current[i];
      s2 += (x * x - x2) * current[i];
      x4 += (x * x - x2) ** 2;
    }
    const x = k - middle;
    const count = to - from + 1;
    return s0 / count + (x * s1) / (x2 * count) + ((x * x - x2) * s2) / x4;
  });
}
