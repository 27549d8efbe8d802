import { describe, expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { OhmpropError } from '../../core/index.js';
import type { AnalogDevice } from '../../devices/contract/index.js';
import {
  Coder,
  digits,
  type EpochRecord,
  iris,
  Trainer,
  type TrainingEvent,
  type TrainingOptions,
  xor,
} from '../../learning/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';

const data = digits({ seed: 2, train: 60, test: 20 });
const network = layeredNetwork({ inputs: data.features, hidden: [16], outputs: 10, inputGain: 20 });
const options: TrainingOptions = {
  seed: 3,
  epochs: 2,
  batch: 7,
  estimator: 'random-sign',
  beta: 0.05,
  rates: { g1: 0.01, g2: 0.01, b1: 0.01, b2: 0.01 },
  rateDecay: 0.9,
};

function trainer(
  device: AnalogDevice = new LayeredDevice(network, { seed: 3 }),
  change: Partial<TrainingOptions> = {},
) {
  return new Trainer({ device, dataSet: data, ...options, ...change });
}

const figures = ({ seconds: _, samplesPerSecond: __, ...rest }: EpochRecord) => rest;

describe('Trainer', () => {
  it('stopped after any minibatch and restored, goes on bit for bit', async () => {
    const whole = trainer();
    const wanted: EpochRecord[] = [];
    for await (const event of whole.run()) if (event.type === 'epoch') wanted.push(event.record);

    for (const stopAfter of [1, 5, 9, 12, 17]) {
      const first = trainer();
      const controller = new AbortController();
      const got: EpochRecord[] = [];
      for await (const event of first.run(controller.signal)) {
        if (event.type === 'epoch') got.push(event.record);
        if (first.state.updates === stopAfter) controller.abort();
      }
      const state = JSON.parse(JSON.stringify(first.state));
      const second = trainer(new LayeredDevice(network, { seed: 99 }));
      await second.restore(state, await first.device.snapshot());
      for await (const event of second.run()) if (event.type === 'epoch') got.push(event.record);
      expect(got.map(figures)).toEqual(wanted.map(figures));
      expect(await second.device.readParameters()).toEqual(await whole.device.readParameters());
    }
  });

  it('stopped in the evaluation of an epoch and restored, goes on bit for bit', async () => {
    const whole = trainer();
    const wanted: EpochRecord[] = [];
    for await (const event of whole.run()) if (event.type === 'epoch') wanted.push(event.record);

    const first = trainer();
    const controller = new AbortController();
    const types: string[] = [];
    for await (const event of first.run(controller.signal)) {
      if (event.type === 'evaluating') controller.abort();
      types.push(event.type);
    }
    expect(types.slice(-2)).toEqual(['evaluating', 'interrupted']);
    const second = trainer(new LayeredDevice(network, { seed: 99 }));
    await second.restore(JSON.parse(JSON.stringify(first.state)), await first.device.snapshot());
    const got: EpochRecord[] = [];
    for await (const event of second.run()) if (event.type === 'epoch') got.push(event.record);
    expect(got.map(figures)).toEqual(wanted.map(figures));
  });

  it('lets the rest of the process have its turn, so that an interruption is heard before the epoch ends', async () => {
    const device = new LayeredFloat32Device(network, { seed: 3 });
    const long = trainer(device, { batch: 1, epochs: 1000 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1);
    let last: TrainingEvent | undefined;
    let epochs = 0;
    for await (const event of long.run(controller.signal)) {
      last = event;
      if (event.type === 'epoch') epochs++;
    }
    expect(last?.type).toBe('interrupted');
    expect(epochs).toBeLessThan(1000);
    await device.close();
  });

  it('visits every training sample once an epoch, the last minibatch being smaller', async () => {
    const one = trainer(undefined, { epochs: 1 });
    let last = 0;
    for await (const event of one.run()) if (event.type === 'minibatch') last = event.tally.samples;
    expect(last).toBe(60);
  });

  it('learns: the training error falls', async () => {
    const flowers = iris({ seed: 1 });
    const wide = layeredNetwork({ inputs: 4, hidden: [32], outputs: 3, inputGain: 4 });
    const device = new LayeredDevice(wide, { seed: 1 });
    const zScores = { scale: 'z-score', clipSigma: 2, low: -1, high: 1 } as const;
    const coder = new Coder(flowers, device.info, { ...device.info.coding, input: zScores });
    const rates = { g1: 0.05, g2: 0.05, b1: 0.05, b2: 0.05 };
    const learning = new Trainer({
      device,
      dataSet: flowers,
      coder,
      ...options,
      epochs: 20,
      rateDecay: 1,
      batch: 4,
      beta: 0.3,
      rates,
    });
    const errors: number[] = [];
    for await (const event of learning.run())
      if (event.type === 'epoch') errors.push(event.record.trainError);
    expect(errors[0]).toBeGreaterThan(0.2);
    expect(errors[19]).toBeLessThan(0.08);
  });

  it('refuses a β that the network could not bear, and says which it could', async () => {
    const run = trainer(undefined, { beta: 50 }).run();
    await expect(run.next()).rejects.toThrow(/too large for the random-sign estimator .* below 0\.\d+ S/);
    await expect(trainer(undefined, { beta: 50, estimator: 'positive' }).run().next()).resolves.toBeDefined();
  });

  it('ends the run when a phase gives nothing to learn from, and changes nothing', async () => {
    class Drifting extends LayeredDevice {
      override async settle(...args: Parameters<LayeredDevice['settle']>) {
        const rest = await super.settle(...args);
        return rest.beta < 0 ? Object.create(rest, { status: { value: 'not-passive' } }) : rest;
      }
    }
    const device = new Drifting(network, { seed: 3 });
    const before = await device.readParameters();
    const run = trainer(device, { estimator: 'centered' }).run();
    expect((await run.next()).value).toMatchObject({ type: 'update-intended', id: 1 });
    await expect(run.next()).rejects.toThrow(
      /epoch 1, minibatch 1: The nudged network does not contract.*smaller/,
    );
    expect(await device.readParameters()).toEqual(before);
  });

  it('lets the rates decay from epoch to epoch, by as much as it says before each update', async () => {
    const device = new LayeredDevice(network, { seed: 3 });
    const learning = trainer(device, { epochs: 3, rateDecay: 0.5, estimator: 'positive' });
    const said: number[] = [];
    const asked: number[] = [];
    const adapt = device.adapt.bind(device);
    device.adapt = (contrast, update, ...rest) => {
      asked.push(update.rates.g1);
      return adapt(contrast, update, ...rest);
    };
    for await (const event of learning.run()) if (event.type === 'update-intended') said.push(event.rates.g1);
    const wanted = [1, 2, 3].flatMap((epoch) => new Array<number>(9).fill(0.01 * 0.5 ** (epoch - 1)));
    expect(said).toEqual(wanted);
    expect(asked).toEqual(wanted);
  });

  it('measures power on the first 16 samples, as a mean', async () => {
    const device = new LayeredDevice(network, { seed: 3 });
    const one = trainer(device);
    const { inputs, size } = one.coder.firstBatch(data.test, 16);
    const power_W = (await device.settle({ batch: size, inputs })).power_W();
    const mean_W = power_W.reduce((sum, p) => sum + p, 0) / 16;
    expect((await one.evaluateOn('test')).power_W / mean_W).toBeCloseTo(1, 9);
    expect(power_W[0]).not.toBe(mean_W);
  });

  it('evaluates by its own stop rule, and by the free one where it has none', async () => {
    for (const [change, iterations] of [
      [{ stop: { fixedIterations: 3 }, evaluationStop: { fixedIterations: 5 } }, 5],
      [{ stop: { fixedIterations: 3 } }, 3],
    ] as const) {
      const { iterations: done } = await trainer(undefined, change).evaluateOn('test');
      expect(done).toBe(iterations);
    }
  });

  it('reports every update before and after it, as plain data', async () => {
    const device = new LayeredDevice(network, { seed: 3 });
    const learning = trainer(device, { epochs: 1 });
    const events: TrainingEvent[] = [];
    const start = await device.readParameters();
    for await (const event of learning.run()) {
      if (event.type === 'update-intended' && event.id === 1)
        expect(await device.readParameters()).toEqual(start);
      if (event.type === 'update-applied' && event.id === 1)
        expect(await device.readParameters()).not.toEqual(start);
      events.push(event);
    }
    const kinds = events.slice(0, 6).map(({ type }) => type);
    const one = ['update-intended', 'update-applied', 'minibatch'];
    expect(kinds).toEqual([...one, ...one]);
    expect(events[3]).toMatchObject({ epoch: 1, minibatch: 2, id: 2, rates: options.rates });
    expect(events[4]).toMatchObject({ epoch: 1, minibatch: 2, id: 2, adapt: { applied: true } });
    expect(JSON.parse(JSON.stringify(events[3]))).toEqual(events[3]);
    expect(events.filter(({ type }) => type === 'update-applied')).toHaveLength(9);
  });

  it('warns once where phases stopped early', async () => {
    const warnings: TrainingEvent[] = [];
    const learning = trainer(undefined, { stop: { maxIterations: 1 } });
    for await (const event of learning.run()) if (event.type === 'warning') warnings.push(event);
    expect(warnings).toEqual([{ type: 'warning', text: expect.stringMatching(/raise maxIterations/) }]);
  });

  it('refuses options that make no sense, naming the field', () => {
    for (const [change, message] of [
      [{ batch: 0 }, /batch/],
      [{ epochs: 1.5 }, /epochs/],
      [{ beta: -1 }, /beta/],
      [{ rateDecay: 2 }, /rateDecay/],
      [{ rates: { g1: -1 } }, /rates\.g1/],
      [{ nudge: 'clamp' }, /nudge.*clamp/],
    ] as const) {
      expect(() => trainer(undefined, change)).toThrow(message);
      expect(() => trainer(undefined, change)).toThrow(OhmpropError);
    }
  });

  it('refuses data that do not fit the device', () => {
    const device = new LayeredDevice(network, { seed: 1 });
    expect(() => new Coder(xor(), device.info)).toThrow(/2 features.*256 inputs/);
  });
});
