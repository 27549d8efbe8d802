import { runError } from '../../core/index.js';
import type { Floats, ParameterValues } from '../../devices/contract/index.js';
import { adjointSamples } from './adjoint-samples.js';
import { restOf } from './hidden-diodes.js';
import { zerosLike } from './layer-groups.js';
import { LinearSystem } from './linear-system.js';
import type { LayeredParameters } from './parameters.js';

/**
 * Gradient of a cost C (batch mean) at the free equilibrium, by implicit differentiation: with the
 * matrix M of the nodes whose diode does not conduct, M·λ = ∂C/∂v, and then
 *   ∂C/∂g_ij = −(λ_i − λ_j)(v_i − v_j),   ∂C/∂b_j = λ_j,   λ = 0 at sources and held nodes.
 * This is what EqProp estimates, in the limit β → 0.
 * @param voltages the settled free phase, [batch × n_l] a layer, V
 * @param costSlope ∂C/∂v of each sample's own cost, [batch × outputs]: v − y for ½‖v − y‖²
 * @param sweeps relax λ by so many sweeps over odd and even layers from 0, instead of solving for it
 */
export function exactGradient(
  parameters: LayeredParameters,
  inputs: Floats,
  voltages: readonly Float64Array[],
  costSlope: Floats,
  sweeps?: number,
): ParameterValues {
  const { network } = parameters;
  const gradients = zerosLike(parameters.groups());
  for (const { sample: s, states: v, slope } of adjointSamples(network.layers, voltages, costSlope)) {
    const conducts = (value: number, l: number, j: number) => {
      const { low, high } = restOf(network, l, j);
      return value <= low || value >= high;
    };
    const isIdeal = network.diode.on_S === Number.POSITIVE_INFINITY;
    const free = v.map((layer, l) =>
      Uint8Array.from(layer, (value, j) => (isIdeal && conducts(value, l, j) ? 0 : 1)),
    );
    // A diode that conducts through its resistance is one more conductance at its node.
    const nodeConductances_S = isIdeal
      ? parameters.nodeConductances_S
      : parameters.nodeConductances_S.map((layer, l) =>
          layer.map((g, j) => (conducts(v[l][j], l, j) ? g + network.diode.on_S : g)),
        );
    const system = new LinearSystem(
      { network, conductances: parameters.conductances, nodeConductances_S },
      free,
    );
    const sensitivity = sweeps === undefined ? solved(system, slope, s) : system.relax(slope, sweeps);
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

function solved(system: LinearSystem, slope: readonly Float64Array[], sample: number): Float64Array[] {
  const { x, settled, residual } = system.solve(slope);
  if (settled) return x;
  throw runError(
    'gradient.not-settled',
    `exact gradient: the linear system of sample ${sample} stopped at a relative residual of ${residual}; its conductances differ too widely for float64`,
  );
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
