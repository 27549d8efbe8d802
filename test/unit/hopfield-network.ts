import { type HopfieldNetwork, hopfieldNetwork, unitsBefore } from '../../circuits/hopfield/index.js';
import { RandomStream } from '../../core/index.js';

/** A small random network with its weights and a batch to drive it with. */
export function randomHopfield(options: {
  seed: number;
  inputs?: number;
  hidden?: readonly number[];
  outputs?: number;
  batch?: number;
  scale?: number;
}) {
  const { seed, inputs = 9, hidden = [12], outputs = 4, batch = 3, scale = 1 } = options;
  const network = hopfieldNetwork({ inputs, hidden, outputs });
  const stream = new RandomStream(seed, 'test');
  const draw = (length: number, low: number, high: number) =>
    Float64Array.from({ length }, () => stream.between(low, high));
  const parameters = Object.fromEntries(
    network.layers.flatMap((size, l): [string, Float64Array][] => {
      const before = unitsBefore(network, l);
      const bound = scale * Math.sqrt(6 / (before + size));
      return [
        [`w${l + 1}`, draw(before * size, -bound, bound)],
        [`b${l + 1}`, draw(size, 0.2, 0.5)],
      ];
    }),
  );
  const values = draw(batch * inputs, 0, 1);
  const targets = draw(batch * outputs, 0, 1).map((value) => (value > 0.5 ? 1 : 0));
  return { network, parameters, batch, inputs: values, targets, draw };
}

/** Fixed point by plain long Euler steps, one sample after the other, written out as in the paper. */
export function longEuler(
  network: HopfieldNetwork,
  parameters: Readonly<Record<string, Float64Array>>,
  input: Float64Array,
  nudge: { beta: number; target: Float64Array },
  steps = 6000,
  epsilon = 0.2,
): number[][] {
  const { layers } = network;
  const states = layers.map((size) => new Array<number>(size).fill(0));
  for (let step = 0; step < steps; step++) {
    const all = [[...input], ...states];
    const force = layers.map((size, l) =>
      Array.from({ length: size }, (_, j) => {
        let sum = parameters[`b${l + 1}`][j] - states[l][j];
        for (let i = 0; i < all[l].length; i++) sum += parameters[`w${l + 1}`][i * size + j] * all[l][i];
        const after = layers[l + 1] ?? 0;
        for (let k = 0; k < after; k++) sum += parameters[`w${l + 2}`][j * after + k] * all[l + 2][k];
        if (l === layers.length - 1) sum += nudge.beta * (nudge.target[j] - states[l][j]);
        return sum;
      }),
    );
    for (const [l, f] of force.entries()) {
      for (let j = 0; j < f.length; j++) {
        states[l][j] = Math.min(1, Math.max(0, states[l][j] + epsilon * f[j]));
      }
    }
  }
  return states;
}
