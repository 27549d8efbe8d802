import { describe, expect, it } from 'vitest';
import { hopfieldNetwork } from '../../circuits/hopfield/index.js';
import { layeredNetwork, nodesBefore } from '../../circuits/layered/index.js';
import { CellStore, conductanceMap } from '../../devices/cells/index.js';
import { updatePolicy } from '../../devices/cells/policies/index.js';
import { linearCells } from '../../devices/cells/pulse/index.js';
import {
  type AnalogDevice,
  describeAccumulators,
  type Optimizer,
  type ParameterValues,
  settleSettleAdapt,
  type Update,
} from '../../devices/contract/index.js';
import { readSchedule } from '../../experiments/schema/index.js';
import { estimator, estimatorAt, factorAt, scheduleRemarks } from '../../learning/index.js';
import { exactUpdates, HopfieldDevice } from '../../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../../solver/hopfield-float32/index.js';
import { LayeredDevice, layeredInCells } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';
import { expectWithinLargest } from './closeness.js';

// Optimisers, decay and schedules: against their equations written out, between devices, and through a snapshot.

const layered = layeredNetwork({
  inputs: 5,
  hidden: [8],
  outputs: 3,
  inputGain: 3,
  windowRatio: 10,
  units: { conductance_S: 1, voltage_V: 1 },
});
const recurrent = hopfieldNetwork({ inputs: 5, hidden: [8], outputs: 3 });
const relaxation = exactUpdates;

async function inCells(): Promise<AnalogDevice> {
  const model = linearCells(10_000, 10);
  const groups = layered.layers.map((columns, l) => ({
    name: `g${l + 1}`,
    rows: nodesBefore(layered.inputs, layered.layers, l),
    columns,
    map: conductanceMap(model, layered.windows[l].g_max_S, 'single'),
  }));
  const policy = updatePolicy('exact', { mostPulses: 1 });
  const device = await layeredInCells(layered, { store: new CellStore({ groups, model, policy, seed: 2 }) });
  await device.initialise(3);
  return device;
}

const devices: Readonly<Record<string, () => AnalogDevice | Promise<AnalogDevice>>> = {
  'layered, float64': () => new LayeredDevice(layered, { seed: 3 }),
  'layered, float32': () => new LayeredFloat32Device(layered, { seed: 3, threads: 1 }),
  'layered in cells': inCells,
  'Hopfield, float64': () => new HopfieldDevice(recurrent, { seed: 3, relaxation }),
  'Hopfield, float32': () => new HopfieldFloat32Device(recurrent, { seed: 3, relaxation }),
};

const optimizers = (info: AnalogDevice['info'], epsilon = 1e-3): Readonly<Record<string, Optimizer>> => ({
  momentum: { kind: 'momentum', momentum: 0.8 },
  adam: {
    kind: 'adam',
    beta1: 0.9,
    beta2: 0.99,
    epsilon: Object.fromEntries(info.groups.map(({ name }) => [name, epsilon])),
  },
});

const inputs = Float64Array.from({ length: 20 }, (_, k) => 0.5 + 0.5 * Math.sin(k));
const targets = Float64Array.from({ length: 12 }, (_, k) => (k % 4 === 0 ? 1 : 0));
const stop = { tolerance: 1e-6, outputChange: 1e-6, maxIterations: 3000 };
const planOf = (update: Update) => ({ nudge: 'conductance', betas: [-0.05, 0.05], stop, update }) as const;

function updateOf(device: AnalogDevice, id: number, optimizer: Optimizer, rate = 0.01): Update {
  const groups = device.info.groups.map(({ name }) => name);
  return {
    id,
    optimizer,
    rates: Object.fromEntries(groups.map((name) => [name, rate])),
    decay: Object.fromEntries(groups.map((name) => [name, name.startsWith('b') ? 0 : 0.02])),
  };
}

async function run(device: AnalogDevice, optimizer: Optimizer, from: number, to: number): Promise<void> {
  for (let id = from; id <= to; id++) {
    const batch = { size: 4, inputs, targets };
    const plan = planOf(updateOf(device, id, optimizer));
    const { free } = await (device.step?.(batch, plan) ?? settleSettleAdapt(device, batch, plan));
    free.release();
  }
}

describe.each(Object.entries(devices))('%s', (named, open) => {
  it.each(['momentum', 'adam'])(
    'carries out %s with decay as its equations say, at the walls too',
    async (kind) => {
      const device = await open();
      const optimizer = optimizers(device.info)[kind];
      const u: Record<string, number[]> = {};
      const s: Record<string, number[]> = {};
      for (let id = 1; id <= 4; id++) {
        const before = await device.readParameters();
        const free = await device.settle({ batch: 4, inputs }, { stop });
        const phase = (beta: number) =>
          device.settle(
            { batch: 4, inputs, nudge: { kind: 'conductance', beta, targets } },
            { from: free, stop },
          );
        const pair = { first: await phase(-0.05), second: await phase(0.05) };
        const gradient = (await device.gradient?.(pair)) as ParameterValues;
        await device.adapt(pair, updateOf(device, id, optimizer));
        const after = await device.readParameters();
        for (const { name, min, max } of device.info.groups) {
          u[name] ??= Array.from(before[name], () => 0);
          s[name] ??= Array.from(before[name], () => 0);
          const share = name.startsWith('b') ? 0 : 0.02;
          const want = Float64Array.from(before[name], (p, e) => {
            const g = gradient[name][e];
            let step: number;
            if (optimizer.kind === 'momentum') {
              u[name][e] = 0.8 * u[name][e] + g;
              step = 0.01 * u[name][e];
            } else {
              u[name][e] = 0.9 * u[name][e] + 0.1 * g;
              s[name][e] = 0.99 * s[name][e] + 0.01 * g * g;
              step =
                (0.01 * (u[name][e] / (1 - 0.9 ** id))) / (Math.sqrt(s[name][e] / (1 - 0.99 ** id)) + 1e-3);
            }
            const wanted = (1 - share) * p - step;
            if (wanted < min || wanted > max) u[name][e] = 0;
            return Math.min(max, Math.max(min, wanted));
          });
          // cells keep float32 states
          expectWithinLargest(after[name], want, named.includes('float64') ? 1e-9 : 1e-5);
        }
      }
      await device.close();
    },
  );

  it.each(['momentum', 'adam'])('goes on bit for bit after a snapshot: %s', async (kind) => {
    const whole = await open();
    const optimizer = optimizers(whole.info)[kind];
    await run(whole, optimizer, 1, 3);
    const state = await whole.snapshot();
    await run(whole, optimizer, 4, 6);
    const resumed = await open();
    await resumed.restore(state);
    await run(resumed, optimizer, 4, 6);
    expect(await resumed.readParameters()).toEqual(await whole.readParameters());
    // without what was accumulated it would have gone elsewhere
    const bare = await open();
    const arrays = Object.entries(state.arrays).filter(([name]) => !name.startsWith('optimizer-'));
    await bare.restore({ ...state, arrays: Object.fromEntries(arrays) });
    await run(bare, optimizer, 4, 6);
    expect(await bare.readParameters()).not.toEqual(await whole.readParameters());
    await Promise.all([whole, resumed, bare].map((device) => device.close()));
  });
});

describe.each(Object.entries(devices).filter(([name]) => name.includes('float32')))('%s', (_, open) => {
  it.each(['momentum', 'adam'])('steps as it settles, settles and adapts: %s', async (kind) => {
    const [one, other] = [await open(), await open()];
    const optimizer = optimizers(one.info)[kind];
    for (let id = 1; id <= 3; id++) {
      const batch = { size: 4, inputs, targets };
      const plan = planOf(updateOf(one, id, optimizer));
      (await one.step?.(batch, plan))?.free.release();
      (await settleSettleAdapt(other, batch, plan)).free.release();
      const [got, want] = [await one.readParameters(), await other.readParameters()];
      for (const name of Object.keys(want)) expectWithinLargest(got[name], want[name], 1e-5);
    }
    await Promise.all([one, other].map((device) => device.close()));
  });
});

it('says what an optimiser keeps', () => {
  const { info } = new LayeredFloat32Device(layered, { threads: 1 });
  expect(describeAccumulators(info, optimizers(info).adam)).toBe(
    'adam keeps 2 numbers beside each of 115 parameters, in digital memory: 1 kB',
  );
  expect(describeAccumulators(info, { kind: 'sgd' })).toBeUndefined();
});

describe('schedules', () => {
  it.each([
    ['beta=step:0.5/10', 10, ['schedule: β does not change in 10 epochs: its first step is after epoch 10']],
    ['beta=step:0.5/10', 11, []],
    [
      'rate=warm-up:3*cosine',
      3,
      ['schedule: the rate is still rising when 3 epochs end: its warm-up takes 3 epochs'],
    ],
    ['rate=warm-up:3*cosine', 4, []],
    ['rate=cosine,beta=exponential:0.9', 1, []],
    [
      'estimator=positive:5/centered',
      5,
      ['schedule: the estimator centered is never used: it would begin after epoch 5 of 5'],
    ],
    ['estimator=positive:5/centered', 6, []],
  ])('%s over %i epochs say what the run does not come to', (text, epochs, remarks) => {
    expect(scheduleRemarks(readSchedule(text), epochs)).toEqual(remarks);
  });

  const at = (text: string, epochs = 10) => {
    const { rate } = readSchedule(`rate=${text}`);
    return Array.from({ length: epochs }, (_, k) => factorAt(rate, k + 1, epochs));
  };

  it('have the shapes that they are named for', () => {
    expect(at('exponential:0.5', 3)).toEqual([1, 0.5, 0.25]);
    expect(at('step:0.5/2', 5)).toEqual([1, 1, 0.5, 0.5, 0.25]);
    expect(at('cosine', 4)[2]).toBeCloseTo(0.5, 12);
    expect(at('cosine:0.2/2', 4)).toEqual([1, 0.6, 0.2, 0.2].map((x) => expect.closeTo(x, 12)));
    expect(at('warm-up:3', 5)).toEqual([0.25, 0.5, 0.75, 1, 1]);
    expect(at('warm-up:1*step:0.1/2', 3)).toEqual([0.5, 1, expect.closeTo(0.1, 12)]);
  });

  it('change the estimator, and mix one-sided with centered minibatches', () => {
    const { estimator: plan = [] } = readSchedule('beta=step:0.5/10, estimator=positive:2/centered');
    expect([1, 2, 3, 9].map((epoch) => estimatorAt(plan, epoch))).toEqual([
      'positive',
      'positive',
      'centered',
      'centered',
    ]);
    const firsts = Array.from({ length: 400 }, (_, id) => estimator('hybrid', 1).betas(2, id)[0]);
    expect(new Set(firsts)).toEqual(new Set([0, -2]));
    expect(Math.abs(firsts.filter((first) => first === 0).length - 200)).toBeLessThan(60);
  });

  it.each([
    ['rate', /cannot read "rate"; write for instance/],
    ['rats=cosine', /did you mean rate\?/],
    ['rate=cosine,rate=step:1/2', /rate is given twice/],
    ['rate=cosine:2', /cannot read "cosine:2"/],
    ['rate=step:0.5', /cannot read "step:0.5"/],
    ['beta=cosine', /a β that falls to 0 contrasts nothing/],
    ['estimator=positve:3/centered', /did you mean positive\?/],
    ['estimator=positive/centered', /each estimator but the last has its epochs/],
  ])('refuse %s', (text, message) => {
    expect(() => readSchedule(text)).toThrow(message);
  });
});
