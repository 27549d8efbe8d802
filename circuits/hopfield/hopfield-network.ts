import { checkLayers } from '../layered/index.js';

/**
 * A layered network of leaky integrators with symmetric weights (Scellier & Bengio 2017, Front. Comput. Neurosci. 11:24).
 * The input x ∈ [0, 1] is clamped; every unit of a layer is joined to every unit of the next, both ways by one weight.
 * States are kept in [0, 1], where the paper's hard sigmoid ρ(s) = clip(s, 0, 1) is the identity:
 *   E(s) = ½ Σ s_i² − Σ_l s^(l−1)·W^l·s^l − Σ b_i s_i,    ds/dt = −∂E/∂s − β ∂C/∂s,    C = ½‖s_out − y‖².
 * Dimensionless.
 */
export interface HopfieldNetwork {
  readonly inputs: number;
  /** Units of each layer that settles: hidden …, output. */
  readonly layers: readonly number[];
}

/** Units of a Hopfield network: its inputs, each hidden layer from the input on, and its outputs. All whole numbers ≥ 1. */
export interface HopfieldNetworkOptions {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
}

/** Checks the options and describes the network. Throws `network.size`, exit code 2. */
export function hopfieldNetwork(options: HopfieldNetworkOptions): HopfieldNetwork {
  const { inputs, hidden, outputs } = options;
  const layers = [...hidden, outputs];
  checkLayers(inputs, layers, 'units');
  return { inputs, layers };
}

/** Units that feed layer l: the inputs for the first, the layer before for the others. */
export function unitsBefore(network: HopfieldNetwork, l: number): number {
  return l === 0 ? network.inputs : network.layers[l - 1];
}

/** For people: `784-500-10`. */
export function describeHopfield(network: HopfieldNetwork): string {
  return [network.inputs, ...network.layers].join('-');
}
