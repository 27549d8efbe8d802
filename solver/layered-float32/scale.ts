import type { LayeredNetwork } from '../../circuits/layered/index.js';

/**
 * What one of the published, dimensionless numbers is in SI. The kernel computes in published units, so that float32 sees
 * the same numbers whatever the network's units are.
 */
export interface Scale {
  readonly conductance_S: number;
  readonly voltage_V: number;
  readonly current_A: number;
  /** Of ∂C/∂g, V²/S, and of ∂C/∂b, V²/A. */
  readonly conductanceGradient: number;
  readonly biasGradient: number;
  /** A rate for conductances, S²/V², and for biases, A²/V². */
  readonly conductanceRate: number;
  readonly biasRate: number;
}

export function scaleOf(network: LayeredNetwork): Scale {
  const { conductance_S, voltage_V } = network.units;
  return {
    conductance_S,
    voltage_V,
    current_A: conductance_S * voltage_V,
    conductanceGradient: voltage_V ** 2 / conductance_S,
    biasGradient: voltage_V / conductance_S,
    conductanceRate: (conductance_S / voltage_V) ** 2,
    biasRate: conductance_S ** 2,
  };
}
