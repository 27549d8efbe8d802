import { drawWeights, type HopfieldNetwork, unitsBefore } from '../../circuits/hopfield/index.js';
import type { ParameterGroup, ParameterValues } from '../../devices/contract/index.js';
import { layerGroups, type NamedArrays } from '../layered/index.js';
import { type Activation, activationOf } from './activation.js';

/** The programmable part of a Hopfield network, float64, dimensionless. */
export class HopfieldParameters {
  /** Weights into layer l, row-major [units before × units of layer l]. */
  readonly weights: Float64Array[];
  /** Biases of layer l, [units of layer l]. */
  readonly biases: Float64Array[];
  /** Counts every change, so that an equilibrium knows whether it is still one of this network. */
  version = 0;
  readonly activation: Activation;

  constructor(readonly network: HopfieldNetwork) {
    this.activation = activationOf(network);
    this.weights = network.layers.map((size, l) => new Float64Array(unitsBefore(network, l) * size));
    this.biases = network.layers.map((size) => new Float64Array(size));
  }

  /** The groups of `parameters`, copied; those left out are 0. */
  static of(network: HopfieldNetwork, parameters: ParameterValues): HopfieldParameters {
    const held = new HopfieldParameters(network);
    for (const l of network.layers.keys()) {
      held.weights[l].set(parameters[`w${l + 1}`] ?? []);
      held.biases[l].set(parameters[`b${l + 1}`] ?? []);
    }
    return held;
  }

  /** Every group by name, the arrays themselves. */
  groups(): NamedArrays {
    return layerGroups('w', this.weights, this.biases);
  }

  /** Glorot weights from `seed`, no biases. */
  draw(seed: number): void {
    for (const [l, w] of this.weights.entries()) drawWeights(this.network, l, seed, w);
    for (const b of this.biases) b.fill(0);
    this.version++;
  }
}

/** The groups `w1`, `b1`, `w2`, … of a Hopfield network, as its devices announce them. */
export function hopfieldGroups(network: HopfieldNetwork): ParameterGroup[] {
  const open = { unit: '1', min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY } as const;
  return network.layers.flatMap((size, l): ParameterGroup[] => [
    {
      name: `w${l + 1}`,
      role: 'weight',
      shape: [unitsBefore(network, l), size],
      between: [l, l + 1],
      ...open,
    },
    { name: `b${l + 1}`, role: 'bias', shape: [1, size], ...open },
  ]);
}
