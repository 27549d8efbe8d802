import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { expectWithinLargest } from '../unit/closeness.js';

// Reference vectors computed independently in float64 (block coordinate descent to a relative change below 1e-13).

interface TinyCase {
  name: string;
  sizes: number[];
  gain: number;
  beta: number;
  batch: number;
  weights: number[][][];
  biases: number[][];
  inputs: number[][];
  labels: number[];
  free: number[][][];
  nudged_pos: number[][][];
  nudged_neg: number[][][];
  energy_free: number[];
  grad_centered_W: number[][][];
  grad_centered_b: number[][];
  grad_positive_W: number[][][];
  grad_positive_b: number[][];
  grad_negative_W: number[][][];
  grad_negative_b: number[][];
  grad_centered_beta1e4_W: number[][][];
  grad_centered_beta1e4_b: number[][];
}

const cases = JSON.parse(readFileSync(new URL('./drn/tiny.json', import.meta.url), 'utf8')).cases as TinyCase[];
const stop = { tolerance: 1e-15, outputChange: 1e-15, maxIterations: 2000 };
const betaSmall = 1e-4;

describe.each(cases)('$name against the reference vectors', (c) => {
  const outputs = c.sizes[c.sizes.length - 1];
  const network = layeredNetwork({
    inputs: c.sizes[0] / 2,
    hidden: c.sizes.slice(1, -1),
    outputs,
    inputGain: c.gain, units: { conductance_S: 1, voltage_V: 1 } });
  const inputs = Float64Array.from(c.inputs.flat());
  const targets = Float64Array.from(c.labels.flatMap((label) => Array.from({ length: outputs }, (_, k) => (k === label ? 1 : 0))));

  async function settled() {
    const device = new LayeredDevice(network, { seed: 1 });
    await device.writeParameters(
      Object.fromEntries(
        c.weights.flatMap((w, l) => [
          [`g${l + 1}`, Float64Array.from(w.flat())],
          [`b${l + 1}`, Float64Array.from(c.biases[l])],
        ]),
      ),
    );
    const free = await device.settle({ batch: c.batch, inputs }, { stop });
    const nudged = (beta: number) =>
      device.settle({ batch: c.batch, inputs, nudge: { kind: 'conductance', beta, targets } }, { from: free, stop });
    return { device, free, nudged };
  }

  it('settles to the same node voltages and energies', async () => {
    const { free, nudged } = await settled();
    const plus = await nudged(c.beta);
    const minus = await nudged(-c.beta);
    for (const l of c.free.keys()) {
      expectWithinLargest(free.layer(l), c.free[l].flat(), 1e-9);
      expectWithinLargest(plus.layer(l), c.nudged_pos[l].flat(), 1e-9);
      expectWithinLargest(minus.layer(l), c.nudged_neg[l].flat(), 1e-9);
    }
    expectWithinLargest(free.energy(), c.energy_free, 1e-9);
  });

  it('estimates the same gradients, centered, positive and negative', async () => {
    const { device, free, nudged } = await settled();
    const plus = await nudged(c.beta);
    const minus = await nudged(-c.beta);
    const centered = await device.gradient({ first: minus, second: plus });
    const positive = await device.gradient({ first: free, second: plus });
    const negative = await device.gradient({ first: minus, second: free });
    for (const l of c.weights.keys()) {
      expectWithinLargest(centered[`g${l + 1}`], c.grad_centered_W[l].flat(), 1e-9);
      expectWithinLargest(centered[`b${l + 1}`], c.grad_centered_b[l], 1e-9);
      expectWithinLargest(positive[`g${l + 1}`], c.grad_positive_W[l].flat(), 1e-9);
      expectWithinLargest(positive[`b${l + 1}`], c.grad_positive_b[l], 1e-9);
      expectWithinLargest(negative[`g${l + 1}`], c.grad_negative_W[l].flat(), 1e-9);
      expectWithinLargest(negative[`b${l + 1}`], c.grad_negative_b[l], 1e-9);
    }
  });

  it('stays exact at a small β, where squared drops would cancel', async () => {
    const { device, nudged } = await settled();
    const small = await device.gradient({ first: await nudged(-betaSmall), second: await nudged(betaSmall) });
    for (const l of c.weights.keys()) {
      // The reference itself subtracts squares at β = 1e-4, which leaves it about 1e-7 of accuracy.
      expectWithinLargest(small[`g${l + 1}`], c.grad_centered_beta1e4_W[l].flat(), 1e-6);
    }
  });
});
