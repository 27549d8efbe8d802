import { describe, expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { type WiredNetwork, wiredNetwork } from '../../circuits/wired/index.js';
import { RandomStream } from '../../core/index.js';
import type { Floats, ParameterValues } from '../../devices/contract/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { WiredDevice } from '../../solver/wired/index.js';
import { WiredReference } from '../../solver/wired/reference.js';
import { cosine } from './closeness.js';

const units = { conductance_S: 1e-4, voltage_V: 1e-3 };
const layered = layeredNetwork({ inputs: 4, hidden: [5, 3], outputs: 2, inputGain: 30, units });
const tight = { tolerance: 1e-13, outputChange: 1e-13, maxIterations: 20_000 };
const batch = 3;
const random = new RandomStream(5, 'wired-test');
const inputs = Float64Array.from({ length: batch * 4 }, () => 1e-3 * random.uniform());
const targets = Float64Array.from({ length: batch * 2 }, () => 1e-3 * random.uniform());

/** Of the size of the cells' own resistance along a line, and all unlike. */
const wires = {
  row_ohm: 300,
  column_ohm: 200,
  firstRow_ohm: 50,
  lastColumn_ohm: 800,
  driver_ohm: 1000,
  sense_ohm: 400,
};
const networks: readonly [string, WiredNetwork][] = [
  ['every resistance', wiredNetwork(layered, wires)],
  ['bit lines alone', wiredNetwork(layered, { column_ohm: 500, lastColumn_ohm: 0 })],
  ['word lines alone', wiredNetwork(layered, { row_ohm: 500 })],
  ['ends alone', wiredNetwork(layered, { driver_ohm: 2000, sense_ohm: 1000 })],
  [
    'lines without first and last segments',
    wiredNetwork(layered, { row_ohm: 300, column_ohm: 200, firstRow_ohm: 0, lastColumn_ohm: 0 }),
  ],
];

async function parametersOf(network: WiredNetwork): Promise<ParameterValues> {
  const device = new WiredDevice(network, { seed: 11 });
  const parameters = await device.readParameters();
  await device.close();
  // some cells are open, and bias currents move units off their diodes
  return Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [
      name,
      name.startsWith('b') ? values.map(() => 2e-8 * random.normal()) : values,
    ]),
  );
}

async function opened(network: WiredNetwork, ports: 'exact' | 'estimated', parameters: ParameterValues) {
  const device = new WiredDevice(network, { ports });
  await device.writeParameters(parameters);
  return device;
}

const largestDifference = (a: Floats, b: Floats) =>
  Math.max(...Array.from(a, (value, e) => Math.abs(value - b[e])));

const sampleOf = (values: Floats, size: number, s: number) => values.subarray(s * size, (s + 1) * size);

describe.each(networks)('a network on crossbars with %s', (_, network) => {
  it.each(['exact', 'estimated'] as const)(
    'settles by %s ports as the plain nodal equations do',
    async (ports) => {
      const parameters = await parametersOf(network);
      const device = await opened(network, ports, parameters);
      const free = await device.settle({ batch, inputs }, { stop: tight });
      const nudge = { kind: 'conductance', beta: -1e-5, targets } as const;
      const nudged = await device.settle({ batch, inputs, nudge }, { from: free, stop: tight });
      expect([free.status, nudged.status]).toEqual(['settled', 'settled']);
      for (let s = 0; s < batch; s++) {
        const sample = { parameters, inputs_V: sampleOf(inputs, 4, s) };
        const plain = new WiredReference(network, sample).solve();
        const pulled = new WiredReference(network, {
          ...sample,
          nudge: { beta: -1e-5, targets: sampleOf(targets, 2, s) },
        }).solve();
        for (const [l, size] of layered.layers.entries()) {
          expect(largestDifference(sampleOf(free.layer(l), size, s), plain.units[l])).toBeLessThan(
            1e-9 * 0.03,
          );
          expect(largestDifference(sampleOf(nudged.layer(l), size, s), pulled.units[l])).toBeLessThan(
            1e-9 * 0.03,
          );
        }
      }
      await device.close();
    },
  );

  it('gives the gradient that the adjoint of every node gives, and finite differences of the cost', async () => {
    const parameters = await parametersOf(network);
    const device = await opened(network, 'exact', parameters);
    const free = await device.settle({ batch, inputs }, { stop: tight });
    const slope = free.outputs().map((v, e) => v - targets[e]);
    const exact = await device.exactGradient(free, slope);
    const plain = Array.from({ length: batch }, (_, s) =>
      new WiredReference(network, { parameters, inputs_V: sampleOf(inputs, 4, s) }).gradient(
        sampleOf(slope, 2, s),
      ),
    );
    for (const [name, gradient] of Object.entries(exact)) {
      const mean = gradient.map((_, e) => plain.reduce((sum, one) => sum + one[name][e] / batch, 0));
      expect(largestDifference(gradient, mean)).toBeLessThan(1e-7 * Math.max(...mean.map(Math.abs)));
    }
    const costAt = (values: ParameterValues) => {
      let cost = 0;
      for (let s = 0; s < batch; s++) {
        const { units: layers } = new WiredReference(network, {
          parameters: values,
          inputs_V: sampleOf(inputs, 4, s),
        }).solve();
        for (const [k, v] of layers[2].entries()) cost += (0.5 * (v - targets[2 * s + k]) ** 2) / batch;
      }
      return cost;
    };
    for (const name of ['g1', 'g2', 'g3']) {
      const slopes = Array.from(exact[name], Math.abs);
      const steepest = slopes.indexOf(Math.max(...slopes));
      const step = 1e-4 * 1e-4;
      const moved = (by: number) => ({
        ...parameters,
        [name]: parameters[name].map((g, e) => (e === steepest ? g + by : g)),
      });
      const difference = (costAt(moved(step)) - costAt(moved(-step))) / (2 * step);
      expect(exact[name][steepest] / difference).toBeCloseTo(1, 4);
    }
    await device.close();
  });

  it.each(['exact', 'estimated'] as const)('learns by %s ports along the exact gradient', async (ports) => {
    const parameters = await parametersOf(network);
    const device = await opened(network, ports, parameters);
    const free = await device.settle({ batch, inputs });
    const phase = (beta: number) =>
      device.settle({ batch, inputs, nudge: { kind: 'conductance', beta, targets } }, { from: free });
    const estimate = await device.gradient({ first: await phase(-1e-7), second: await phase(1e-7) });
    const exact = await device.exactGradient(
      free,
      free.outputs().map((v, e) => v - targets[e]),
    );
    for (const [name, gradient] of Object.entries(exact))
      expect(cosine(estimate[name], gradient)).toBeGreaterThan(0.9999);
    await device.close();
  });
});

describe('a network on crossbars without resistance', () => {
  it('is the layered network: nodes, power, gradient and the conductances that it learns', async () => {
    const wired = new WiredDevice(wiredNetwork(layered, {}), { seed: 11 });
    const ideal = new LayeredDevice(layered, { seed: 11 });
    const results = await Promise.all(
      [wired, ideal].map(async (device) => {
        const free = await device.settle({ batch, inputs }, { stop: tight });
        const power = free.power_W();
        const energy = free.energy();
        const phase = (beta: number) =>
          device.settle(
            { batch, inputs, nudge: { kind: 'conductance', beta, targets } },
            { from: free, stop: tight },
          );
        const pair = { first: await phase(-1e-5), second: await phase(1e-5) };
        const gradient = await device.gradient(pair);
        await device.adapt(pair, { id: 1, rates: { g1: 1e-4, g2: 1e-4, g3: 1e-4, b1: 1e-9 } });
        const limits = await device.nudgeLimits();
        const moved = await device.readParameters();
        return { layers: [0, 1, 2].map((l) => free.layer(l)), power, energy, gradient, limits, moved };
      }),
    );
    const [own, other] = results;
    const near = (a: Floats, b: Floats) =>
      expect(largestDifference(a, b)).toBeLessThanOrEqual(1e-9 * Math.max(...b.map(Math.abs)));
    for (const l of [0, 1, 2]) near(own.layers[l], other.layers[l]);
    near(own.power, other.power);
    near(own.energy, other.energy);
    for (const name of Object.keys(own.gradient)) {
      near(own.gradient[name], other.gradient[name]);
      near(own.moved[name], other.moved[name]);
    }
    expect(own.limits.lowest / other.limits.lowest).toBeCloseTo(1, 8);
  });
});

it.each(['exact', 'estimated'] as const)(
  'learns from drops between units as they were read, wires or none, by %s ports',
  async (ports) => {
    const readOut = { noise: 1e-4, seed: 3 };
    const exact = new WiredDevice(wiredNetwork(layered, { row_ohm: 1e-3 }), { seed: 11, ports });
    const read = new WiredDevice(wiredNetwork(layered, { row_ohm: 1e-3 }), { seed: 11, readOut, ports });
    const ideal = new LayeredDevice(layered, { seed: 11, readOut });
    const [unread, wired, plain] = await Promise.all(
      [exact, read, ideal].map(async (device) => {
        const free = await device.settle({ batch, inputs }, { stop: tight });
        const nudge = { kind: 'conductance', beta: 1e-5, targets } as const;
        const second = await device.settle({ batch, inputs, nudge }, { from: free, stop: tight });
        const gradient = await device.gradient({ first: free, second });
        await device.close();
        return gradient;
      }),
    );
    for (const name of ['g1', 'g2', 'g3']) {
      expect(cosine(wired[name], plain[name])).toBeGreaterThan(1 - 1e-6);
      expect(cosine(wired[name], unread[name])).toBeLessThan(0.99);
    }
  },
);

it('takes drops where a phase ended, not where corrections gave up: steady ports of cells far from the present ones', async () => {
  const network = networks[0][1];
  const learned = await Promise.all(
    [1, 30].map(async (share) => {
      const device = new WiredDevice(network, { seed: 11, ports: 'estimated' });
      const { arrays, ...saved } = structuredClone(await device.snapshot());
      const steady = [1, 2, 3].map((l) => [`steady-g${l}`, arrays[`g${l}`].map((g) => share * g)]);
      await device.restore({ ...saved, arrays: { ...arrays, ...Object.fromEntries(steady) } });
      const free = await device.settle({ batch, inputs }, { stop: tight });
      const nudge = { kind: 'conductance', beta: 1e-5, targets } as const;
      const second = await device.settle({ batch, inputs, nudge }, { from: free, stop: tight });
      const gradient = await device.gradient({ first: free, second });
      await device.close();
      return { statuses: [free.status, second.status], gradient, units: free.layer(0) };
    }),
  );
  const [near, far] = learned;
  expect(far.statuses).toEqual(near.statuses);
  expect(largestDifference(far.units, near.units)).toBeLessThan(1e-9 * 0.03);
  for (const [name, gradient] of Object.entries(near.gradient))
    expect(cosine(far.gradient[name], gradient)).toBeGreaterThan(1 - 1e-9);
});
