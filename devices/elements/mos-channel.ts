/** Numbers of one channel: polarity, KP·W/L [A/V²], built-in voltage of an n-channel [V], GAMMA [√V], LAMBDA [1/V], surface potential [V]. */
export const CHANNEL_NUMBERS = 6;

/**
 * The square-law channels of many level-1 transistors (Shichman & Hodges 1968), symmetric in drain and source.
 * @param voltages_V gate, drain and bulk against the source, `[count × 3]`
 * @param numbers `MosLevel1.channelNumbers` of each, `[count × 6]`
 * @param currents_A from drain to source, positive in an n-channel that conducts forwards
 * @param slopes_S by the three voltages, `[count × 3]`
 */
export function channels(
  count: number,
  voltages_V: Float64Array,
  numbers: Float64Array,
  currents_A: Float64Array,
  slopes_S: Float64Array,
): void {
  for (let n = 0, i = 0, j = 0; n < count; n++, i += 3, j += CHANNEL_NUMBERS) {
    const sign = numbers[j];
    const gate = sign * voltages_V[i];
    const drain = sign * voltages_V[i + 1];
    const bulk = sign * voltages_V[i + 2];
    if (drain >= 0) {
      currents_A[n] = sign * forward(gate, drain, bulk, numbers, j, slopes_S, i);
      continue;
    }
    // Drain and source change places: what is against the source is then against the drain.
    currents_A[n] = -sign * forward(gate - drain, -drain, bulk - drain, numbers, j, slopes_S, i);
    slopes_S[i + 1] = slopes_S[i + 1] + slopes_S[i] + slopes_S[i + 2];
    slopes_S[i] = -slopes_S[i];
    slopes_S[i + 2] = -slopes_S[i + 2];
  }
}

/** An n-channel whose drain is not below its source. @returns its current, A */
function forward(
  vgs: number,
  vds: number,
  vbs: number,
  numbers: Float64Array,
  j: number,
  slopes_S: Float64Array,
  i: number,
): number {
  const beta = numbers[j + 1];
  const gamma = numbers[j + 3];
  const lambda = numbers[j + 4];
  const surface_V = numbers[j + 5];
  const root = bodyRoot(vbs, surface_V);
  const overdrive = vgs - (numbers[j + 2] + gamma * root);
  if (overdrive <= 0) {
    slopes_S[i] = slopes_S[i + 1] = slopes_S[i + 2] = 0;
    return 0;
  }
  // The root's own slope: SPICE3 takes another above 0 V, which changes no answer.
  const body = root <= 0 ? 0 : gamma / (2 * (vbs <= 0 ? root : Math.sqrt(surface_V)));
  const lengthened = beta * (1 + lambda * vds);
  const saturated = overdrive <= vds;
  const gate_S = lengthened * (saturated ? overdrive : vds);
  slopes_S[i] = gate_S;
  slopes_S[i + 2] = gate_S * body;
  if (saturated) {
    slopes_S[i + 1] = lambda * beta * overdrive * overdrive * 0.5;
    return lengthened * overdrive * overdrive * 0.5;
  }
  slopes_S[i + 1] = lengthened * (overdrive - vds) + lambda * beta * vds * (overdrive - 0.5 * vds);
  return lengthened * vds * (overdrive - 0.5 * vds);
}

/** The channel at one bias: drain to source, positive in an n-channel that conducts forwards. */
export interface ChannelPoint {
  current_A: number;
  /** Slopes by the voltages of gate, drain and bulk to the source, S. */
  gate_S: number;
  drain_S: number;
  bulk_S: number;
}

/** A point for `MosLevel1.evaluate` to fill, all 0. */
export function channelPoint(): ChannelPoint {
  return { current_A: 0, gate_S: 0, drain_S: 0, bulk_S: 0 };
}

/** √(surface potential − body bias), and its tangent where the bulk is forward biased. */
export function bodyRoot(vbs: number, surface_V: number): number {
  if (vbs <= 0) return Math.sqrt(surface_V - vbs);
  const root = Math.sqrt(surface_V);
  return Math.max(0, root - vbs / (2 * root));
}
