import type { Floats } from '../../devices/contract/index.js';
import type { LayeredParameters } from './parameters.js';

/** What the sources do to layer 1 in one minibatch; the same in every phase and every sweep. */
export interface SourceCurrents {
  readonly batch: number;
  /** Input signals [batch × inputs], V, before doubling and gain. */
  readonly inputs: Floats;
  /** Σ_i g_ij·v_i from the sources into each node of layer 1, A, [batch × n₁]. */
  readonly current: Float64Array;
  /** Largest Σ_i g_ij·|v_i| from the sources alone at each node, A, [batch × n₁]: the scale of a residual. */
  readonly magnitude: Float64Array;
}

/** Doubled inputs cancel in pairs: the current is A·x·(g_top − g_bottom), over the signals that are not 0. */
export function sourceCurrents(
  parameters: LayeredParameters,
  inputs: Floats,
  batch: number,
  withMagnitude: boolean,
): SourceCurrents {
  const { network, conductances } = parameters;
  const signals = network.inputs;
  const columns = network.layers[0];
  const g = conductances[0];
  const current = new Float64Array(batch * columns);
  const magnitude = new Float64Array(withMagnitude ? batch * columns : 0);
  for (let i = 0; i < signals; i++) {
    const top = i * columns;
    const bottom = (i + signals) * columns;
    for (let s = 0; s < batch; s++) {
      const v = network.inputGain * inputs[s * signals + i];
      if (v === 0) continue;
      const out = s * columns;
      for (let j = 0; j < columns; j++) current[out + j] += v * (g[top + j] - g[bottom + j]);
      if (!withMagnitude) continue;
      const size = Math.abs(v);
      for (let j = 0; j < columns; j++) magnitude[out + j] += size * (g[top + j] + g[bottom + j]);
    }
  }
  return { batch, inputs, current, magnitude };
}
