import { drawConductances, type LayeredNetwork, nodesBefore } from '../../circuits/layered/index.js';
import type { ParameterGroup, ParameterValues } from '../../devices/contract/index.js';
import { layerGroups, type NamedArrays } from './layer-groups.js';

/** The programmable part of a layered network, float64, SI. */
export class LayeredParameters {
  /** Conductances into layer l, S, row-major [nodes before × nodes of layer l]. */
  readonly conductances: Float64Array[];
  /** Bias currents into layer l, A, [nodes of layer l]. */
  readonly biases: Float64Array[];
  /** Σg at each node of layer l, S: conductances into the layer and out of it. */
  readonly nodeConductances_S: Float64Array[];
  /** Counts every change, so that an equilibrium knows whether it is still one of this network. */
  version = 0;

  constructor(readonly network: LayeredNetwork) {
    const { inputs, layers } = network;
    this.conductances = layers.map((size, l) => new Float64Array(nodesBefore(inputs, layers, l) * size));
    this.biases = layers.map((size) => new Float64Array(size));
    this.nodeConductances_S = layers.map((size) => new Float64Array(size));
  }

  /** Random conductances and no bias currents. */
  draw(seed: number): void {
    for (const [l, g] of this.conductances.entries()) drawConductances(this.network, l, seed, g);
    for (const b of this.biases) b.fill(0);
    this.changed();
  }

  /** Of conductances and currents read from a device, `g1`, `b1`, … as in `parameterGroups`. */
  static of(network: LayeredNetwork, values: ParameterValues): LayeredParameters {
    const parameters = new LayeredParameters(network);
    for (const l of network.layers.keys()) {
      parameters.conductances[l].set(values[`g${l + 1}`]);
      parameters.biases[l].set(values[`b${l + 1}`]);
    }
    parameters.changed();
    return parameters;
  }

  /** Every group by name, the arrays themselves. */
  groups(): NamedArrays {
    return layerGroups('g', this.conductances, this.biases);
  }

  /** To be called after conductances were written: updates the node conductances. */
  changed(): void {
    this.version++;
    for (const d of this.nodeConductances_S) d.fill(0);
    for (const [l, g] of this.conductances.entries()) {
      const into = this.nodeConductances_S[l];
      const outOf = l > 0 ? this.nodeConductances_S[l - 1] : undefined;
      const columns = into.length;
      const rows = g.length / columns;
      for (let i = 0; i < rows; i++) {
        let rowSum = 0;
        const row = i * columns;
        for (let j = 0; j < columns; j++) {
          const value = g[row + j];
          into[j] += value;
          rowSum += value;
        }
        if (outOf !== undefined) outOf[i] += rowSum;
      }
    }
  }
}

/** The groups `g1`, `b1`, `g2`, … of a layered network, as its devices announce them. */
export function parameterGroups(network: LayeredNetwork): ParameterGroup[] {
  return network.layers.flatMap((size, l): ParameterGroup[] => [
    {
      name: `g${l + 1}`,
      role: 'conductance',
      shape: [nodesBefore(network.inputs, network.layers, l), size],
      between: [l, l + 1],
      unit: 'S',
      min: network.windows[l].g_min_S,
      max: network.windows[l].g_max_S,
    },
    {
      name: `b${l + 1}`,
      role: 'bias',
      shape: [1, size],
      unit: 'A',
      min: Number.NEGATIVE_INFINITY,
      max: Number.POSITIVE_INFINITY,
    },
  ]);
}
