import { describe, expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { OhmpropError } from '../../core/index.js';
import type { AnalogDevice } from '../../devices/contract/index.js';
import {
  Coder,
  digits,
  type EpochRecord,
  holdOutValidation,
  iris,
  Trainer,
  type TrainingEvent,
  type TrainingOptions,
  xor,
} from '../../learning/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';

const data = digits({ seed: 2, train: 60, test: 20 });
const network = layeredNetwork({
  inputs: data.features,
  hidden: [16],
  outputs: 10,
  inputGain: 20,
  units: { conductance_S: 1, voltage_V: 1 },
});
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
    const wide = layeredNetwork({
      inputs: 4,
      hidden: [32],
      outputs: 3,
      inputGain: 4,
      units: { conductance_S: 1, voltage_V: 1 },
    });
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
    await expect(run.next()).rejects.toThrow(
      /too large for the random-sign estimator .* below 0\.\d+ S\. Use --beta auto/,
    );
    await expect(trainer(undefined, { beta: 50, estimator: 'positive' }).run().next()).resolves.toBeDefined();
  });

  /** Nudged phases of the βs that `bad` picks end in that status. */
  const spoilt = (status: string, bad: (beta: number) => boolean) =>
    new (class extends LayeredDevice {
      override async settle(...args: Parameters<LayeredDevice['settle']>) {
        const rest = await super.settle(...args);
        return bad(rest.beta)
          ? Object.create(rest, { status: { value: status }, iterations: { value: 0 } })
          : rest;
      }
    })(network, { seed: 3 });

  it('ends the run when a phase gives nothing to learn from, and changes nothing', async () => {
    const device = spoilt('not-finite', (beta) => beta < 0);
    const before = await device.readParameters();
    const run = trainer(device, { estimator: 'centered' }).run();
    expect((await run.next()).value).toMatchObject({ type: 'update-intended', id: 1 });
    // Without the figures of a phase that did no iteration.
    await expect(run.next()).rejects.toThrow(/epoch 1, minibatch 1: A node left the range.*rates\.$/);
    expect(await device.readParameters()).toEqual(before);
  });

  it('takes a minibatch one-sidedly where its negative nudge is not borne, says so once, and counts them', async () => {
    let settled = 0;
    const device = spoilt('not-passive', (beta) => beta < 0 && ++settled % 5 === 0);
    const events: TrainingEvent[] = [];
    for await (const event of trainer(device, { estimator: 'centered' }).run()) events.push(event);
    const intended = events.filter((event) => event.type === 'update-intended');
    const first = intended.findIndex(({ betas }) => betas[0] === 0);
    expect(intended[first]).toMatchObject({ id: intended[first - 1].id, betas: [0, 0.05] });
    expect(events.filter((event) => event.type === 'warning')).toMatchObject([
      { text: expect.stringMatching(/epoch 1, minibatch 5: the network does not bear a nudge of -0\.05 S/) },
    ]);
    const records = events.flatMap((event) => (event.type === 'epoch' ? [event.record] : []));
    // Every fifth of the negative phases, those by which the gradient is looked at after the first epoch among them.
    expect(records.map(({ oneSided }) => oneSided)).toEqual([1, 1]);
  });

  it('chooses β by what the network bears, and resumes under what it chose', async () => {
    const device = new LayeredDevice(network, { seed: 3 });
    const { lowest } = await device.nudgeLimits();
    const first = trainer(device, { beta: 'auto' });
    const run = first.run();
    expect((await run.next()).value).toMatchObject({
      type: 'chosen',
      text: expect.stringMatching(/a third of/),
    });
    expect(first.nudge.beta).toBeCloseTo(-lowest / 3, 2);
    const second = trainer(new LayeredDevice(network, { seed: 9 }), { beta: 'auto' });
    await second.restore(JSON.parse(JSON.stringify(first.state)), await device.snapshot());
    expect(second.nudge.beta).toBe(first.nudge.beta);
  });

  it('takes β back after an epoch at whose end the network bears less, and up again when it bears more', async () => {
    const device = new LayeredDevice(network, { seed: 3 });
    const limits = [1, 0.04, 1e-12, 1];
    device.nudgeLimits = async () => ({ lowest: -(limits.shift() ?? 1), highest: 1 });
    const learning = trainer(device, { epochs: 4, estimator: 'centered' });
    const said: string[] = [];
    const betas: (readonly [number, number])[] = [];
    for await (const event of learning.run()) {
      if (event.type === 'warning') said.push(event.text);
      if (event.type === 'update-intended' && event.minibatch === 1) betas.push(event.betas);
    }
    expect(betas).toEqual([
      [-0.05, 0.05],
      [-0.02, 0.02],
      [0, 0.05],
      [-0.05, 0.05],
    ]);
    expect(said).toEqual([
      expect.stringMatching(
        /^after epoch 1, β: the network bears −β below 0\.04 S now; 0\.05 S becomes 0\.02 S$/,
      ),
      expect.stringMatching(/^after epoch 2, .*next to nothing.*\+β/),
      expect.stringMatching(/^after epoch 3, β: 0\.05 S with both signs again$/),
    ]);
  });

  it('says which outputs never answer, and how few samples of them there were', async () => {
    const device = new LayeredDevice(network, { seed: 3 });
    // An output whose current is drawn away answers nothing.
    await device.writeParameters({ b2: Float64Array.from({ length: 10 }, (_, k) => (k > 7 ? -100 : 0)) });
    const learning = trainer(device, { rates: {}, epochs: 9 });
    const said: string[] = [];
    for await (const event of learning.run()) if (event.type === 'warning') said.push(event.text);
    expect(said).toEqual([expect.stringMatching(/^outputs (\d, )*8, 9 never answer: after epoch 9/)]);
  });

  it('keeps the best epoch on validation and ends when it has not been beaten for long enough', async () => {
    const held = holdOutValidation(data, 20);
    const device = new LayeredDevice(network, { seed: 3 });
    const make = (change: Partial<TrainingOptions>) =>
      new Trainer({ device, dataSet: held, ...options, ...change });
    // Nothing is learned, so the first epoch stays the best.
    const still = make({ rates: {}, epochs: 50, patience: 3 });
    let end: TrainingEvent | undefined;
    for await (const event of still.run()) end = event;
    expect(end).toMatchObject({ type: 'early-stop', epoch: 4, best: { epoch: 1 } });
    expect(still.state.best).toMatchObject({ epoch: 1 });
    const again = make({ rates: {}, epochs: 60, patience: 3 });
    await again.restore(JSON.parse(JSON.stringify(still.state)), await device.snapshot());
    expect((await again.run().next()).value).toMatchObject({ type: 'early-stop', epoch: 4 });
    expect(() => trainer(undefined, { patience: 3 })).toThrow(
      /patience: digits holds out no validation samples/,
    );
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
    expect(warnings).toEqual([
      { type: 'warning', text: expect.stringMatching(/raise maxIterations/) },
      // One iteration leaves more unbalanced than the nudge pushes.
      {
        type: 'warning',
        text: expect.stringMatching(/contrast is below the residual: .*smaller --tolerance/),
      },
      // So that nothing was learned, which is said of how it ended.
      { type: 'warning', text: expect.stringMatching(/next to nothing: its train error of 90\.0 %/) },
    ]);
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
