import type { LayeredNetwork } from '../../circuits/layered/index.js';
import type { LocalContrast } from '../../devices/cells/index.js';
import type { PhasePair } from './local-rule.js';

/** What the two phases tell the conductances into layer l. */
export function localContrast(network: LayeredNetwork, pair: PhasePair, l: number): LocalContrast {
  const { batch } = pair;
  const after = differenceAndMean(pair.first[l], pair.second[l]);
  const factor = 1 / (batch * pair.betaSpan);
  if (l > 0) {
    const before = differenceAndMean(pair.first[l - 1], pair.second[l - 1]);
    return {
      batch,
      factor,
      deltaBefore: before.difference,
      meanBefore: before.mean,
      deltaAfter: after.difference,
      meanAfter: after.mean,
    };
  }
  const sources = new Float64Array(batch * 2 * network.inputs);
  fillSources(pair.inputs, network.inputs, network.inputGain, sources);
  return { batch, factor, meanBefore: sources, deltaAfter: after.difference, meanAfter: after.mean };
}

/** Voltages of the sources [batch × 2·signals]: +gain·x of every signal, then −gain·x. */
export function fillSources(
  inputs: ArrayLike<number>,
  signals: number,
  gain: number,
  sources: Float64Array | Float32Array,
): void {
  for (let s = 0; s < sources.length / (2 * signals); s++) {
    for (let i = 0; i < signals; i++) {
      const v = gain * inputs[s * signals + i];
      sources[2 * s * signals + i] = v;
      sources[(2 * s + 1) * signals + i] = -v;
    }
  }
}

function differenceAndMean(
  first: Float64Array,
  second: Float64Array,
): { difference: Float64Array; mean: Float64Array } {
  return {
    difference: second.map((v, e) => v - first[e]),
    mean: second.map((v, e) => 0.5 * (v + first[e])),
  };
}
