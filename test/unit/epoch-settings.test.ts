import { describe, expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { betaFactorIn, changeIn, estimatorIn } from '../../learning/epoch-settings.js';
import { Coder, digits, Trainer, type TrainingOptions, xor } from '../../learning/index.js';
import { outputShift } from '../../learning/output-shift.js';
import { learningRule } from '../../learning/rule.js';
import { LayeredDevice } from '../../solver/layered/index.js';

// What an epoch trains by: rates, decay, β and the estimator; and by how much a β moves an output.

const options: TrainingOptions = {
  seed: 1,
  epochs: 10,
  batch: 4,
  estimator: 'random-sign',
  beta: 0.1,
  rates: { g1: 0.2 },
  decay: { g1: 0.01 },
  rateDecay: 0.5,
};

describe('what an epoch trains by', () => {
  it('rates and decay go together, by --rate-decay or by the schedule alone', () => {
    expect(changeIn(3, options)).toEqual({ rates: { g1: 0.05 }, decay: { g1: 0.0025 } });
    const schedule = { rate: [{ kind: 'step', factor: 0.1, epochs: 2 }] } as const;
    const { rates, decay } = changeIn(4, { ...options, schedule });
    expect([rates.g1, decay?.g1]).toEqual([expect.closeTo(0.02, 12), expect.closeTo(0.001, 12)]);
    expect(betaFactorIn(4, { ...options, schedule })).toBe(1);
  });

  it('an estimator is the rule’s own before the scheduled one before the one asked for', () => {
    const schedule = {
      estimator: [
        { name: 'positive', epochs: 2 },
        { name: 'centered', epochs: 1 },
      ],
    } as const;
    const of = (epoch: number, rule: Parameters<typeof learningRule>[0]) =>
      estimatorIn(epoch, { ...options, schedule }, learningRule(rule));
    expect([of(2, 'eqprop'), of(3, 'eqprop'), of(9, 'eqprop')]).toEqual(['positive', 'centered', 'centered']);
    expect([of(2, 'backprop'), of(3, 'contrastive-hebbian')]).toEqual(['centered', 'positive']);
    expect(estimatorIn(2, options, learningRule('coupled'))).toBe('random-sign');
  });

  it('contrastive Hebbian contrasts the free phase with outputs held at their targets', async () => {
    const data = digits({ seed: 2, train: 8, test: 4 });
    const network = layeredNetwork({ inputs: data.features, hidden: [6], outputs: 10, inputGain: 20 });
    const trainer = new Trainer({
      device: new LayeredDevice(network, { seed: 3 }),
      dataSet: data,
      ...options,
      epochs: 1,
      rates: { g1: 1e-6, g2: 1e-6 },
      decay: {},
      rule: 'contrastive-hebbian',
    });
    const betas = [];
    for await (const event of trainer.run()) if (event.type === 'update-intended') betas.push(event.betas);
    expect(betas).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });
});

describe('by how much a nudge moves an output', () => {
  const units = { conductance_S: 1e-6, voltage_V: 1 };
  const network = layeredNetwork({ inputs: 2, hidden: [], outputs: 2, inputGain: 1, units });
  const data = xor();

  it('is the root mean square over samples and outputs of v⁺ − v, which a divider says in closed form', async () => {
    const device = new LayeredDevice(network);
    const g = Float64Array.from({ length: 8 }, (_, k) => (k + 1) * 1e-6);
    await device.writeParameters({ g1: g, b1: new Float64Array(2) });
    const coder = new Coder(data, device.info);
    const beta = 2e-6;
    const { size, inputs, targets } = coder.firstBatch(data.train, 4);
    const columns = inputs.length / size;
    let square = 0;
    for (let s = 0; s < size; s++) {
      for (let k = 0; k < 2; k++) {
        let whole = 0;
        let current = 0;
        // each input drives a source and its mirror image
        for (let i = 0; i < g.length / 2; i++) {
          whole += g[2 * i + k];
          current += g[2 * i + k] * inputs[s * columns + (i % columns)] * (i < columns ? 1 : -1);
        }
        const free = current / whole;
        square += ((current + beta * targets[2 * s + k]) / (whole + beta) - free) ** 2;
      }
    }
    const stop = { tolerance: 1e-12, outputChange: 1e-12, maxIterations: 1000 };
    const shift = await outputShift(device, coder, data, 'conductance', beta, { stop });
    expect(shift).toBeCloseTo(Math.sqrt(square / 8), 9);
  });

  it('cross-entropy is borne at twice the β of the squared cost, as its slope bends half as much at most', async () => {
    const device = new LayeredDevice(network, { seed: 1 });
    const squared = await device.nudgeLimits({ kind: 'current', cost: 'squared' });
    const parameters = { scale: 0.1 };
    const entropy = await device.nudgeLimits({ kind: 'current', cost: 'cross-entropy', parameters });
    expect(entropy.lowest / squared.lowest).toBeCloseTo(2, 12);
  });
});
