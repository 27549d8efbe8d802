import { RandomStream } from '../../core/index.js';
import type { Floats } from '../../devices/contract/index.js';
import { type HopfieldNetwork, unitsBefore } from './hopfield-network.js';

/**
 * Fills `out` [units before × units of layer l] with U(−a, a), a = √(6 / (units before + units of the layer))
 * (Glorot & Bengio, AISTATS 2010, eq. 16), as the founding paper does.
 */
export function drawWeights(network: HopfieldNetwork, l: number, seed: number, out: Floats): void {
  const bound = Math.sqrt(6 / (unitsBefore(network, l) + network.layers[l]));
  const stream = new RandomStream(seed, 'init').at(l + 1);
  for (let e = 0; e < out.length; e++) out[e] = stream.between(-bound, bound);
}
