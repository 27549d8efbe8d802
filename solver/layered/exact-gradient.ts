import { runError } from '../../core/index.js';
import type { Floats, Parameters } from '../../devices/contract/index.js';
import { LinearSystem } from './linear-system.js';
import type { LayeredParameters } from './parameters.js';

/**
 * Gradient of the cost C = ½‖v_out − y‖² (batch mean, V²) at the free equilibrium, by implicit differentiation: with the
 * matrix M of the nodes whose diode does not conduct, M·λ = ∂C/∂v, and then
 *   ∂C/∂g_ij = −(λ_i − λ_j)(v_i − v_j),   ∂C/∂b_j = λ_j,   λ = 0 at sources and held nodes.
 * This is what EqProp estimates, in the limit β → 0.
 * @param voltages the settled free phase, [batch × n_l] a layer, V
 */
export function exactGradient(
  parameters: LayeredParameters,
  inputs: Floats,
  voltages: readonly Float64Array[],
  targets: Floats,
): Parameters {
  const { network } = parameters;
  const sizes = network.layers;
  const last = sizes.length - 1;
  const batch = targets.length / sizes[last];
  const gradients: Record<string, Float64Array> = {};
  for (const [l, size] of sizes.entries()) {
    gradients[`g${l + 1}`] = new Float64Array(parameters.conductances[l].length);
    gradients[`b${l + 1}`] = new Float64Array(size);
  }
  for (let s = 0; s < batch; s++) {
    const v = voltages.map((layer, l) => layer.subarray(s * sizes[l], (s + 1) * sizes[l]));
    const free = v.map((layer, l) => Uint8Array.from(layer, (value) => (l === last || value !== 0 ? 1 : 0)));
    const slope = sizes.map((size) => new Float64Array(size));
    for (let k = 0; k < sizes[last]; k++)
      slope[last][k] = (v[last][k] - targets[s * sizes[last] + k]) / batch;
    const { x: sensitivity, settled, residual } = new LinearSystem(parameters, free).solve(slope);
    if (!settled) {
      throw runError(
        'gradient.not-settled',
        `exact gradient: the linear system of sample ${s} stopped at a relative residual of ${residual}; its conductances differ too widely for float64`,
      );
    }
    addSample(
      parameters,
      inputs.subarray(s * network.inputs, (s + 1) * network.inputs),
      v,
      sensitivity,
      gradients,
    );
  }
  return gradients;
}

function addSample(
  parameters: LayeredParameters,
  inputs: Floats,
  v: readonly Float64Array[],
  sensitivity: readonly Float64Array[],
  gradients: Record<string, Float64Array>,
): void {
  const { network } = parameters;
  for (const [l, size] of network.layers.entries()) {
    const gradient = gradients[`g${l + 1}`];
    const bias = gradients[`b${l + 1}`];
    for (let j = 0; j < size; j++) bias[j] += sensitivity[l][j];
    const rows = gradient.length / size;
    for (let i = 0; i < rows; i++) {
      const signal = i % network.inputs;
      const source = (i < network.inputs ? 1 : -1) * network.inputGain * inputs[signal];
      const before = l === 0 ? source : v[l - 1][i];
      const beforeSensitivity = l === 0 ? 0 : sensitivity[l - 1][i];
      const row = i * size;
      for (let j = 0; j < size; j++) {
        gradient[row + j] -= (beforeSensitivity - sensitivity[l][j]) * (before - v[l][j]);
      }
    }
  }
}
