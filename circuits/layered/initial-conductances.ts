import { RandomStream } from '../../core/index.js';
import type { Floats } from '../../devices/contract/index.js';
import { type LayeredNetwork, nodesBefore } from './layered-network.js';

/**
 * Fills `out` [nodes before × nodes of layer l], S, as the published code does (arXiv 2402.11674):
 * g = max(0, U(−1/√n, 1/√n)) with n nodes before, so that half of them are open, then moved into the window.
 */
export function drawConductances(network: LayeredNetwork, l: number, seed: number, out: Floats): void {
  const window = network.windows[l];
  const bound = network.units.conductance_S / Math.sqrt(nodesBefore(network.inputs, network.layers, l));
  const stream = new RandomStream(seed, 'init').at(l + 1);
  for (let e = 0; e < out.length; e++) {
    const drawn = Math.max(0, stream.between(-bound, bound));
    out[e] = Math.min(window.g_max_S, Math.max(window.g_min_S, drawn));
  }
}
