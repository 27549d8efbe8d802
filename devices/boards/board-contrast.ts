import type { BoardExamples } from './operations.js';
import type { BoardProfile, BoardUse } from './profile.js';
import { contrast } from './tap-rule.js';

/**
 * Potentials of every pot's terminals in 1/8 mV for one example: sources at their programmed values, nodes as they were read.
 * `out` is [sources + hidden + outputs].
 */
export function terminalPotentials(
  profile: BoardProfile,
  use: BoardUse,
  examples: BoardExamples,
  example: number,
  readings: Int16Array,
  out: Int32Array,
): void {
  out.fill(0);
  for (let i = 0; i < use.inputs; i++) {
    const value = 8 * examples.inputs_mV[example * use.inputs + i];
    out[2 * i] = value;
    out[2 * i + 1] = -value;
  }
  const bias = 8 * Math.round(profile.bias_V * 1000);
  out[profile.sources - 2] = bias;
  out[profile.sources - 1] = -bias;
  const nodes = profile.hidden + use.outputs;
  for (let n = 0; n < nodes; n++) out[profile.sources + n] = readings[example * nodes + n];
}

/** Sum over a batch of the contrast of every pot in use, 4e-6 V²; what the firmware accumulates. [pots] */
export function accumulateContrast(
  profile: BoardProfile,
  use: BoardUse,
  pots: ArrayLike<number>,
  examples: BoardExamples,
  first: Int16Array,
  second: Int16Array,
  sums: Int32Array,
): void {
  const terminals = profile.sources + profile.hidden + profile.outputs;
  const a = new Int32Array(terminals);
  const b = new Int32Array(terminals);
  for (let s = 0; s < examples.count; s++) {
    terminalPotentials(profile, use, examples, s, first, a);
    terminalPotentials(profile, use, examples, s, second, b);
    for (let p = 0; p < pots.length; p++) {
      const e = pots[p];
      const from = profile.from(e);
      const to = profile.to(e);
      sums[e] += contrast(a[from] - a[to], b[from] - b[to]);
    }
  }
}
