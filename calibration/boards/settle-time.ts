import type { BoardProfile } from '../../devices/boards/index.js';
import type { Circuit, CircuitBench } from './circuits.js';

/** Waits at which nodes are looked at, µs. */
const WAITS_us = [1, 4, 8, 12, 18, 25, 35, 50];
const REPEATS = 6;
/** What is left of a step must be this many times its noise to count. */
const SEEN = 6;

/** How fast nodes settle. */
export interface SettleTime {
  /** Time constant of the slowest node that was caught moving, s; null where all had settled before they were first read. */
  readonly timeConstant_s: number | null;
  /** One standard deviation, s. */
  readonly sigma_s: number | null;
  /** Until a step of the whole input range is within half a step of the converter, s. */
  readonly settled_s: number | null;
}

/**
 * How fast nodes settle: inputs go from one end to the other, nodes are read after ever longer waits, and what is left falls
 * exponentially. Nodes are read one after the other, so that only the first are caught moving.
 * @param wait sets how long the board waits before it reads, µs @param noise_V of one reading
 */
export async function measureSettleTime(
  bench: CircuitBench,
  profile: BoardProfile,
  wait: (settle_us: number) => Promise<void>,
  noise_V: number,
): Promise<SettleTime> {
  const nodes = profile.hidden + profile.outputs;
  const limit_mV = Math.round(1000 * profile.inputLimit_V);
  const ends = [limit_mV, -limit_mV].map((v) => ({ inputs_mV: new Array<number>(profile.inputs).fill(v) }));
  const { sources, hidden, nudgeLoad_S } = profile;
  // Sources of one sign: those of both cancel.
  const closed = Array.from({ length: profile.pots }, (_, e) => e).filter((e) => {
    const from = profile.from(e);
    const fromInput = from < sources - 2 && from % 2 === 0 && profile.to(e) < sources + hidden;
    return fromInput || (nudgeLoad_S === 0 && from >= sources);
  });
  const circuit: Circuit = {
    closed,
    taps: new Uint8Array(profile.pots).fill(profile.tapMax),
    drives: Array.from({ length: 2 * REPEATS }, (_, d) => ends[d % 2]),
  };
  /** What going from end to end leaves at each node, mean of both ways, V. */
  const after = async (settle_us: number): Promise<Float64Array> => {
    await wait(settle_us);
    bench.forgetConnections();
    const { readings_V } = await bench.observe(circuit);
    const swing = new Float64Array(nodes);
    // The first drive comes from rest, not from the other end.
    for (let d = 2; d < 2 * REPEATS; d++) {
      for (let n = 0; n < nodes; n++)
        swing[n] += ((d % 2 === 0 ? 1 : -1) * readings_V[d * nodes + n]) / (REPEATS - 1);
    }
    return swing;
  };
  try {
    const final = await after(10 * profile.settle_us);
    const left: Float64Array[] = [];
    for (const us of WAITS_us) left.push(await after(us));
    const noise = (2 * noise_V) / Math.sqrt(REPEATS - 1);
    let slowest: { tau: number; sigma: number } | undefined;
    for (let n = 0; n < nodes; n++) {
      const points = WAITS_us.map((us, i) => ({ t: us * 1e-6, by: Math.abs(final[n] - left[i][n]) })).filter(
        ({ by }) => by > SEEN * noise,
      );
      const found = decayOf(points, noise);
      if (found !== undefined && (slowest === undefined || found.tau > slowest.tau)) slowest = found;
    }
    if (slowest === undefined) return { timeConstant_s: null, sigma_s: null, settled_s: null };
    const halfStep_V = profile.reader.step_V / 2;
    return {
      timeConstant_s: slowest.tau,
      sigma_s: slowest.sigma,
      settled_s: slowest.tau * Math.log((2 * profile.inputLimit_V) / halfStep_V),
    };
  } finally {
    await wait(profile.settle_us);
    bench.forgetConnections();
  }
}

/** A straight line through ln(what is left), each point by its noise. */
function decayOf(
  points: readonly { t: number; by: number }[],
  noise: number,
): { tau: number; sigma: number } | undefined {
  if (points.length < 3) return undefined;
  let [w, wt, wy] = [0, 0, 0];
  for (const { t, by } of points) {
    const weight = (by / noise) ** 2;
    w += weight;
    wt += weight * t;
    wy += weight * Math.log(by);
  }
  const [mean, level] = [wt / w, wy / w];
  let [stt, sty] = [0, 0];
  for (const { t, by } of points) {
    const weight = (by / noise) ** 2;
    stt += weight * (t - mean) ** 2;
    sty += weight * (t - mean) * (Math.log(by) - level);
  }
  const slope = sty / stt;
  if (!(slope < 0)) return undefined;
  return { tau: -1 / slope, sigma: 1 / Math.sqrt(stt) / slope ** 2 };
}
