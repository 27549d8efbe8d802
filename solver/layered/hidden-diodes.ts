import { excitatoryNodes, type LayeredNetwork } from '../../circuits/layered/index.js';
import type { Floats } from '../../devices/contract/index.js';

/** Between which voltages the diode of a hidden node lets it be without conducting, V; of an output without bounds. */
export function restOf(
  { layers, diode: { threshold_V } }: Pick<LayeredNetwork, 'layers' | 'diode'>,
  l: number,
  j: number,
): { readonly low: number; readonly high: number } {
  if (l === layers.length - 1) return open;
  // 0 − 0 and not −0
  if (j < excitatoryNodes(layers[l])) return { low: 0 - threshold_V, high: Number.POSITIVE_INFINITY };
  return { low: Number.NEGATIVE_INFINITY, high: threshold_V };
}

const open = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };

/** How far a hidden node is beyond its diode's threshold, V, which only one with an on-resistance lets it be. */
function beyond(network: LayeredNetwork, l: number, j: number, v: number): number {
  const { low, high } = restOf(network, l, j);
  return Math.max(0, low - v, v - high);
}

/**
 * What the conducting diodes of each sample store, ½ g x², and take, g x (V_t + x), W; 0 of ideal ones, which are not reckoned with.
 * @param voltages layer l, [batch × n_l], V
 */
export function diodePower(
  network: LayeredNetwork,
  voltages: (l: number) => Floats,
  batch: number,
): { readonly stored_W: Float64Array; readonly taken_W: Float64Array } {
  const { layers, diode } = network;
  const stored_W = new Float64Array(batch);
  const taken_W = new Float64Array(batch);
  if (diode.on_S === Number.POSITIVE_INFINITY) return { stored_W, taken_W };
  for (const [l, size] of layers.slice(0, -1).entries()) {
    const v = voltages(l);
    for (let e = 0; e < v.length; e++) {
      const x = beyond(network, l, e % size, v[e]);
      const s = Math.floor(e / size);
      stored_W[s] += 0.5 * diode.on_S * x * x;
      taken_W[s] += diode.on_S * x * (diode.threshold_V + x);
    }
  }
  return { stored_W, taken_W };
}
