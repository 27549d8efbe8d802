import { describe, expect, it } from 'vitest';
import { hopfieldNetwork } from '../../circuits/hopfield/index.js';
import { runError } from '../../core/index.js';
import { gradientDiagnostics } from '../../learning/index.js';
import {
  eulerSteps,
  exactHopfieldGradient,
  exactUpdates,
  HopfieldDevice,
  HopfieldParameters,
  hopfieldDrive,
  hopfieldEnergy,
  iterate,
} from '../../solver/hopfield/index.js';
import { cosine, expectWithinLargest } from './closeness.js';
import { longEuler, randomHopfield } from './hopfield-network.js';

const tight = { tolerance: 1e-14, outputChange: 1e-14, maxIterations: 20000 };
const depths = [{ hidden: [12] }, { hidden: [10, 8] }, { hidden: [9, 7, 6] }];
/** Of Glorot's bound: weak enough for one minimum, so that every way of relaxing must end in the same place. */
const oneMinimum = 0.5;

async function deviceOf(net: ReturnType<typeof randomHopfield>, relaxation = exactUpdates) {
  const device = new HopfieldDevice(net.network, { seed: 1, relaxation });
  await device.writeParameters(net.parameters);
  return device;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Of the squared cost. */
function slopeOf(outputs: Float64Array, targets: Float64Array): Float64Array {
  return outputs.map((v, k) => v - targets[k]);
}

function parametersOf(net: ReturnType<typeof randomHopfield>): HopfieldParameters {
  return HopfieldParameters.of(net.network, net.parameters);
}

describe('relaxation', () => {
  it.each([exactUpdates, eulerSteps(0.5)])('by $name never raises the energy', (relaxation) => {
    for (let seed = 1; seed <= 6; seed++) {
      const net = randomHopfield({ seed, ...depths[seed % 3], scale: 1.2 });
      const parameters = parametersOf(net);
      const drive = hopfieldDrive(parameters, net.inputs, net.batch);
      const states = net.network.layers.map((size) => net.draw(net.batch * size, 0, 1));
      let before = hopfieldEnergy(parameters, drive, states);
      let residual = 1;
      for (let step = 0; residual > 1e-12; step++) {
        residual = iterate(parameters, drive, states, relaxation, undefined);
        const after = hopfieldEnergy(parameters, drive, states);
        for (const [s, value] of after.entries()) expect(value).toBeLessThanOrEqual(before[s] + 1e-13);
        before = after;
        expect(step).toBeLessThan(5000);
      }
    }
  });

  it.each([exactUpdates, eulerSteps(0.5)])(
    'by $name leads from any states to rest, step by step',
    (relaxation) => {
      const net = randomHopfield({ seed: 11, hidden: [10, 8], scale: oneMinimum });
      const parameters = parametersOf(net);
      const drive = hopfieldDrive(parameters, net.inputs, net.batch);
      const states = net.network.layers.map((size) => net.draw(net.batch * size, 0, 1));
      const energies = [sum(hopfieldEnergy(parameters, drive, states))];
      const residuals: number[] = [];
      for (let step = 0; step < 200; step++) {
        residuals.push(iterate(parameters, drive, states, relaxation, undefined));
        energies.push(sum(hopfieldEnergy(parameters, drive, states)));
      }
      expect(residuals[0]).toBeGreaterThan(0.1);
      expect(residuals[199]).toBeLessThan(1e-2 * residuals[0]);
      for (let step = 0; step < 5; step++) expect(energies[step + 1]).toBeLessThan(energies[step]);
    },
  );

  it('exact coordinate updates lower the energy even where weights are so strong that there are many minima', () => {
    const net = randomHopfield({ seed: 5, hidden: [20, 20], scale: 6 });
    const parameters = parametersOf(net);
    const drive = hopfieldDrive(parameters, net.inputs, net.batch);
    const states = net.network.layers.map((size) => net.draw(net.batch * size, 0, 1));
    let before = hopfieldEnergy(parameters, drive, states);
    for (let step = 0; step < 50; step++) {
      iterate(parameters, drive, states, exactUpdates, undefined);
      const after = hopfieldEnergy(parameters, drive, states);
      for (const [s, value] of after.entries()) expect(value).toBeLessThanOrEqual(before[s] + 1e-12);
      if (step === 0) expect(sum(after)).toBeLessThan(sum(before));
      before = after;
    }
  });

  it.each(depths)(
    'finds the fixed point of a plain long Euler integration, free and nudged ($hidden)',
    async ({ hidden }) => {
      const net = randomHopfield({ seed: 7, hidden, scale: oneMinimum });
      const devices = [await deviceOf(net), await deviceOf(net, eulerSteps(0.5))];
      const outputs = net.network.layers[net.network.layers.length - 1];
      for (const beta of [0, 0.5, -0.5]) {
        const wanted = Array.from({ length: net.batch }, (_, s) =>
          longEuler(
            net.network,
            net.parameters,
            net.inputs.slice(s * net.network.inputs, (s + 1) * net.network.inputs),
            { beta, target: net.targets.slice(s * outputs, (s + 1) * outputs) },
          ),
        );
        const nudge = { kind: 'conductance', beta, targets: net.targets } as const;
        for (const device of devices) {
          const settled = await device.settle(
            { batch: net.batch, inputs: net.inputs, ...(beta !== 0 && { nudge }) },
            { stop: tight },
          );
          expect(settled.status).toBe('settled');
          for (const l of net.network.layers.keys()) {
            const layer = wanted.flatMap((states) => states[l]);
            for (const [e, got] of settled.layer(l).entries()) {
              expect(Math.abs(got - layer[e])).toBeLessThan(1e-9);
            }
          }
        }
      }
    },
  );

  it('does the paper’s Euler steps, counted', async () => {
    const net = randomHopfield({ seed: 3, hidden: [10, 8] });
    const device = await deviceOf(net, eulerSteps(0.5));
    const settled = await device.settle(
      { batch: net.batch, inputs: net.inputs },
      { stop: { fixedIterations: 7 } },
    );
    const wanted = longEuler(
      net.network,
      net.parameters,
      net.inputs.slice(0, net.network.inputs),
      { beta: 0, target: new Float64Array(4) },
      7,
      0.5,
    );
    expect(settled.status).toBe('fixed-iterations');
    expect(settled.iterations).toBe(7);
    expectWithinLargest(settled.layer(1).slice(0, 8), wanted[1], 1e-14);
  });

  it('with β = −1 and beyond still ends, outputs at the end away from the target', async () => {
    const net = randomHopfield({ seed: 2 });
    const device = await deviceOf(net);
    const targets = new Float64Array(net.targets.length).fill(1);
    for (const beta of [-1, -3]) {
      const settled = await device.settle(
        { batch: net.batch, inputs: net.inputs, nudge: { kind: 'conductance', beta, targets } },
        { stop: tight },
      );
      expect(settled.status).toBe('settled');
      expect([...settled.outputs()].every((y) => y === 0 || y === 1)).toBe(true);
    }
    expect(await device.nudgeLimits()).toEqual({
      lowest: Number.NEGATIVE_INFINITY,
      highest: Number.POSITIVE_INFINITY,
    });
  });
});

describe('learning', () => {
  it.each(depths)('EqProp at small β points along the exact gradient ($hidden)', async ({ hidden }) => {
    for (let seed = 11; seed <= 13; seed++) {
      const net = randomHopfield({ seed, hidden, batch: 5, scale: oneMinimum });
      const device = await deviceOf(net);
      const { batch, inputs, targets } = net;
      const free = await device.settle({ batch, inputs }, { stop: tight });
      const nudged = (beta: number) =>
        device.settle(
          { batch, inputs, nudge: { kind: 'conductance', beta, targets } },
          { from: free, stop: tight },
        );
      const estimate = await device.gradient({ first: await nudged(-1e-5), second: await nudged(1e-5) });
      const states = net.network.layers.map((_, l) => free.layer(l));
      const exact = exactHopfieldGradient(
        parametersOf(net),
        inputs,
        states,
        slopeOf(free.outputs(), targets),
      );
      for (const name of Object.keys(exact)) {
        expect(cosine(estimate[name], exact[name])).toBeGreaterThanOrEqual(0.9999);
        expectWithinLargest(estimate[name], exact[name], 1e-3);
      }
    }
  });

  it('the exact gradient is the slope of the cost at rest', async () => {
    const net = randomHopfield({
      seed: 21,
      hidden: [6, 5],
      inputs: 5,
      outputs: 3,
      batch: 2,
      scale: oneMinimum,
    });
    const { batch, inputs, targets } = net;
    const device = await deviceOf(net);
    const cost = async () => {
      const y = (await device.settle({ batch, inputs }, { stop: tight })).outputs();
      return y.reduce((sum, value, k) => sum + (0.5 * (value - targets[k]) ** 2) / batch, 0);
    };
    const free = await device.settle({ batch, inputs }, { stop: tight });
    const exact = exactHopfieldGradient(
      parametersOf(net),
      inputs,
      net.network.layers.map((_, l) => free.layer(l)),
      slopeOf(free.outputs(), targets),
    );
    const h = 1e-6;
    for (const name of ['w1', 'w2', 'b2', 'w3']) {
      const values = Float64Array.from(net.parameters[name]);
      const slopes = new Float64Array(values.length);
      for (let e = 0; e < values.length; e++) {
        const at = async (value: number) => {
          const moved = values.slice();
          moved[e] = value;
          await device.writeParameters({ [name]: moved });
          return cost();
        };
        slopes[e] = ((await at(values[e] + h)) - (await at(values[e] - h))) / (2 * h);
      }
      await device.writeParameters({ [name]: values });
      expectWithinLargest(exact[name], slopes, 1e-6);
    }
  });

  it('adapts by the product of activities and tells how much the weights changed', async () => {
    const net = randomHopfield({ seed: 31 });
    const device = await deviceOf(net);
    const { batch, inputs, targets } = net;
    const free = await device.settle({ batch, inputs });
    const nudge = { kind: 'conductance', beta: 1, targets } as const;
    const nudged = await device.settle({ batch, inputs, nudge }, { from: free });
    const report = await device.adapt({ first: free, second: nudged }, { id: 1, rates: { w2: 0.5 } });
    const after = (await device.readParameters()).w2;
    const [hidden, outputs] = net.network.layers;
    let change = 0;
    let size = 0;
    for (let i = 0; i < hidden; i++) {
      for (let k = 0; k < outputs; k++) {
        let product = 0;
        for (let s = 0; s < batch; s++) {
          product += nudged.layer(0)[s * hidden + i] * nudged.layer(1)[s * outputs + k];
          product -= free.layer(0)[s * hidden + i] * free.layer(1)[s * outputs + k];
        }
        const moved = (0.5 * product) / batch;
        expect(after[i * outputs + k]).toBeCloseTo(net.parameters.w2[i * outputs + k] + moved, 12);
        change += moved ** 2;
        size += after[i * outputs + k] ** 2;
      }
    }
    expect(report.relativeChange?.w2).toBeCloseTo(Math.sqrt(change / size), 12);
    expect((await device.readParameters()).w1).toEqual(net.parameters.w1);
  });
});

describe('the network', () => {
  it('refuses an empty layer, by name', () => {
    expect(() => hopfieldNetwork({ inputs: 4, hidden: [3, 0], outputs: 2 })).toThrow(/hidden layer 2/);
    expect(() => eulerSteps(0)).toThrow(/Euler step/);
  });

  it('starts from Glorot weights: bounded, uniform, without biases', async () => {
    const network = hopfieldNetwork({ inputs: 50, hidden: [40], outputs: 10 });
    const { w1, b1 } = await new HopfieldDevice(network, {
      seed: 3,
      relaxation: exactUpdates,
    }).readParameters();
    const bound = Math.sqrt(6 / 90);
    expect(Math.max(...w1)).toBeLessThanOrEqual(bound);
    let variance = 0;
    for (const w of w1) variance += (w * w) / w1.length;
    expect(variance / (bound ** 2 / 3)).toBeCloseTo(1, 1);
    expect(b1.every((b) => b === 0)).toBe(true);
  });
});

it('a network at no minimum of its energy has no exact gradient to be compared with: that is said, and fails no training', async () => {
  const net = randomHopfield({ seed: 3, scale: oneMinimum });
  const readOut = { noise: 1e-3, seed: 1 };
  const device = new HopfieldDevice(net.network, { seed: 1, relaxation: exactUpdates, readOut });
  const look = () =>
    gradientDiagnostics(device, {
      batch: { size: net.batch, inputs: net.inputs, targets: net.targets },
      nudge: 'clamp',
      betas: [-0.1, 0.1],
      cost: { cost: 'squared' },
    });
  const whole = await look();
  expect(whole?.groups.w1.cosine).toBeGreaterThan(0);
  expect(whole?.withoutExact).toBeUndefined();
  let error: Error = runError('gradient.not-settled', 'sample 0 is not at a minimum of its energy');
  device.exactGradient = () => Promise.reject(error);
  const told = await look();
  expect(told).toMatchObject({ withoutExact: error.message, groups: { w1: { norm: expect.any(Number) } } });
  expect(told?.groups.w1.cosine).toBeUndefined();
  error = new Error('another defect');
  await expect(look()).rejects.toThrow('another defect');
});
