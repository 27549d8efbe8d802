import { inputError } from '../../core/index.js';
import { checkLayers } from '../layered/index.js';

/** What a unit makes of its field, by name. */
export const activationNames = ['hard-sigmoid', 'bounded-relu', 'sigmoid', 'tanh'] as const;

/** The name of an activation. */
export type ActivationName = (typeof activationNames)[number];

/**
 * The activation ρ of all units that settle: hard sigmoid clip(x, 0, 1), bounded ReLU clip(x, 0, bound), sigmoid
 * 1/(1 + e^(−4(x − ½))), tanh x. The sigmoid is the hard one's smooth twin: 0 to 1, steepest, by 1, at ½.
 */
export interface HopfieldActivation {
  readonly kind: ActivationName;
  /** Of the bounded ReLU: the highest state. */
  readonly bound?: number;
}

/**
 * A layered network of leaky integrators with symmetric weights (Scellier & Bengio 2017, Front. Comput. Neurosci. 11:24).
 * The input x ∈ [0, 1] is clamped; every unit of a layer is joined to every unit of the next, both ways by one weight.
 * States are kept in [0, 1], where the paper's hard sigmoid ρ(s) = clip(s, 0, 1) is the identity:
 *   E(s) = ½ Σ s_i² − Σ_l s^(l−1)·W^l·s^l − Σ b_i s_i,    ds/dt = −∂E/∂s − β ∂C/∂s,    C = ½‖s_out − y‖².
 * Another activation ρ puts Σ ∫ρ⁻¹(s) ds in the place of ½ Σ s² (Hopfield 1984, PNAS 81:3088, eq. 5), so that units rest at
 * s = ρ(W·s + b). Dimensionless.
 */
export interface HopfieldNetwork {
  readonly inputs: number;
  /** Units of each layer that settles: hidden …, output. */
  readonly layers: readonly number[];
  readonly activation: Required<HopfieldActivation>;
}

/** Units of a Hopfield network: its inputs, each hidden layer from the input on, and its outputs. All whole numbers ≥ 1. */
export interface HopfieldNetworkOptions {
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
  /** The hard sigmoid when left out. */
  readonly activation?: HopfieldActivation;
}

/** The highest state of a bounded ReLU where nothing is said: that of ReLU6. */
const RELU_BOUND = 6;

/** Checks the options and describes the network. Throws `network.size`, `network.activation`, exit code 2. */
export function hopfieldNetwork(options: HopfieldNetworkOptions): HopfieldNetwork {
  const { inputs, hidden, outputs, activation = { kind: 'hard-sigmoid' } } = options;
  const layers = [...hidden, outputs];
  checkLayers(inputs, layers, 'units');
  const { kind, bound = kind === 'bounded-relu' ? RELU_BOUND : 1 } = activation;
  if (!(bound > 0 && Number.isFinite(bound))) {
    throw inputError('network.activation', `activation ${kind}: needs a bound above 0, got ${bound}`);
  }
  return { inputs, layers, activation: { kind, bound } };
}

/** Units that feed layer l: the inputs for the first, the layer before for the others. */
export function unitsBefore(network: HopfieldNetwork, l: number): number {
  return l === 0 ? network.inputs : network.layers[l - 1];
}

/** For people: `784-500-10`, and the activation where it is not the hard sigmoid. */
export function describeHopfield({ inputs, layers, activation: { kind, bound } }: HopfieldNetwork): string {
  const sizes = [inputs, ...layers].join('-');
  if (kind === 'hard-sigmoid') return sizes;
  return `${sizes}, ${kind === 'bounded-relu' ? `ReLU up to ${bound}` : kind}`;
}
