import { describe, expect, it } from 'vitest';
import { hopfieldNetwork } from '../../circuits/hopfield/index.js';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { RandomStream } from '../../core/index.js';
import {
  type AnalogDevice,
  type Equilibrium,
  type NodeReadOut,
  PhaseReader,
  settleSettleAdapt,
} from '../../devices/contract/index.js';
import { gradientDiagnostics } from '../../learning/index.js';
import { exactUpdates, HopfieldDevice } from '../../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../../solver/hopfield-float32/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';
import { relativeError } from './closeness.js';

// What is read of nodes: its definition and moments, and the kernels against the float64 reference.

const SAMPLES = 40;
const NODES = 250;
const many = SAMPLES * NODES;

/** Two phases of so many nodes, each at its own value, which the same difference separates. */
function twoPhases(value: (n: number) => number, difference: number) {
  const first = Float64Array.from({ length: many }, (_, n) => value(n));
  return { first: [first], second: [first.map((v) => v + difference)] };
}

function read(readOut: NodeReadOut, phases: ReturnType<typeof twoPhases>, event = 1) {
  const { first, second } = new PhaseReader(readOut, [NODES]).read(phases, SAMPLES, event);
  return { first: first[0], second: second[0] };
}

function moments(values: Float64Array) {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1);
  return { mean, variance, deviation: Math.sqrt(variance) };
}

/** Within 3 standard errors of a normal sample of this size. */
function expectNormal(values: Float64Array, mean: number, sigma: number): void {
  const got = moments(values);
  expect(Math.abs(got.mean - mean)).toBeLessThanOrEqual((3 * sigma) / Math.sqrt(values.length));
  expect(Math.abs(got.variance / sigma ** 2 - 1)).toBeLessThanOrEqual(3 * Math.sqrt(2 / values.length));
}

describe('what is read of nodes', () => {
  const flat = twoPhases(() => 0.2, 0.01);

  it('is what is there, of an ideal read-out', () => {
    expect(read({}, flat)).toEqual({ first: flat.first[0], second: flat.second[0] });
  });

  it('has the noise asked for, its own in each phase, afresh at each update', () => {
    const { first, second } = read({ noise: 5e-3 }, flat);
    expectNormal(first, 0.2, 5e-3);
    expectNormal(second, 0.21, 5e-3);
    expectNormal(
      second.map((v, n) => v - first[n]),
      0.01,
      5e-3 * Math.SQRT2,
    );
    const other = read({ noise: 5e-3 }, flat, 2);
    expectNormal(
      other.first.map((v, n) => v - first[n]),
      0,
      5e-3 * Math.SQRT2,
    );
    expect(read({ noise: 5e-3 }, flat)).toEqual({ first, second });
    expect(read({ noise: 5e-3, seed: 2 }, flat).first).not.toEqual(first);
  });

  it('is averaged, with codes and without', () => {
    for (const codes of [{}, { bits: 10, fullScale: [0.5] }]) {
      const step = 'bits' in codes ? 1 / 1024 : 0;
      const { first } = read({ noise: 5e-3, reads: 16, ...codes }, flat);
      // rounding adds a twelfth of a squared code where the noise covers several
      expectNormal(first, 0.2, Math.sqrt((25e-6 + step ** 2 / 12) / 16));
    }
  });

  it('has its offset and gain error, each alike everywhere or drawn for each node once', () => {
    const same = read({ offset: 1e-3, gain: 0.02 }, flat);
    expect(relativeError(same.first, new Float64Array(many).fill(0.2 * 1.02 + 1e-3))).toBeLessThan(1e-12);
    const spread = read({ offset: 1e-3, offsetSpread: 2e-3 }, flat);
    const offsets = spread.first.map((v) => v - 0.2);
    expectNormal(offsets.subarray(0, NODES), 1e-3, 2e-3);
    expect(offsets).toEqual(offsets.map((_, n) => offsets[n % NODES]));
    // an offset that does not change falls out of the difference of two phases
    const apart = spread.second.map((v, n) => v - spread.first[n] - 0.01);
    expect(Math.max(...apart.map(Math.abs))).toBeLessThan(1e-15);
    const gains = read({ gainSpread: 0.05 }, flat).first.map((v) => v / 0.2);
    expectNormal(gains.subarray(0, NODES), 1, 0.05);
  });

  it('is rounded to the nearest code, within the range', () => {
    const spread = twoPhases((n) => -0.6 + (1.2 * n) / many, 0.003);
    const { first } = read({ bits: 8, fullScale: [0.5] }, spread);
    const step = 1 / 256;
    const wrong = [...spread.first[0].entries()].filter(([n, v]) => {
      const code = first[n] / step;
      if (v < -0.5) return code !== -128;
      if (v > 0.5 - step) return code !== 127;
      return !Number.isInteger(code) || Math.abs(first[n] - v) > step / 2;
    });
    expect(wrong).toEqual([]);
    // the error of rounding is spread evenly over one code
    const inside = first
      .map((v, n) => v - spread.first[0][n])
      .filter((_, n) => Math.abs(spread.first[0][n]) < 0.49);
    const { mean, deviation } = moments(inside);
    expect(Math.abs(mean)).toBeLessThanOrEqual((3 * step) / Math.sqrt(12 * inside.length));
    expect(Math.abs(deviation / (step / Math.sqrt(12)) - 1)).toBeLessThanOrEqual(
      3 / Math.sqrt(inside.length),
    );
  });

  it('of a difference of k bits is its definition', () => {
    const spread = twoPhases((n) => -0.4 + (0.8 * n) / many, 0.0123);
    for (const [bits, meanBits] of [
      [3, 8],
      [6, 10],
      [12, 12],
    ]) {
      const { first, second } = read(
        { bits, fullScale: [0.5], difference: { fullScale: [0.02], meanBits } },
        spread,
      );
      const ofDifference = 0.02 / 2 ** (bits - 1);
      const ofMean = 0.5 / 2 ** (meanBits - 1);
      const want = Math.min(2 ** (bits - 1) - 1, Math.round(0.0123 / ofDifference)) * ofDifference;
      const differences = first.map((v, n) => second[n] - v);
      expect(relativeError(differences, new Float64Array(many).fill(want))).toBeLessThan(1e-9);
      const middles = first.map((_, n) => (spread.first[0][n] + spread.second[0][n]) / 2);
      const means = first.map((v, n) => (v + second[n]) / 2);
      const rounded = middles.map((m) => Math.round(m / ofMean) * ofMean);
      expect(relativeError(means, rounded)).toBeLessThan(1e-9);
    }
  });

  it('is rounded to the even code where two are equally near', () => {
    const halves = {
      first: [Float64Array.of(-1.5, -0.5, 0.5, 1.5, 2.5)],
      second: [Float64Array.of(0, 1, 2, 3, 9)],
    };
    const { first, second } = new PhaseReader({ bits: 3, fullScale: [4] }, [5]).read(halves, 1, 1);
    expect(Array.from(first[0], (v) => v + 0)).toEqual([-2, 0, 0, 2, 2]);
    expect(Array.from(second[0])).toEqual([0, 1, 2, 3, 3]);
  });

  it.each([
    [{ noise: -1 }, /noise must be finite and not negative, got -1/],
    [{ bits: 0, fullScale: [1] }, /bits must be a whole number from 1 to 24, got 0/],
    [{ bits: 12 }, /fullScale must be given where bits are/],
    [{ bits: 12, fullScale: [0] }, /fullScale must be above 0/],
    [{ reads: 1.5 }, /reads must be a whole number/],
    [{ bits: 8, fullScale: [1, 1] }, /fullScale lists 2 ranges, and there are 1 layers/],
    [{ difference: { meanBits: 8 } }, /bits must be given where difference.meanBits are/],
  ] as const)('cannot be %j', (readOut, message) => {
    expect(() => new PhaseReader(readOut, [3])).toThrow(message);
  });
});

describe('what diagnostics say that reading a difference is off by', () => {
  it.each<NodeReadOut>([
    { bits: 6, fullScale: [1] },
    { bits: 6, fullScale: [1], difference: { fullScale: [2] } },
    { noise: 0.05, reads: 4 },
    { noise: 0.05, reads: 4, difference: {} },
  ])('is what it is off by: %j', async (readOut) => {
    const values = random(2 * many, 'values').map((x) => 1.8 * x - 0.9);
    const [low, high] = [values.subarray(0, many), values.subarray(many)];
    const { first, second } = read(readOut, { first: [low], second: [high] });
    const { deviation } = moments(first.map((v, n) => second[n] - v - (high[n] - low[n])));
    const network = layeredNetwork({ inputs: 2, hidden: [3], outputs: 2, inputGain: 4 });
    const device = new LayeredDevice(network, { readOut });
    await device.initialise(1);
    const batch = { size: 1, inputs: Float64Array.of(1e-3, -1e-3), targets: Float64Array.of(1e-3, 0) };
    const found = await gradientDiagnostics(device, {
      batch,
      nudge: 'conductance',
      betas: [0, 1e-7],
      cost: {},
    });
    expect(found?.layers.map(({ resolution = 0 }) => resolution / deviation)).toEqual([
      expect.closeTo(1, 1),
      expect.closeTo(1, 1),
    ]);
    await device.close();
  });
});

const random = (length: number, name: string) => {
  const stream = new RandomStream(5, name);
  return Float64Array.from({ length }, () => stream.uniform());
};

/** Free and nudged phases of a batch. */
async function phases(device: AnalogDevice, beta: number, scale: number) {
  const { inputs: signals, outputs } = device.info;
  const batch = 5;
  const inputs = random(batch * signals, 'inputs').map((x) => x * scale);
  const targets = random(batch * outputs.size, 'targets').map((x) => x * scale);
  const stop = { tolerance: 1e-6, outputChange: 1e-7, maxIterations: 2000 };
  const free = await device.settle({ batch, inputs }, { stop });
  const nudged = (b: number): Promise<Equilibrium> =>
    device.settle({ batch, inputs, nudge: { kind: 'conductance', beta: b, targets } }, { from: free, stop });
  const plan = { nudge: 'conductance', betas: [-beta, beta], stop } as const;
  return {
    pair: { first: await nudged(-beta), second: await nudged(beta) },
    batch: { size: batch, inputs, targets },
    plan,
  };
}

// Relative to one published volt.
const readOuts: Readonly<Record<string, NodeReadOut>> = {
  noise: { noise: 0.05, seed: 9 },
  'noise of several reads': { noise: 0.1, reads: 4 },
  'offset and gain from node to node': { offset: 0.02, offsetSpread: 0.05, gain: -0.03, gainSpread: 0.1 },
  'codes, several reads': { noise: 0.05, bits: 5, fullScale: [2, 1], reads: 3, seed: 0xfffffff0 },
  differences: { noise: 0.01, offset: 1e-3, difference: {} },
  'codes of differences': {
    bits: 6,
    fullScale: [4],
    difference: { fullScale: [0.3], meanBits: 9 },
    noise: 0.002,
  },
};
const scaled = (readOut: NodeReadOut, unit: number): NodeReadOut => ({
  ...readOut,
  ...(readOut.noise === undefined ? {} : { noise: readOut.noise * unit }),
  ...(readOut.offset === undefined ? {} : { offset: readOut.offset * unit }),
  ...(readOut.offsetSpread === undefined ? {} : { offsetSpread: readOut.offsetSpread * unit }),
  ...(readOut.fullScale === undefined ? {} : { fullScale: readOut.fullScale.map((v) => v * unit) }),
  ...(readOut.difference?.fullScale === undefined
    ? {}
    : {
        difference: { ...readOut.difference, fullScale: readOut.difference.fullScale.map((v) => v * unit) },
      }),
});

const network = layeredNetwork({
  inputs: 7,
  hidden: [37, 18],
  outputs: 3,
  inputGain: 4,
  units: { conductance_S: 1e-6, voltage_V: 1e-3 },
});
const recurrent = hopfieldNetwork({ inputs: 7, hidden: [37, 18], outputs: 3 });

const subjects = {
  layered: {
    fast: (readOut: NodeReadOut, threads: number) =>
      new LayeredFloat32Device(network, { seed: 3, readOut, threads }),
    exact: (readOut: NodeReadOut) => new LayeredDevice(network, { seed: 3, readOut }),
    unit: 1e-3,
    beta: 0.2e-6,
    rate: (group: string) => (group.startsWith('g') ? 1e-8 : 1e-14),
  },
  Hopfield: {
    fast: (readOut: NodeReadOut, threads: number) =>
      new HopfieldFloat32Device(recurrent, { seed: 3, relaxation: exactUpdates, readOut, threads }),
    exact: (readOut: NodeReadOut) =>
      new HopfieldDevice(recurrent, { seed: 3, relaxation: exactUpdates, readOut }),
    unit: 1,
    beta: 0.2,
    rate: () => 0.05,
  },
} as const;

describe.each(Object.entries(subjects))(
  'a read-out of the %s network',
  (_, { fast, exact, unit, beta, rate }) => {
    it.each(Object.entries(readOuts))('is in the kernel what it is in float64: %s', async (_, published) => {
      const readOut = scaled(published, unit);
      const one = fast(readOut, 1);
      const reference = exact(readOut);
      await reference.writeParameters(await one.readParameters());
      const update = {
        id: 7,
        rates: Object.fromEntries(one.info.groups.map(({ name }) => [name, rate(name)])),
      };
      const got = await phases(one, beta, unit);
      const want = await phases(reference, beta, unit);
      const before = await one.readParameters();
      const gradient = await reference.gradient(want.pair);
      const estimate = await one.gradient(got.pair);
      for (const { name } of one.info.groups)
        expect(relativeError(estimate[name], gradient[name])).toBeLessThan(2e-3);
      await one.adapt(got.pair, update);
      await reference.adapt(want.pair, update);
      const after = [await one.readParameters(), await reference.readParameters()];
      for (const { name } of one.info.groups) {
        const [moved, expected] = after.map((values) =>
          Float64Array.from(values[name], (v, e) => v - before[name][e]),
        );
        expect(relativeError(moved, expected)).toBeLessThan(5e-3);
      }
      await one.close();
    });

    it('is the same in one step, and with more threads', async () => {
      const readOut = scaled(readOuts.noise, unit);
      const results = [];
      for (const [threads, whole] of [
        [1, true],
        [2, true],
        [1, false],
      ] as const) {
        const device = fast(readOut, threads);
        const { batch, plan } = await phases(device, beta, unit);
        for (let id = 1; id <= 3; id++) {
          const rates = Object.fromEntries(device.info.groups.map(({ name }) => [name, rate(name)]));
          const asked = { ...plan, update: { id, rates } };
          const report = await (whole ? device.step(batch, asked) : settleSettleAdapt(device, batch, asked));
          report.free.release();
        }
        results.push(await device.readParameters());
        await device.close();
      }
      expect(results[1]).toEqual(results[0]);
      for (const [name, values] of Object.entries(results[0])) {
        expect(relativeError(results[2][name], values)).toBeLessThan(1e-4);
      }
    });
  },
);
