import { describe, expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { layeredNetlist } from '../../circuits/netlist/index.js';
import { RandomStream } from '../../core/index.js';
import type { AnalogDevice } from '../../devices/contract/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { cosine, expectWithinLargest } from './closeness.js';

// Diodes of hidden nodes with a threshold and an on-resistance: Kirchhoff's law, gradients, the kernel, and the netlist.

const units = { conductance_S: 1e-6, voltage_V: 1e-3 };
const [INPUTS, BATCH, OUTPUTS] = [6, 3, 4];
const diodes = [
  { diodeThreshold_V: 0.2e-3 },
  { diodeOn_ohm: 50e3 },
  { diodeThreshold_V: 0.3e-3, diodeOn_ohm: 200e3 },
];
const uniform = (length: number, name: string, low: number, high: number) => {
  const stream = new RandomStream(7, name);
  return Float64Array.from({ length }, () => stream.between(low, high));
};
const inputs = uniform(BATCH * INPUTS, 'inputs', -1e-3, 1e-3);
const targets = uniform(BATCH * OUTPUTS, 'targets', 0, 1e-3);
const tight = { tolerance: 1e-13, outputChange: 1e-13, maxIterations: 4000 };

function networkOf(diode: (typeof diodes)[number], hidden: readonly number[]) {
  return layeredNetwork({ inputs: INPUTS, hidden, outputs: OUTPUTS, inputGain: 4, units, ...diode });
}

async function wired<D extends AnalogDevice>(device: D): Promise<D> {
  const groups = device.info.groups.map(({ name, shape, role }): [string, Float64Array] => {
    const [low, high] = role === 'bias' ? [-3e-10, 3e-10] : [1e-7, 1e-6];
    return [name, uniform(shape[0] * shape[1], name, low, high)];
  });
  await device.writeParameters(Object.fromEntries(groups));
  return device;
}

async function gradientsOf(device: AnalogDevice, beta: number, stop = tight) {
  const free = await device.settle({ batch: BATCH, inputs }, { stop });
  const phase = (b: number) =>
    device.settle(
      { batch: BATCH, inputs, nudge: { kind: 'conductance', beta: b, targets } },
      { from: free, stop },
    );
  const pair = { first: await phase(-beta), second: await phase(beta) };
  const slope = free.outputs().map((v, k) => v - targets[k]);
  return { free, pair, slope, estimate: (await device.gradient?.(pair)) ?? {} };
}

describe.each(diodes)('diodes %j', (diode) => {
  it('meet Kirchhoff’s law at every hidden node, some conducting and some not', async () => {
    const device = await wired(new LayeredDevice(networkOf(diode, [16])));
    const free = await device.settle({ batch: BATCH, inputs }, { stop: tight });
    const { g1, g2, b1 } = await device.readParameters();
    const { diodeThreshold_V = 0, diodeOn_ohm = 0 } = diode;
    const kinds = new Set<string>();
    for (let s = 0; s < BATCH; s++) {
      for (let j = 0; j < 16; j++) {
        const v = free.layer(0)[s * 16 + j];
        let current = b1[j];
        for (let i = 0; i < 2 * INPUTS; i++) {
          const x = 4 * inputs[s * INPUTS + (i % INPUTS)] * (i < INPUTS ? 1 : -1);
          current += g1[i * 16 + j] * (x - v);
        }
        for (let k = 0; k < OUTPUTS; k++) {
          current += g2[j * OUTPUTS + k] * (free.outputs()[s * OUTPUTS + k] - v);
        }
        const beyond = j < 8 ? -diodeThreshold_V - v : v - diodeThreshold_V;
        const conducts = beyond >= 0;
        kinds.add(`${j < 8} ${conducts}`);
        if (!conducts) expect(Math.abs(current)).toBeLessThan(1e-18);
        else if (diodeOn_ohm > 0) {
          const through = (j < 8 ? 1 : -1) * (beyond / diodeOn_ohm);
          expect(Math.abs(current + through)).toBeLessThan(1e-18);
        } else {
          expect(beyond).toBe(0);
          expect(j < 8 ? current : -current).toBeLessThanOrEqual(1e-18);
        }
      }
    }
    expect(kinds.size).toBe(4);
  });

  it.each([[[16]], [[16, 11]]])(
    'learn along the exact gradient, the slope of the cost, hidden %j',
    async (hidden) => {
      const device = await wired(new LayeredDevice(networkOf(diode, hidden)));
      const { free, slope, estimate } = await gradientsOf(device, 1e-11);
      const exact = await device.exactGradient(free, slope);
      const swept = await device.exactGradient(free, slope, 2000);
      for (const [group, values] of Object.entries(exact)) {
        expect(cosine(estimate[group], values)).toBeGreaterThanOrEqual(0.9999);
        expectWithinLargest(swept[group], values, 1e-8);
      }
      const { b1 } = await device.readParameters();
      const cost = async (biases: typeof b1) => {
        await device.writeParameters({ b1: biases });
        const y = (await device.settle({ batch: BATCH, inputs }, { stop: tight })).outputs();
        return y.reduce((sum, v, k) => sum + (0.5 * (v - targets[k]) ** 2) / BATCH, 0);
      };
      const slopes = new Float64Array(b1.length);
      for (const j of b1.keys()) {
        const at = (by: number) => cost(Float64Array.from(b1, (b, e) => (e === j ? b + by : b)));
        slopes[j] = ((await at(1e-13)) - (await at(-1e-13))) / 2e-13;
      }
      expectWithinLargest(exact.b1, slopes, 1e-5);
    },
  );

  it.each([[[16]], [[16, 11]], [[70, 35, 18]]])('are the same in the kernel, hidden %j', async (hidden) => {
    const network = networkOf(diode, hidden);
    const exact = await wired(new LayeredDevice(network));
    const fast = await wired(new LayeredFloat32Device(network, { threads: 1 }));
    await exact.writeParameters(await fast.readParameters());
    const stop = { tolerance: 3e-6, outputChange: 1e-5, maxIterations: 3000 };
    const want = await gradientsOf(exact, 1e-6);
    const got = await gradientsOf(fast, 1e-6, stop);
    expect([got.free, got.pair.first, got.pair.second].map(({ status }) => status)).toEqual([
      'settled',
      'settled',
      'settled',
    ]);
    for (const l of network.layers.keys()) expectWithinLargest(got.free.layer(l), want.free.layer(l), 1e-4);
    expectWithinLargest(got.free.energy(), want.free.energy(), 1e-4);
    expectWithinLargest(got.free.power_W(), want.free.power_W(), 1e-4);
    for (const [group, values] of Object.entries(want.estimate)) {
      expectWithinLargest(got.estimate[group], values, 5e-3);
    }
    // brought in before they were at rest, the differences relax to the same
    const loose = await fast.settle({ batch: BATCH, inputs }, { stop: { fixedIterations: 2 } });
    const nudge = { kind: 'conductance', beta: 1e-6, targets } as const;
    const late = await fast.settle({ batch: BATCH, inputs, nudge }, { from: loose, stop });
    for (const l of network.layers.keys()) {
      expectWithinLargest(late.layer(l), want.pair.second.layer(l), 1e-4);
    }
    await fast.close();
  });

  it('are the same in the netlist', async () => {
    const network = networkOf(diode, [8]);
    const device = await wired(new LayeredDevice(network));
    const one = inputs.slice(0, INPUTS);
    const free = await device.settle({ batch: 1, inputs: one }, { stop: tight });
    const operation = { parameters: await device.readParameters(), inputs_V: one, diodeDrop: 5e-6 };
    const { voltages_V } = solveOperatingPoint(layeredNetlist(network, operation, 'diodes'));
    const names = (letter: string, count: number) => Array.from({ length: count }, (_, j) => `${letter}${j}`);
    const at = (name: string) => voltages_V[name] ?? Number.NaN;
    expectWithinLargest(Float64Array.from(names('h1_', 8), at), free.layer(0), 1e-3);
    expectWithinLargest(Float64Array.from(names('o', OUTPUTS), at), free.outputs(), 1e-3);
  });
});

it('refuses a diode that is none', () => {
  expect(() => networkOf({ diodeThreshold_V: -1 }, [4])).toThrow(
    /diodeThreshold_V: must be 0 or more, .*got -1/,
  );
  expect(() => networkOf({ diodeOn_ohm: Number.NaN }, [4])).toThrow(/diodeOn_ohm: must be 0 or more/);
});
