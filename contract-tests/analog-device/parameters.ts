import assert from 'node:assert/strict';
import type { DeviceTests } from './bench.js';
import { assertAtMost, assertNodes, relativeError } from './closeness.js';

/** What a device holds, and what a snapshot keeps of it. */
export function describeParameters({ describe, test, reopened, subject }: DeviceTests): void {
  describe('holds parameters', () => {
    test('that can be written and read back', async (bench) => {
      const { device } = bench;
      const before = await device.readParameters();
      const [group, ...others] = device.info.groups;
      const written = before[group.name].map((value, e) =>
        e % 2 === 0 ? value : value * 0.75 + before[group.name][0] * 0.25,
      );
      await device.writeParameters({ [group.name]: written });
      const after = await device.readParameters();
      const { tolerances, deterministic } = device.info;
      assertAtMost(relativeError(after[group.name], written), tolerances.parameter, group.name);
      for (const other of others) {
        const slack = deterministic ? 0 : tolerances.parameter;
        assertAtMost(relativeError(after[other.name], before[other.name]), slack, other.name);
      }
    });

    test('of its own, beside another device', async (bench, context) => {
      if (subject.opensOnce) return context.skip('can be open only once');
      const other = await reopened(bench);
      const before = await bench.device.readParameters();
      const rest = await bench.free();
      const outputs = rest.outputs();
      await other.device.adapt(await other.contrast(), other.update(1));
      await bench.expectUnchanged(before);
      assert.deepEqual(rest.outputs(), outputs);
      await other.device.close();
    });

    test('that a snapshot continues from', async (bench) => {
      const { device } = bench;
      await device.adapt(await bench.contrast(), bench.update(1));
      const state = await device.snapshot();
      const settled = (await bench.free()).outputs();
      await device.adapt(await bench.contrast(), bench.update(2));
      await device.restore(state);
      const slack = device.info.deterministic ? 0 : device.info.tolerances.node;
      assertNodes((await bench.free()).outputs(), settled, slack);
      assert.equal((await device.adapt(await bench.contrast(), bench.update(1))).applied, false);
    });

    test('and the last update in a snapshot that another device continues from', async (bench) => {
      await bench.device.adapt(await bench.contrast(), bench.update(5));
      const state = await bench.device.snapshot();
      const settled = (await bench.free()).outputs();
      const other = await reopened(bench);
      await other.device.restore(state);
      const slack = other.device.info.deterministic ? 0 : other.device.info.tolerances.node;
      assertNodes((await other.free()).outputs(), settled, slack);
      for (const [id, applied] of [
        [4, false],
        [5, false],
        [6, true],
      ] as const) {
        const before = await other.device.readParameters();
        const report = await other.device.adapt(await other.contrast(), other.update(id));
        assert.equal(report.applied, applied, `update ${id}`);
        if (!applied) await other.expectUnchanged(before);
      }
      await other.device.close();
    });
  });
}
