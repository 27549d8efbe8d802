import { describe, expect, it } from 'vitest';
import { hopfieldNetwork } from '../../circuits/hopfield/index.js';
import { describeParticles, iris, Particles, Trainer, type TrainingOptions } from '../../learning/index.js';
import { eulerSteps, HopfieldDevice } from '../../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../../solver/hopfield-float32/index.js';

const data = iris({ seed: 1 });
const network = hopfieldNetwork({ inputs: data.features, hidden: [14, 9], outputs: data.classes });
const options: TrainingOptions = {
  seed: 5,
  epochs: 4,
  batch: 7,
  estimator: 'random-sign',
  beta: 1,
  rates: { w1: 0.3, b1: 0.3, w2: 0.2, b2: 0.2, w3: 0.1, b3: 0.1 },
  stop: { fixedIterations: 6 },
  nudgedStop: { fixedIterations: 3 },
  particles: true,
};

function trainer(changed: Partial<TrainingOptions> = {}, kind: 'float32' | 'float64' = 'float32'): Trainer {
  const make = { float32: HopfieldFloat32Device, float64: HopfieldDevice }[kind];
  const device = new make(network, { seed: 2, relaxation: eulerSteps(0.5) });
  return new Trainer({ device, dataSet: data, ...options, ...changed });
}

async function finish(trainer: Trainer): Promise<void> {
  for await (const event of trainer.run()) expect(event.type).not.toBe('interrupted');
}

/** Stops after so many minibatches, in the middle of an epoch. */
async function stopAfter(trainer: Trainer, minibatches: number): Promise<void> {
  const controller = new AbortController();
  let done = 0;
  for await (const event of trainer.run(controller.signal)) {
    if (event.type === 'minibatch' && ++done === minibatches) controller.abort();
  }
}

describe('persistent particles', () => {
  it('start at rest, keep each sample apart from the order it is met in, and give back what was kept', async () => {
    const particles = new Particles(5, [2, 1]);
    expect(particles.take([3]).layers.map((layer) => [...layer])).toEqual([[0, 0], [0]]);
    const equilibrium = {
      layer: (l: number) =>
        Float64Array.from(
          [
            [1, 2, 3, 4],
            [5, 6],
          ][l],
        ),
    };
    particles.keep([4, 1], equilibrium as never);
    expect(particles.take([1, 4, 0]).layers.map((layer) => [...layer])).toEqual([
      [3, 4, 1, 2, 0, 0],
      [6, 5, 0],
    ]);
  });

  it('say how much memory they take before they take it', () => {
    expect(describeParticles(50000, [500, 500, 500, 10])).toBe(
      '50,000 samples × 1510 states × 4 bytes = 302 MB',
    );
    expect(() => new Particles(1e12, [1000])).toThrow(/more than this machine has/);
  });

  it('carry the free phase on over epochs: three epochs of 6 steps are 18 steps from rest', async () => {
    // Nothing is learnt, so that only the steps differ.
    const costAtLast = async (changed: Partial<TrainingOptions>) => {
      const run = trainer({ ...changed, rates: {} });
      let cost = 0;
      for await (const event of run.run()) if (event.type === 'epoch') cost = event.record.cost_V2;
      return cost;
    };
    const kept = await costAtLast({ epochs: 3 });
    const long = await costAtLast({ epochs: 1, particles: false, stop: { fixedIterations: 18 } });
    const fresh = await costAtLast({ epochs: 3, particles: false });
    expect(kept).toBeCloseTo(long, 6);
    expect(Math.abs(kept - fresh)).toBeGreaterThan(1e-4);
  });

  it.each(['float32', 'float64'] as const)(
    'are in checkpoints: resumed equals uninterrupted bit for bit (%s)',
    async (kind) => {
      const whole = trainer({}, kind);
      await finish(whole);
      const stopped = trainer({}, kind);
      await stopAfter(stopped, 20);
      const state = structuredClone(stopped.state);
      const device = structuredClone(await stopped.device.snapshot());
      const arrays = structuredClone(stopped.arrays);
      expect(state.minibatch).toBeGreaterThan(0);

      const resumed = trainer({ seed: 5 }, kind);
      await resumed.restore(state, device, arrays);
      await finish(resumed);
      expect((await resumed.device.snapshot()).arrays).toEqual((await whole.device.snapshot()).arrays);
      expect(resumed.arrays).toEqual(whole.arrays);

      // The particles matter: without them the run ends elsewhere.
      const forgetful = trainer({}, kind);
      const rest = Object.fromEntries(
        Object.entries(arrays).map(([name, values]) => [name, values.map(() => 0)]),
      );
      await forgetful.restore(state, device, rest as typeof arrays);
      await finish(forgetful);
      expect((await forgetful.device.snapshot()).arrays).not.toEqual((await whole.device.snapshot()).arrays);
    },
  );

  it('and so is the relative change of the weights that a resumed run reports', async () => {
    // Wide enough for every width of the kernel's loops.
    const inputs = 40;
    const wide = hopfieldNetwork({ inputs, hidden: [75], outputs: 2 });
    const make = () => new HopfieldFloat32Device(wide, { seed: 2, relaxation: eulerSteps(0.5) });
    const step = async (device: HopfieldFloat32Device, id: number) => {
      // After the first, updates meet inputs at 0, whose weights they leave alone.
      const batch = {
        size: 1,
        inputs: Float64Array.from({ length: inputs }, (_, i) => (id === 1 || i === id ? 1 : 0)),
        targets: Float64Array.of(1, 0),
      };
      const report = await device.step(batch, {
        nudge: 'conductance',
        betas: [0, 1],
        stop: { fixedIterations: 6 },
        update: { id, rates: { w1: 0.3, w2: 0.2 } },
      });
      return report.adapt.relativeChange;
    };
    const whole = make();
    await step(whole, 1);
    const resumed = make();
    await resumed.restore(await whole.snapshot());
    for (let id = 2; id < inputs; id++) expect(await step(resumed, id)).toEqual(await step(whole, id));
  });

  it('refuse a checkpoint of another data set, saying which layer', async () => {
    const run = trainer();
    const snapshot = await run.device.snapshot();
    await expect(run.restore(run.state, snapshot, {})).rejects.toThrow(/layer 1.*resume with the data/s);
  });

  it('report the relative weight change of each layer, as the founding paper does', async () => {
    const run = trainer({ epochs: 1 });
    for await (const event of run.run()) {
      if (event.type !== 'epoch') continue;
      const change = event.record.relativeChange ?? {};
      expect(Object.keys(change)).toEqual(['w1', 'w2', 'w3']);
      for (const value of Object.values(change)) {
        expect(value).toBeGreaterThan(1e-6);
        expect(value).toBeLessThan(0.5);
      }
    }
  });
});
