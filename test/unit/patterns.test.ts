import { describe, expect, it } from 'vitest';
import { hopfieldNetwork } from '../../circuits/hopfield/index.js';
import { RandomStream } from '../../core/index.js';
import { Coder, type DataSet, type Samples, Trainer } from '../../learning/index.js';
import { exactUpdates, HopfieldDevice } from '../../solver/hopfield/index.js';

// Patterns as targets: a network without a hidden layer stores four 16-bit patterns, and gives them back of what is near.

const BITS = 16;
const stream = new RandomStream(3, 'patterns');
const patterns = Array.from({ length: 4 }, (_, k) =>
  Uint8Array.from({ length: BITS }, (_, f) => (k === 0 ? (f < 8 ? 1 : 0) : stream.uniform() < 0.5 ? 0 : 1)),
);
const flipped = (pattern: Uint8Array, ...bits: number[]) =>
  pattern.map((bit, f) => (bits.includes(f) ? 1 - bit : bit));

function samplesOf(rows: readonly (readonly [Uint8Array, label: number])[]): Samples {
  const values = new Uint8Array(rows.length * BITS);
  for (const [s, [row]] of rows.entries()) values.set(row, s * BITS);
  const labels = Uint8Array.from(rows, ([, label]) => label);
  return { count: rows.length, features: BITS, classes: patterns.length, values, labels };
}

const pairs = Array.from({ length: BITS }, (_, b) => Array.from({ length: b }, (_, a) => [a, b])).flat();
const dataSet: DataSet = {
  name: 'patterns',
  features: BITS,
  classes: patterns.length,
  classNames: ['a', 'b', 'c', 'd'],
  featureRange: [0, 1],
  train: samplesOf(
    patterns.flatMap((p, k) => [
      [p, k] as const,
      ...pairs.filter((_, n) => n % 2 === 0).map((b) => [flipped(p, ...b), k] as const),
    ]),
  ),
  test: samplesOf(
    patterns.flatMap((p, k) =>
      pairs.filter((_, n) => n % 2 === 1).map((bits) => [flipped(p, ...bits), k] as const),
    ),
  ),
  sources: [],
};

function coderOf(device: HopfieldDevice, data = dataSet) {
  return new Coder(data, device.info, {
    ...device.info.coding,
    target: { kind: 'pattern', off: 0, on: 1 },
    readOut: 'pattern',
  });
}

describe('pattern targets', () => {
  const network = hopfieldNetwork({ inputs: BITS, hidden: [], outputs: BITS });

  it('are what training samples of a class show, one output a feature', () => {
    const device = new HopfieldDevice(network, { seed: 1, relaxation: exactUpdates });
    const only = { ...dataSet, train: samplesOf(patterns.map((p, k) => [p, k])) };
    const coder = coderOf(device, only);
    expect([...coder.firstBatch(only.train, 4).targets]).toEqual(patterns.flatMap((p) => [...p]));
    const near = Float64Array.from(flipped(patterns[2], 3), (bit) => 0.9 * bit);
    expect(coder.classOf(near, 0)).toBe(2);
    expect(coder.outputNames).toHaveLength(BITS);
    const without = { ...only, train: samplesOf([[patterns[0], 0]]) };
    expect(() => coderOf(device, without)).toThrow(/none shows b/);
  });

  it('are recalled of two flipped bits that were never shown', async () => {
    const device = new HopfieldDevice(network, { seed: 1, relaxation: exactUpdates });
    const trainer = new Trainer({
      device,
      dataSet,
      coder: coderOf(device),
      seed: 1,
      epochs: 15,
      batch: 8,
      estimator: 'centered',
      nudge: 'current-held',
      beta: 0.2,
      rates: { w1: 0.1, b1: 0.1 },
    });
    const before = (await trainer.evaluateOn('test')).error;
    let error = 1;
    for await (const event of trainer.run()) if (event.type === 'epoch') error = event.record.testError;
    expect(before).toBeGreaterThan(0.4);
    expect(error).toBeLessThan(0.03);
  });
});
