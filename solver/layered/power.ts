import type { LayeredParameters } from './parameters.js';
import type { SourceCurrents } from './sources.js';

/**
 * Power dissipated in the conductances of each sample, W: P = Σ_l Σ_ij g_ij (v_i − v_j)², expanded so that each matrix is read
 * once. Valid at any voltages, settled or not.
 */
export function dissipatedPower(
  parameters: LayeredParameters,
  sources: SourceCurrents,
  voltages: readonly Float64Array[],
): Float64Array {
  const { network, conductances } = parameters;
  const { batch, inputs } = sources;
  const power = new Float64Array(batch);
  for (const [l, size] of network.layers.entries()) {
    const g = conductances[l];
    const rows = g.length / size;
    const after = voltages[l];
    for (let i = 0; i < rows; i++) {
      const row = i * size;
      for (let s = 0; s < batch; s++) {
        const here =
          l === 0
            ? sourceVoltage(network.inputs, network.inputGain, inputs, s, i)
            : voltages[l - 1][s * rows + i];
        let sum = 0;
        for (let j = 0; j < size; j++) {
          const drop = here - after[s * size + j];
          sum += g[row + j] * drop * drop;
        }
        power[s] += sum;
      }
    }
  }
  return power;
}

/** E = ½ P − Σ b·v of each sample, W: the function of the free node voltages that the network minimises. */
export function energyOf(
  parameters: LayeredParameters,
  voltages: readonly Float64Array[],
  power_W: Float64Array,
): Float64Array {
  const batch = power_W.length;
  const energy = power_W.map((p) => p / 2);
  for (const [l, bias] of parameters.biases.entries()) {
    for (let s = 0; s < batch; s++) {
      for (let j = 0; j < bias.length; j++) energy[s] -= bias[j] * voltages[l][s * bias.length + j];
    }
  }
  return energy;
}

function sourceVoltage(
  signals: number,
  gain: number,
  inputs: ArrayLike<number>,
  sample: number,
  source: number,
): number {
  return source < signals
    ? gain * inputs[sample * signals + source]
    : -gain * inputs[sample * signals + source - signals];
}
