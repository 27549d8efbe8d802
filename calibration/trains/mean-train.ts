/** Share of a train that a point is smoothed over, on either side, and the least and the most points of it. */
const HALF = 1 / 16;
const [LEAST, MOST] = [5, 60];

/**
 * A smooth curve through the mean of repeated trains, by local parabolas (tricube weights): what the weights of noise are taken
 * from, never a label or a law. @param states `[points]` @param pulses `[points]`, rising
 */
export function smoothed(states: Float64Array, pulses: Float64Array): Float64Array {
  const n = states.length;
  const half = Math.min(MOST, Math.max(LEAST, Math.round(HALF * n)), Math.floor((n - 1) / 2));
  return states.map((_, at) => {
    // at the ends as many points, on one side
    const from = Math.min(n - 1 - 2 * half, Math.max(0, at - half));
    const to = from + 2 * half;
    const reach = 1.001 * Math.max(pulses[at] - pulses[from], pulses[to] - pulses[at]);
    const s = new Float64Array(5);
    const t = new Float64Array(3);
    for (let i = from; i <= to; i++) {
      const x = (pulses[i] - pulses[at]) / reach;
      const w = (1 - Math.abs(x) ** 3) ** 3;
      for (let k = 0, p = w; k < 5; k++, p *= x) {
        s[k] += p;
        if (k < 3) t[k] += p * (states[i] - states[at]);
      }
    }
    const [s0, s1, s2, s3, s4] = s;
    const det = s0 * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s2 * s3) + s2 * (s1 * s3 - s2 * s2);
    if (!(det > 1e-12 * s0 ** 3)) return states[at];
    const middle = t[0] * (s2 * s4 - s3 * s3) - s1 * (t[1] * s4 - s3 * t[2]) + s2 * (t[1] * s3 - s2 * t[2]);
    return states[at] + middle / det;
  });
}
