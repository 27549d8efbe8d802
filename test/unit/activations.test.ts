import { describe, expect, it } from 'vitest';
import { type HopfieldActivation, hopfieldNetwork } from '../../circuits/hopfield/index.js';
import {
  activationOf,
  eulerSteps,
  exactUpdates,
  HopfieldDevice,
  HopfieldParameters,
  hopfieldDrive,
  hopfieldEnergy,
  iterate,
} from '../../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../../solver/hopfield-float32/index.js';
import { cosine, expectWithinLargest } from './closeness.js';
import { randomHopfield } from './hopfield-network.js';

// Activations of Hopfield networks: what rests, what the energy does, gradients, and the kernel beside float64.

const activations: readonly HopfieldActivation[] = [
  { kind: 'hard-sigmoid' },
  { kind: 'bounded-relu', bound: 3 },
  { kind: 'sigmoid' },
  { kind: 'tanh' },
];
/** As papers write them. */
const curves: Readonly<Record<HopfieldActivation['kind'], (x: number) => number>> = {
  'hard-sigmoid': (x) => Math.min(1, Math.max(0, x)),
  'bounded-relu': (x) => Math.min(3, Math.max(0, x)),
  sigmoid: (x) => 1 / (1 + Math.exp(-4 * (x - 0.5))),
  tanh: (x) => (Math.exp(2 * x) - 1) / (Math.exp(2 * x) + 1),
};
const ways = [exactUpdates, eulerSteps(0.5)];
const tight = { tolerance: 1e-13, outputChange: 1e-13, maxIterations: 20000 };

function netOf(activation: HopfieldActivation, seed: number, scale = 0.5) {
  const net = randomHopfield({ seed, hidden: [11, 7], outputs: 3, scale });
  const network = hopfieldNetwork({ inputs: 9, hidden: [11, 7], outputs: 3, activation });
  return { ...net, network };
}

describe.each(activations)('activation $kind', (activation) => {
  const curve = curves[activation.kind];

  it.each(ways)('rests where every unit is ρ of its field, by $name, free and nudged', async (relaxation) => {
    const { network, parameters, inputs, targets, batch } = netOf(activation, 3);
    const device = new HopfieldDevice(network, { relaxation });
    await device.writeParameters(parameters);
    for (const beta of [0, 0.4, -0.4, 8]) {
      // Euler steps of a strong nudge overshoot
      if (beta === 8 && relaxation.epsilon > 0) continue;
      const nudge = { kind: 'conductance', beta, targets } as const;
      const settled = await device.settle({ batch, inputs, ...(beta !== 0 && { nudge }) }, { stop: tight });
      expect(settled.status).toBe('settled');
      const [one, two, out] = [0, 1, 2].map((l) => settled.layer(l));
      const { w1, w2, w3, b1, b2, b3 } = parameters;
      for (let s = 0; s < batch; s++) {
        const row = (values: Float64Array, size: number) => values.subarray(s * size, (s + 1) * size);
        const forward = (v: Float64Array, w: Float64Array, j: number, size: number) =>
          v.reduce((sum, x, i) => sum + x * w[i * size + j], 0);
        const backward = (v: Float64Array, w: Float64Array, i: number) =>
          v.reduce((sum, x, j) => sum + x * w[i * v.length + j], 0);
        for (const [j, got] of row(one, 11).entries()) {
          const field = b1[j] + forward(row(inputs, 9), w1, j, 11) + backward(row(two, 7), w2, j);
          expect(got).toBeCloseTo(curve(field), 10);
        }
        for (const [j, got] of row(two, 7).entries()) {
          const field = b2[j] + forward(row(one, 11), w2, j, 7) + backward(row(out, 3), w3, j);
          expect(got).toBeCloseTo(curve(field), 10);
        }
        for (const [k, got] of row(out, 3).entries()) {
          const pull = beta * (targets[s * 3 + k] - got);
          expect(got).toBeCloseTo(curve(b3[k] + forward(row(two, 7), w3, k, 3) + pull), 10);
        }
      }
    }
  });

  it('has the energy whose slope is the force, which exact updates never raise', () => {
    const { store, value, low, high } = activationOf({ activation: { bound: 1, ...activation } });
    for (const x of [-0.4, 0.1, 0.45, 0.9]) {
      const s = value(x);
      if (s <= low || s >= high) continue;
      expect((store(s + 1e-6) - store(s - 1e-6)) / 2e-6).toBeCloseTo(x, 6);
    }
    for (let seed = 1; seed <= 4; seed++) {
      const { network, parameters, inputs, batch, draw } = netOf(activation, seed, 4);
      const own = HopfieldParameters.of(network, parameters);
      const drive = hopfieldDrive(own, inputs, batch);
      const states = network.layers.map((size) =>
        draw(batch * size, Math.max(low, -0.9), Math.min(high, 0.9)),
      );
      let before = hopfieldEnergy(own, drive, states);
      for (let step = 0; step < 40; step++) {
        iterate(own, drive, states, exactUpdates, undefined);
        const after = hopfieldEnergy(own, drive, states);
        for (const [s, energy] of after.entries()) expect(energy).toBeLessThanOrEqual(before[s] + 1e-12);
        before = after;
      }
    }
  });

  it('finds the state of least energy for any pull', () => {
    const { minimum, store, low, high } = activationOf({ activation: { bound: 1, ...activation } });
    for (const leak of [0.1, 1, 3, 60, -0.5, -4]) {
      for (const drive of [-7, -0.3, 0.2, 0.52, 1.1, 40]) {
        const energy = (s: number) => store(s) + 0.5 * (leak - 1) * s * s - drive * s;
        const found = minimum(drive, leak);
        const least = Math.min(
          ...Array.from({ length: 2001 }, (_, k) => energy(low + ((high - low) * k) / 2000)),
        );
        expect(energy(found)).toBeLessThanOrEqual(least + 1e-12);
      }
    }
  });

  it.each(['conductance', 'current-held'] as const)(
    'learns along the exact gradient, which is the slope of the cost, by %s',
    async (kind) => {
      const { network, parameters, inputs, targets, batch } = netOf(activation, 7, 0.3);
      const device = new HopfieldDevice(network, { relaxation: exactUpdates });
      await device.writeParameters(parameters);
      const free = await device.settle({ batch, inputs }, { stop: tight });
      const outputs = free.outputs();
      const phase = (beta: number) =>
        device.settle(
          { batch, inputs, nudge: { kind, beta, targets, ...(kind === 'current-held' && { outputs }) } },
          { from: free, stop: tight },
        );
      const estimate = await device.gradient({ first: await phase(-1e-4), second: await phase(1e-4) });
      const slope = outputs.map((s, k) => s - targets[k]);
      const exact = await device.exactGradient(free, slope);
      const swept = await device.exactGradient(free, slope, 400);
      for (const [name, values] of Object.entries(exact)) {
        expect(cosine(estimate[name], values)).toBeGreaterThanOrEqual(0.9999);
        expectWithinLargest(swept[name], values, 1e-9);
      }
      const cost = async (b2: Float64Array) => {
        await device.writeParameters({ b2 });
        const y = (await device.settle({ batch, inputs }, { stop: tight })).outputs();
        return y.reduce((sum, s, k) => sum + (0.5 * (s - targets[k]) ** 2) / batch, 0);
      };
      const { b2 } = parameters;
      for (const j of b2.keys()) {
        const along =
          ((await cost(b2.with(j, b2[j] + 1e-6))) - (await cost(b2.with(j, b2[j] - 1e-6)))) / 2e-6;
        expect(exact.b2[j]).toBeCloseTo(along, 7);
      }
    },
  );

  it.each(ways)('is the same in the kernel, by $name', async (relaxation) => {
    const { network, parameters, inputs, targets, batch } = netOf(activation, 5);
    const exact = new HopfieldDevice(network, { relaxation });
    const fast = new HopfieldFloat32Device(network, { relaxation });
    for (const device of [exact, fast]) await device.writeParameters(parameters);
    const rest = { tolerance: 1e-6, outputChange: 1e-6, maxIterations: 2000 };
    const betas = relaxation.epsilon > 0 ? [0, 0.5, -0.5] : [0, 0.5, -0.5, 9, -1.5];
    for (const beta of betas) {
      const nudge = { kind: 'conductance', beta, targets } as const;
      const drive = { batch, inputs, ...(beta !== 0 && { nudge }) };
      for (const stop of [{ fixedIterations: 5 }, rest]) {
        const want = await exact.settle(drive, { stop });
        const got = await fast.settle(drive, { stop });
        for (const l of network.layers.keys()) expectWithinLargest(got.layer(l), want.layer(l), 2e-5);
        expect(Math.abs(got.residual - want.residual)).toBeLessThan(1e-5);
        expectWithinLargest(got.energy(), want.energy(), 1e-5);
      }
    }
    const plan = {
      nudge: 'conductance',
      betas: [-0.3, 0.3],
      stop: rest,
      update: { id: 1, rates: { w1: 0.1, w2: 0.1, w3: 0.1, b1: 0.1, b3: 0.1 } },
    } as const;
    await fast.step({ size: batch, inputs, targets }, plan);
    const free = await exact.settle({ batch, inputs }, { stop: tight });
    const phase = (beta: number) =>
      exact.settle(
        { batch, inputs, nudge: { kind: 'conductance', beta, targets } },
        { from: free, stop: tight },
      );
    await exact.adapt({ first: await phase(-0.3), second: await phase(0.3) }, plan.update);
    const want = await exact.readParameters();
    for (const [name, values] of Object.entries(await fast.readParameters())) {
      expectWithinLargest(values, want[name], 1e-4);
    }
    await fast.close();
  });
});

it('refuses a bound that is none', () => {
  const activation = { kind: 'bounded-relu', bound: 0 } as const;
  expect(() => hopfieldNetwork({ inputs: 2, hidden: [], outputs: 1, activation })).toThrow(
    /activation bounded-relu: needs a bound above 0, got 0/,
  );
});
