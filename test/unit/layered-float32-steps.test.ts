import { describe, expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { RandomStream } from '../../core/index.js';
import type { Batch, PhasePlan, PreparedBatch } from '../../devices/contract/index.js';
import { Coder, type DataSet } from '../../learning/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';

const INPUTS = 21;
const OUTPUTS = 3;

function openDevice(hidden = [19, 7]) {
  const network = layeredNetwork({
    inputs: INPUTS,
    hidden,
    outputs: OUTPUTS,
    inputGain: 30,
    units: { conductance_S: 1, voltage_V: 1 },
  });
  return new LayeredFloat32Device(network, { seed: 3, threads: 1 });
}

function minibatch(k: number, size = 4): Batch & { inputs: Float64Array } {
  const random = new RandomStream(8, 'minibatches').at(k);
  return {
    size,
    inputs: Float64Array.from({ length: size * INPUTS }, () => Math.max(0, random.between(-1, 1))),
    targets: Float64Array.from({ length: size * OUTPUTS }, (_, e) => (e % OUTPUTS === k % OUTPUTS ? 1 : 0)),
  };
}

function plan(id: number): PhasePlan {
  const rates = { g1: 0.01, g2: 0.01, g3: 0.01 };
  return { nudge: 'conductance', betas: [-0.5, 0.5], update: { id, rates } };
}

describe('announced inputs', () => {
  it('are used for the batch that announced them, whatever was settled in between', async () => {
    const [first, second, other] = [minibatch(1), minibatch(2), minibatch(3)];
    const outputs: Float64Array[] = [];
    for (const announce of [true, false]) {
      const device = openDevice();
      const handle = announce ? device.prepare(second) : undefined;
      await device.step(first, plan(1));
      await device.settle({ batch: 4, inputs: other.inputs });
      await device.settle({ batch: 4, inputs: second.inputs });
      await device.settle({ batch: 4, inputs: other.inputs });
      const { free } = await device.step(handle ?? second, plan(2));
      outputs.push(free.outputs());
      await device.close();
    }
    expect(outputs[0]).toEqual(outputs[1]);
  });

  it('count no more once a step with them was refused', async () => {
    const device = openDevice();
    const [first, second, other] = [minibatch(1), minibatch(2), minibatch(3)];
    const handle = device.prepare(second);
    await device.step(first, plan(1));
    await expect(device.step(handle, plan(0))).rejects.toThrow(/id must be/);
    second.inputs.set(other.inputs);
    const seen = await device.settle({ batch: 4, inputs: second.inputs });
    const asked = await device.settle({ batch: 4, inputs: other.inputs });
    expect(seen.outputs()).toEqual(asked.outputs());
    await device.close();
  });

  it('may lie in an array that held a former minibatch', async () => {
    const outputs: Float64Array[][] = [[], []];
    for (const [r, reuse] of [true, false].entries()) {
      const device = openDevice();
      const rooms = [minibatch(0), minibatch(0)];
      const at = (k: number): Batch => {
        const fresh = minibatch(k);
        if (!reuse) return fresh;
        rooms[k % 2].inputs.set(fresh.inputs);
        return { ...fresh, inputs: rooms[k % 2].inputs };
      };
      let current: Batch | PreparedBatch = at(0);
      for (let k = 1; k < 6; k++) {
        const next = device.prepare(at(k));
        const { free } = await device.step(current, plan(k));
        outputs[r].push(free.outputs());
        current = next;
      }
      await device.close();
    }
    expect(outputs[0]).toEqual(outputs[1]);
  });
});

describe('the free phase of a step', () => {
  it('can be read after later steps, and not after it was released', async () => {
    const device = openDevice();
    const second = device.prepare(minibatch(2));
    const { free } = await device.step(minibatch(1), plan(1));
    const early = [0, 1, 2].map((l) => free.layer(l));
    const later = await device.step(second, plan(2));
    await device.settle({ batch: 4, inputs: minibatch(4).inputs });
    expect([0, 1, 2].map((l) => free.layer(l))).toEqual(early);
    expect(later.free.outputs()).not.toEqual(free.outputs());
    free.release();
    expect(() => free.outputs()).toThrow(/released/);
    expect(() => later.free.layer(3)).toThrow(/no layer 3/);
    await device.close();
  });

  it('can be contrasted with a nudged phase when nothing was learned', async () => {
    const device = openDevice();
    const { inputs, targets } = minibatch(1);
    const { free } = await device.step(
      { size: 4, inputs, targets },
      { ...plan(1), update: { id: 1, rates: {} } },
    );
    const nudge = { kind: 'conductance' as const, beta: 0.5, targets };
    const settled = await device.settle({ batch: 4, inputs });
    const own = await device.settle({ batch: 4, inputs, nudge }, { from: settled });
    const fromStep = await device.settle({ batch: 4, inputs, nudge }, { from: free });
    for (const [e, v] of own.outputs().entries()) expect(fromStep.outputs()[e]).toBeCloseTo(v, 6);
    await device.close();
  });
});

describe('conductances at an edge of their window', () => {
  const network = layeredNetwork({
    inputs: INPUTS,
    hidden: [19, 7, 33],
    outputs: OUTPUTS,
    inputGain: 30,
    units: { conductance_S: 1, voltage_V: 1 },
  });
  it.each([
    ['float32', () => openDevice([19, 7, 33])],
    ['float64', () => new LayeredDevice(network, { seed: 1 })],
  ] as const)('are counted as they are read, at sizes that fill no tile, %s', async (_, open) => {
    const device = open();
    const parameters = await device.readParameters();
    for (const { name, min } of device.info.groups) {
      if (name.startsWith('g'))
        for (let e = 0; e < parameters[name].length; e += 3) parameters[name][e] = min;
    }
    const { saturatedFraction } = await device.writeParameters(parameters);
    const values = device.info.groups.filter(({ name }) => name.startsWith('g'));
    let edge = 0;
    let all = 0;
    for (const { name, min } of values) {
      all += parameters[name].length;
      edge += parameters[name].filter((g) => g === min).length;
    }
    expect(saturatedFraction).toBeCloseTo(edge / all, 12);
    await device.close();
  });
});

describe('coding bytes', () => {
  const values = Uint8Array.from({ length: 5 * INPUTS }, (_, e) => (e * 37) % 256);
  const labels = Uint8Array.of(0, 1, 2, 1, 0);
  const samples = { count: 5, features: INPUTS, classes: OUTPUTS, values, labels };
  const shared = {
    name: 'bytes',
    features: INPUTS,
    classes: OUTPUTS,
    classNames: ['a', 'b', 'c'],
    sources: [],
  };
  const alike: DataSet = { ...shared, featureRange: [0, 255], train: samples, test: samples };

  it('gives the same voltages by table as feature by feature, in fresh or spent arrays', () => {
    const device = openDevice();
    const floats = { ...samples, values: Float64Array.from(values) };
    const coder = new Coder(alike, device.info);
    const byTable = coder.batch(samples, [4, 0, 2]);
    expect(byTable).toEqual(coder.batch(floats, [4, 0, 2]));
    const expected = coder.batch(samples, [1, 3, 3]);
    const reused = coder.batch(samples, [1, 3, 3], byTable);
    expect(reused).toEqual(expected);
    expect(reused.inputs).toBe(byTable.inputs);
    expect(coder.batch(samples, [1], reused).inputs).not.toBe(byTable.inputs);
  });
});
