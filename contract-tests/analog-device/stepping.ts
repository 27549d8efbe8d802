import assert from 'node:assert/strict';
import { OhmpropError } from '../../core/index.js';
import { type ParameterValues, settleSettleAdapt, twoPhaseStep } from '../../devices/contract/index.js';
import { BATCH, type Bench, type DeviceTests } from './bench.js';
import { assertAtMost, assertNodes, assertRefusal, difference, largest, relativeError } from './closeness.js';

/** Both phases and the update at once, and minibatches prepared for it. */
export function describeStepping({ describe, test, reopened, subject }: DeviceTests): void {
  describe('steps', () => {
    test('as settle, settle, settle, adapt', async (bench, context) => {
      const { device } = bench;
      if (device.step === undefined) return context.skip('a step of it is those calls');
      const start = await device.readParameters();
      const fused = await device.step(bench.batch, bench.plan(1));
      const outputs = fused.free.outputs();
      const parameters = await device.readParameters();
      const other = await reopened(bench);
      const plain = await settleSettleAdapt(other.device, bench.batch, bench.plan(1));
      assertNodes(outputs, plain.free.outputs(), bench.slack(plain.free.outputs()));
      assert.deepEqual(
        fused.nudged.map((phase) => phase.status),
        plain.nudged.map((phase) => phase.status),
      );
      assert.equal(fused.adapt.applied, true);
      const expected = await other.device.readParameters();
      await other.device.close();
      for (const { name: group } of device.info.groups) {
        const change = difference(parameters[group], start[group]);
        const wanted = difference(expected[group], start[group]);
        if (largest(wanted) === 0) assert.equal(largest(change), 0);
        else assertAtMost(relativeError(change, wanted), 2 * device.info.tolerances.gradient, group);
      }
    });

    test('once an id, whether it was carried out by a step or by adapt', async (bench) => {
      const { device } = bench;
      const first = await twoPhaseStep(device, bench.batch, bench.plan(1));
      assert.equal(first.adapt.applied, true);
      const moved = await device.readParameters();
      const again = await twoPhaseStep(device, bench.batch, bench.plan(1));
      assert.equal(again.adapt.applied, false);
      await bench.expectUnchanged(moved);
      assert.equal((await device.adapt(await bench.contrast(), bench.update(1))).applied, false);
      assert.equal((await device.adapt(await bench.contrast(), bench.update(2))).applied, true);
      const adapted = await device.readParameters();
      const late = await twoPhaseStep(device, bench.batch, bench.plan(2));
      assert.equal(late.adapt.applied, false);
      await bench.expectUnchanged(adapted);
    });

    test('observing what it says', async (bench, context) => {
      const { device } = bench;
      if (device.step === undefined) return context.skip('a step of it is settle, settle, adapt');
      const { free } = await device.step(bench.batch, bench.plan(1));
      assert.equal(free.outputs().length, BATCH * device.info.outputs.size);
      for (const [l, size] of device.info.layers.entries()) {
        if (device.info.observesInStep === 'all') assert.equal(free.layer(l).length, BATCH * size);
        else if (l !== device.info.outputs.layer) assert.throws(() => free.layer(l), OhmpropError);
      }
    });
  });

  describe('prepares a minibatch', () => {
    const prepares = ({ device }: Bench) => device.prepare !== undefined && device.step !== undefined;

    test('without changing a bit, whatever is done between', async (bench, context) => {
      if (!prepares(bench)) return context.skip('has nothing to prepare');
      const between: Readonly<Record<string, (bench: Bench) => Promise<unknown>>> = {
        nothing: async () => undefined,
        'another settling': (own) => own.another(2).free(),
        'a write': async ({ device }) => {
          const parameters = await device.readParameters();
          const group = device.info.groups[0].name;
          const [first] = parameters[group];
          const moved = parameters[group].map((value) => 0.75 * value + 0.25 * first);
          await device.writeParameters({ [group]: moved });
        },
        'an update': async (own) => own.device.adapt(await own.another(2).contrast(), own.update(2)),
      };
      for (const [what, act] of Object.entries(between)) {
        const ends: { outputs: Float64Array; parameters: ParameterValues }[] = [];
        for (const prepared of [true, false]) {
          const own = await reopened(bench);
          const { batch } = own.another();
          const handle = prepared ? own.device.prepare!(batch) : undefined;
          await own.device.step!(own.batch, own.plan(1));
          await act(own);
          const { free } = await own.device.step!(handle ?? batch, own.plan(3));
          ends.push({ outputs: free.outputs(), parameters: await own.device.readParameters() });
          await own.device.close();
        }
        assert.deepEqual(ends[0], ends[1], what);
      }
    });

    test('for one step of its own', async (bench, context) => {
      if (!prepares(bench)) return context.skip('has nothing to prepare');
      const { device } = bench;
      const handle = device.prepare!(bench.another().batch);
      await device.step!(bench.batch, bench.plan(1));
      await device.step!(handle, bench.plan(2));
      const before = await device.readParameters();
      await assertRefusal(device.step!(handle, bench.plan(3)), /prepared/);
      const unused = device.prepare!(bench.batch);
      const other = await reopened(bench);
      await assertRefusal(other.device.step!(unused, bench.plan(3)), /another device/);
      await other.device.close();
      if (!subject.opensOnce) await bench.expectUnchanged(before);
    });
  });
}
