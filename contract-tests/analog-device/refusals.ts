import { type AnalogDevice, twoPhaseStep } from '../../devices/contract/index.js';
import { BATCH, type DeviceTests } from './bench.js';
import { assertRefusal } from './closeness.js';

/** What a device refuses, changing nothing. */
export function describeRefusals({ describe, test, reopened, subject }: DeviceTests): void {
  describe('refuses', () => {
    test('a snapshot of another format', async ({ device }) => {
      const state = await device.snapshot();
      await assertRefusal(device.restore({ ...state, format: 'another/9' }), /another\/9/);
    });

    test('bad drives, and changes nothing', async (bench) => {
      const { device, inputs, targets } = bench;
      const before = await device.readParameters();
      await assertRefusal(device.settle({ batch: BATCH, inputs: inputs.subarray(1) }), /inputs/);
      await assertRefusal(device.settle({ batch: 0, inputs }), /batch/);
      const broken = inputs.slice();
      broken[device.info.inputs] = Number.NaN;
      await assertRefusal(device.settle({ batch: BATCH, inputs: broken }), /row 1, column 0.*NaN/);
      const { kind } = bench;
      const nudge = (beta: number, t: Float64Array) =>
        device.settle({ batch: BATCH, inputs, nudge: { kind, beta, targets: t, outputs: targets } });
      await assertRefusal(nudge(Number.POSITIVE_INFINITY, targets), /β/);
      await assertRefusal(nudge(subject.beta, targets.subarray(1)), /targets/);
      await bench.expectUnchanged(before);
    });

    test('stop rules that cannot end a settling, in phases and in steps', async (bench) => {
      const { device } = bench;
      for (const bad of [{ maxIterations: 0 }, { tolerance: Number.NaN }, { fixedIterations: -1 }]) {
        const named = new RegExp(Object.keys(bad)[0]);
        await assertRefusal(device.settle({ batch: BATCH, inputs: bench.inputs }, { stop: bad }), named);
        const plan = { ...bench.plan(1), nudgedStop: bad };
        await assertRefusal(twoPhaseStep(device, bench.batch, plan), named);
      }
    });

    test('bad parameters, and changes nothing', async (bench) => {
      const { device } = bench;
      const before = await device.readParameters();
      const group = device.info.groups[0];
      const values = before[group.name];
      await assertRefusal(device.writeParameters({ nonsense: values }), /nonsense/);
      await assertRefusal(
        device.writeParameters({ [group.name]: values.subarray(1) }),
        new RegExp(group.name),
      );
      await assertRefusal(device.writeParameters({ [group.name]: values.map(() => Number.NaN) }), /NaN/);
      if (Number.isFinite(group.min)) {
        const below = values.map(() => group.min - 1);
        await assertRefusal(device.writeParameters({ [group.name]: below }), /outside/);
      }
      await bench.expectUnchanged(before);
    });

    test('bad updates, and changes nothing', async (bench) => {
      const { device } = bench;
      const { groups, optimizers, decays } = device.info;
      const before = await device.readParameters();
      const pair = await bench.contrast();
      await assertRefusal(device.adapt(pair, { id: 0, rates: {} }), /id/);
      await assertRefusal(device.adapt(pair, { id: 1, rates: { [groups[0].name]: -1 } }), /negative/);
      await assertRefusal(device.adapt(pair, { id: 1, rates: { nonsense: 1 } }), /nonsense/);
      await assertRefusal(device.adapt({ first: pair.second, second: pair.first }, bench.update(1)), /β/);
      if (!optimizers.includes('momentum')) {
        const momentum = { kind: 'momentum', momentum: 0.9 } as const;
        await assertRefusal(device.adapt(pair, { ...bench.update(1), optimizer: momentum }), /momentum/);
      }
      if (!decays) {
        await assertRefusal(device.adapt(pair, { ...bench.update(1), decay: {} }), /decay/);
      }
      await bench.expectUnchanged(before);
    });

    test('a contrast of another device', async (bench) => {
      const pair = await bench.contrast();
      const other = await reopened(bench);
      await assertRefusal(other.device.adapt(pair, bench.update(1)), /not settled by this device/);
      await other.device.close();
    });

    test('every call after close, and closes twice', async (bench) => {
      const { device } = bench;
      const rest = await bench.free();
      const pair = await bench.contrast();
      const parameters = await device.readParameters();
      const state = await device.snapshot();
      const calls: Readonly<Record<Exclude<keyof AnalogDevice, 'info' | 'close'>, () => Promise<unknown>>> = {
        initialise: () => device.initialise(1),
        settle: () => bench.free(),
        prepare: async () => device.prepare?.(bench.batch),
        exactGradient: async () => device.exactGradient?.(rest, bench.targets),
        adapt: () => device.adapt(pair, bench.update(1)),
        step: async () => device.step?.(bench.batch, bench.plan(1)),
        gradient: async () => device.gradient?.(pair),
        nudgeLimits: () => device.nudgeLimits(),
        readParameters: () => device.readParameters(),
        writeParameters: () => device.writeParameters(parameters),
        snapshot: () => device.snapshot(),
        restore: () => device.restore(state),
      };
      await device.close();
      await device.close();
      for (const [name, call] of Object.entries(calls)) {
        if (device[name as keyof AnalogDevice] === undefined) continue;
        await assertRefusal(call(), /close/, name);
      }
    });
  });
}
