import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { digits, type Samples } from '../../learning/data/index.js';

/**
 * A classifier trained by minibatch descent on the cross-entropy, in the open so that it can be judged: linear without
 * hidden nodes, else with one layer of rectifiers. Returns the accuracy on unseen digits.
 */
function trainClassifier(
  train: Samples,
  test: Samples,
  { hidden, epochs, rate, momentum }: { hidden: number; epochs: number; rate: number; momentum: number },
): number {
  const init = new RandomStream(1, 'init');
  const sizes = hidden === 0 ? [train.features, train.classes] : [train.features, hidden, train.classes];
  const layers = sizes.slice(1).map((outputs, l) => {
    const inputs = sizes[l];
    const scale = hidden === 0 ? 0 : Math.sqrt(2 / inputs);
    const weights = Float32Array.from({ length: outputs * inputs }, () => scale * init.normal());
    const zeros = () => ({ weights: new Float32Array(outputs * inputs), biases: new Float32Array(outputs) });
    return { inputs, outputs, weights, biases: new Float32Array(outputs), slope: zeros(), speed: zeros() };
  });
  const states = sizes.map((size) => new Float32Array(size));
  const errors = sizes.map((size) => new Float32Array(size));
  const output = states[states.length - 1];

  const forward = (samples: Samples, index: number): number => {
    for (let f = 0; f < samples.features; f++)
      states[0][f] = samples.values[index * samples.features + f] / 255;
    layers.forEach(({ inputs, outputs, weights, biases }, l) => {
      for (let o = 0; o < outputs; o++) {
        let sum = biases[o];
        for (let i = 0; i < inputs; i++) sum += weights[o * inputs + i] * states[l][i];
        states[l + 1][o] = l + 1 < layers.length ? Math.max(0, sum) : sum;
      }
    });
    return output.indexOf(Math.max(...output));
  };

  const backward = (label: number) => {
    const top = Math.max(...output);
    const total = output.reduce((sum, z) => sum + Math.exp(z - top), 0);
    errors[layers.length].set(output.map((z, k) => Math.exp(z - top) / total - (k === label ? 1 : 0)));
    for (let l = layers.length - 1; l >= 0; l--) {
      const { inputs, outputs, weights, slope } = layers[l];
      errors[l].fill(0);
      for (let o = 0; o < outputs; o++) {
        const error = errors[l + 1][o];
        if (error === 0) continue;
        slope.biases[o] += error;
        for (let i = 0; i < inputs; i++) {
          slope.weights[o * inputs + i] += error * states[l][i];
          // what is wrong with pixels is of no use
          if (l > 0 && states[l][i] > 0) errors[l][i] += error * weights[o * inputs + i];
        }
      }
    }
  };

  const batch = 20;
  const shuffle = new RandomStream(1, 'shuffle');
  for (let epoch = 0; epoch < epochs; epoch++) {
    const pace = (rate * 0.5 * (1 + Math.cos((Math.PI * epoch) / epochs))) / batch;
    shuffle
      .at(epoch)
      .permutation(train.count)
      .forEach((index, n) => {
        forward(train, index);
        backward(train.labels[index]);
        if ((n + 1) % batch !== 0) return;
        for (const layer of layers) {
          for (const part of ['weights', 'biases'] as const) {
            for (let i = 0; i < layer[part].length; i++) {
              layer.speed[part][i] = momentum * layer.speed[part][i] + layer.slope[part][i];
              layer[part][i] -= pace * layer.speed[part][i];
            }
            layer.slope[part].fill(0);
          }
        }
      });
  }
  let right = 0;
  for (let index = 0; index < test.count; index++) {
    if (forward(test, index) === test.labels[index]) right++;
  }
  return right / test.count;
}

function imageOf(samples: Samples, index: number): Uint8Array {
  return samples.values.slice(index * samples.features, (index + 1) * samples.features) as Uint8Array;
}

describe('digits', () => {
  it('are images of bytes, ten classes, with test digits of their own', () => {
    const data = digits({ seed: 1 });
    expect([data.train.count, data.test.count, data.features]).toEqual([10_000, 2_000, 256]);
    expect(data.imageShape).toEqual([16, 16]);
    expect(data.featureRange).toEqual([0, 255]);
    expect(data.train.values).toBeInstanceOf(Uint8Array);
    const seen = new Set(Array.from({ length: data.train.count }, (_, i) => imageOf(data.train, i).join()));
    expect(seen.size).toBe(10_000);
    for (let i = 0; i < data.test.count; i++) expect(seen.has(imageOf(data.test, i).join())).toBe(false);
  });

  it('come out the same for a seed, and a smaller set is the beginning of a larger one', () => {
    const all = digits({ seed: 7, train: 200, test: 30 });
    expect(digits({ seed: 7, train: 200, test: 30 })).toEqual(all);
    const few = digits({ seed: 7, train: 37, test: 30 });
    expect(few.train.values).toEqual(all.train.values.slice(0, 37 * 256));
    expect(few.train.labels).toEqual(all.train.labels.slice(0, 37));
    expect(digits({ seed: 8, train: 200, test: 30 }).train.values).not.toEqual(all.train.values);
  });

  it('hold every class once in every ten', () => {
    const { train } = digits({ seed: 2, train: 500, test: 10 });
    for (let i = 0; i < 500; i += 10) {
      expect([...train.labels.slice(i, i + 10)].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });

  it('have ink in the middle and mostly paper at the rim', () => {
    const { train } = digits({ seed: 3, train: 500, test: 10 });
    const mean = (row: number, column: number) => {
      let sum = 0;
      for (let i = 0; i < 500; i++) sum += train.values[i * 256 + row * 16 + column];
      return sum / 500;
    };
    expect(mean(8, 8)).toBeGreaterThan(60);
    for (const corner of [mean(0, 0), mean(0, 15), mean(15, 0), mean(15, 15)]) expect(corner).toBeLessThan(8);
  });

  it('refuses no digits at all', () => {
    expect(() => digits({ seed: 1, train: 0 })).toThrow(/training digits: got 0/);
    expect(() => digits({ seed: 1, test: 1.5 })).toThrow(/test digits: got 1.5/);
  });

  it('are beyond a linear classifier, at most 92 % of unseen ones, but not beyond one hidden layer', () => {
    const { train, test } = digits({ seed: 1 });
    const linear = trainClassifier(train, test, { hidden: 0, epochs: 12, rate: 0.2, momentum: 0.9 });
    expect(linear).toBeLessThanOrEqual(0.92);
    expect(linear).toBeGreaterThan(0.8);
    const one = trainClassifier(train, test, { hidden: 32, epochs: 3, rate: 0.3, momentum: 0 });
    expect(one).toBeGreaterThan(0.96);
  });
});
