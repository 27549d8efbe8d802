import { describe, expect, it, vi } from 'vitest';
import type { Floats, PhasePlan, StopRule } from '../../devices/contract/index.js';
import { settleSettleAdapt } from '../../devices/contract/index.js';
import { eulerSteps, exactUpdates, HopfieldDevice, HopfieldParameters } from '../../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../../solver/hopfield-float32/index.js';
import { expectWithinLargest, relativeError } from './closeness.js';
import { randomHopfield } from './hopfield-network.js';

// Sizes that fill no vector, and batches that fill no block of 20.
const shapes = [
  { inputs: 13, hidden: [] as number[], outputs: 3, batch: 1 },
  { inputs: 13, hidden: [37], outputs: 10, batch: 20 },
  { inputs: 5, hidden: [150, 9], outputs: 3, batch: 23 },
  { inputs: 7, hidden: [9, 18, 5], outputs: 2, batch: 45 },
];

async function pairOf(shape: (typeof shapes)[number], relaxation = exactUpdates) {
  const net = randomHopfield({ seed: 9, scale: 0.5, ...shape });
  const options = { seed: 1, relaxation };
  const devices = [new HopfieldDevice(net.network, options), new HopfieldFloat32Device(net.network, options)];
  for (const device of devices) await device.writeParameters(net.parameters);
  const [reference, device] = devices;
  return { net, reference, device: device as HopfieldFloat32Device };
}

function expectClose(got: Floats, want: Floats, slack: number): void {
  for (let e = 0; e < want.length; e++) expect(Math.abs(got[e] - want[e])).toBeLessThan(slack);
}

describe.each(shapes)('float32 Hopfield kernel, $inputs-$hidden-$outputs, batch $batch', (shape) => {
  it.each([exactUpdates, eulerSteps(0.5)])('relaxes as float64 does, by $name', async (relaxation) => {
    const { net, reference, device } = await pairOf(shape, relaxation);
    const { batch, inputs, targets, draw } = net;
    const from = { layers: net.network.layers.map((size) => draw(batch * size, 0, 1)) };
    for (const beta of [0, 1, -1, -1.5]) {
      const nudge = { kind: 'conductance', beta, targets } as const;
      const drive = { batch, inputs, ...(beta !== 0 && { nudge }) };
      const stop = { fixedIterations: 7 };
      const wanted = await reference.settle(drive, { from, stop });
      const got = await device.settle(drive, { from, stop });
      expect(got.iterations).toBe(7);
      expect(Math.abs(got.residual - wanted.residual)).toBeLessThan(1e-5);
      for (const l of net.network.layers.keys()) expectClose(got.layer(l), wanted.layer(l), 1e-5);
      expectWithinLargest(got.energy(), wanted.energy(), 1e-5);
    }
  });

  it.each([exactUpdates, eulerSteps(0.5)])(
    'stays with float64 over 200 iterations, by $name',
    async (relaxation) => {
      const { net, reference, device } = await pairOf(shape, relaxation);
      const { batch, inputs, targets, draw } = net;
      const from = { layers: net.network.layers.map((size) => draw(batch * size, 0, 1)) };
      const drive = { batch, inputs, nudge: { kind: 'conductance', beta: 0.5, targets } } as const;
      const stop = { fixedIterations: 200 };
      const wanted = await reference.settle(drive, { from, stop });
      const got = await device.settle(drive, { from, stop });
      expect(got.iterations).toBe(200);
      for (const l of net.network.layers.keys()) expectClose(got.layer(l), wanted.layer(l), 1e-5);
    },
  );

  it('lets each sample stop by itself, where counted iterations would have led it by then', async () => {
    const { net, reference, device } = await pairOf(shape, eulerSteps(0.5));
    const { batch, inputs, draw } = net;
    const { layers, inputs: width } = net.network;
    const from = { layers: layers.map((size) => draw(batch * size, 0, 1)) };
    const stop = { tolerance: 1e-4, maxIterations: 500 };
    const together = await device.settle({ batch, inputs }, { from, stop });
    expect(together.status).toBe('settled');
    const wanted = await reference.settle({ batch, inputs }, { from, stop });
    expect(Math.abs(wanted.iterations - together.iterations)).toBeLessThan(1);
    const counts: number[] = [];
    for (let s = 0; s < batch; s++) {
      const drive = { batch: 1, inputs: inputs.subarray(s * width, (s + 1) * width) };
      const row = (states: Floats, l: number) => states.slice(s * layers[l], (s + 1) * layers[l]);
      const start = { layers: from.layers.map(row) };
      const alone = await device.settle(drive, { from: start, stop });
      const counted = await device.settle(drive, {
        from: start,
        stop: { fixedIterations: alone.iterations },
      });
      counts.push(alone.iterations);
      for (const l of layers.keys()) {
        expect(alone.layer(l)).toEqual(row(together.layer(l), l));
        expect(alone.layer(l)).toEqual(counted.layer(l));
      }
    }
    expect(together.iterations).toBeCloseTo(counts.reduce((sum, n) => sum + n, 0) / batch, 10);
    if (batch > 1 && layers.length > 1) expect(new Set(counts).size).toBeGreaterThan(1);
  });

  it('learns as float64 does', async () => {
    const { net, reference, device } = await pairOf(shape);
    const { batch, inputs, targets } = net;
    const plan: PhasePlan = {
      nudge: 'conductance',
      betas: [-0.5, 0.5],
      stop: { fixedIterations: 30 },
      update: { id: 1, rates: Object.fromEntries(device.info.groups.map(({ name }) => [name, 0.1])) },
    };
    const changeOf = async (which: HopfieldDevice | HopfieldFloat32Device) => {
      const before = await which.readParameters();
      const report = await settleSettleAdapt(which, { size: batch, inputs, targets }, plan);
      const after = await which.readParameters();
      const change = (name: string) => Float64Array.from(after[name], (value, e) => value - before[name][e]);
      return { change, report };
    };
    const wanted = await changeOf(reference as HopfieldDevice);
    const got = await changeOf(device);
    for (const { name } of device.info.groups) {
      expect(relativeError(got.change(name), wanted.change(name))).toBeLessThan(1e-3);
    }
    for (const [name, change] of Object.entries(wanted.report.adapt.relativeChange ?? {})) {
      expect(got.report.adapt.relativeChange?.[name]).toBeCloseTo(change, 4);
    }
  });

  it('steps exactly as it settles and adapts, with particles to start from, either sign and both', async () => {
    const fused = (await pairOf(shape)).device;
    const { net, device: plain } = await pairOf(shape);
    const { batch, inputs, targets, draw } = net;
    for (const [n, betas] of [[0, 1] as const, [-1, 0] as const, [-0.7, 0.7] as const].entries()) {
      const plan: PhasePlan = {
        nudge: 'conductance',
        betas,
        stop: { tolerance: 1e-3, maxIterations: 60 },
        nudgedStop: { fixedIterations: 4 },
        from: { layers: net.network.layers.map((size) => draw(batch * size, 0, 1)) },
        update: { id: n + 1, rates: { w1: 0.2, b1: 0.1 } },
      };
      const one = await fused.step({ size: batch, inputs, targets }, plan);
      const three = await settleSettleAdapt(plain, { size: batch, inputs, targets }, plan);
      expect(one.nudged).toEqual(three.nudged);
      expect(one.adapt).toEqual(three.adapt);
      expect(one.free.iterations).toBe(three.free.iterations);
      for (const l of net.network.layers.keys()) expect(one.free.layer(l)).toEqual(three.free.layer(l));
      expect(await fused.readParameters()).toEqual(await plain.readParameters());
    }
  });
});

describe.each([HopfieldDevice, HopfieldFloat32Device])('stop rules of %o', (Device) => {
  const { network, inputs } = randomHopfield({ seed: 9, inputs: 5, hidden: [7], outputs: 2, batch: 1 });
  const drive = { batch: 1, inputs };
  const open = () => new Device(network, { seed: 1, relaxation: exactUpdates });

  it.each<[StopRule, RegExp]>([
    [{ fixedIterations: 3e9 }, /fixedIterations must be a whole number from 0 to 2147483647, got 3000000000/],
    [{ fixedIterations: Number.NaN }, /fixedIterations .* got NaN/],
    [{ maxIterations: -1 }, /maxIterations .* got -1/],
    [{ tolerance: Number.NaN }, /tolerance .* got NaN/],
  ])('%o is refused', (stop, message) => expect(open().settle(drive, { stop })).rejects.toThrow(message));

  it('without a limit go on until the tolerance is met', async () => {
    const stop = { tolerance: 1e-3, maxIterations: Number.POSITIVE_INFINITY };
    const { status, iterations } = await open().settle(drive, { stop });
    expect(status).toBe('settled');
    expect(iterations).toBeGreaterThan(0);
  });
});

describe('float32 Hopfield device', () => {
  it('reads its weights for energies once, and again when they have changed', async () => {
    const { network, inputs, parameters } = randomHopfield({
      seed: 9,
      inputs: 5,
      hidden: [7],
      outputs: 2,
      batch: 1,
    });
    const device = new HopfieldFloat32Device(network, { seed: 1, relaxation: exactUpdates });
    const energy = async () => (await device.settle({ batch: 1, inputs })).energy()[0];
    const read = vi.spyOn(HopfieldParameters, 'of');
    const before = await energy();
    expect(await energy()).toBe(before);
    expect(read).toHaveBeenCalledTimes(1);
    await device.writeParameters(parameters);
    const after = await energy();
    expect(after).not.toBe(before);
    const reference = new HopfieldDevice(network, { seed: 1, relaxation: exactUpdates });
    await reference.writeParameters(parameters);
    expect(after).toBeCloseTo((await reference.settle({ batch: 1, inputs })).energy()[0], 5);
    read.mockRestore();
  });

  it('says not-finite when sums overflow both ways, and learns nothing from it', async () => {
    const { net, device } = await pairOf(shapes[1]);
    const { batch, targets } = net;
    const [hidden] = net.network.layers;
    const sign = (e: number) => (Math.floor(e / hidden) % 2 === 0 ? 1 : -1);
    await device.writeParameters({ w1: net.parameters.w1.map((_, e) => sign(e) * 3e38) });
    const before = await device.readParameters();
    const report = await device.step(
      { size: batch, inputs: new Float64Array(batch * net.network.inputs).fill(10), targets },
      {
        nudge: 'conductance',
        betas: [0, 1],
        stop: { fixedIterations: 3 },
        update: { id: 1, rates: { w2: 0.1 } },
      },
    );
    expect(report.free.status).toBe('not-finite');
    expect(report.adapt.applied).toBe(false);
    expect(await device.readParameters()).toEqual(before);
  });

  it.each([2, 3])('gives on %i threads what it gives on one, bit for bit', async (threads) => {
    const { net, device: alone } = await pairOf(shapes[3], eulerSteps(0.5));
    const options = { seed: 1, relaxation: eulerSteps(0.5), threads };
    const shared = new HopfieldFloat32Device(net.network, options);
    await shared.writeParameters(net.parameters);
    const { batch, inputs, targets } = net;
    for (const id of [1, 2, 3]) {
      const plan: PhasePlan = {
        nudge: 'conductance',
        betas: [0, 1],
        stop: { tolerance: 1e-3, maxIterations: 100 },
        nudgedStop: { fixedIterations: 4 },
        update: { id, rates: { w1: 0.2, w2: 0.1, w3: 0.1, w4: 0.1, b2: 0.1 } },
      };
      const one = await alone.step({ size: batch, inputs, targets }, plan);
      const many = await shared.step({ size: batch, inputs, targets }, plan);
      expect(many.free.iterations).toBe(one.free.iterations);
      for (const l of net.network.layers.keys()) expect(many.free.layer(l)).toEqual(one.free.layer(l));
    }
    expect(await shared.readParameters()).toEqual(await alone.readParameters());
    await shared.close();
  });

  it('grows with the minibatch without losing its weights', async () => {
    const { net, device } = await pairOf(shapes[1]);
    const before = await device.readParameters();
    const inputs = new Float64Array(57 * net.network.inputs).fill(0.25);
    const large = await device.settle({ batch: 57, inputs });
    const small = await device.settle({ batch: 1, inputs: inputs.subarray(0, net.network.inputs) });
    expectClose(large.outputs().subarray(0, 10), small.outputs(), 1e-6);
    expect(await device.readParameters()).toEqual(before);
  });
});
