import assert from 'node:assert/strict';
import { groupSize } from '../../devices/contract/index.js';
import type { DeviceTests } from './bench.js';
import { assertAtMost, largest, relativeError } from './closeness.js';

/** What a device says of itself, and where it starts. */
export function describeStarting({ describe, test, subject }: DeviceTests): void {
  describe('says of itself', () => {
    test('what is consistent', async ({ device: { info } }) => {
      assert.ok(info.layers.length > 0);
      assert.ok(info.nudges.length > 0);
      assert.ok(info.optimizers.length > 0);
      assert.equal(info.layers[info.outputs.layer], info.outputs.size);
      for (const group of info.groups) {
        assert.ok(groupSize(group) > 0);
        assert.ok(group.min < group.max);
        if (group.between === undefined) continue;
        const [before, layer] = group.between;
        assert.ok(before < layer);
        assert.equal(group.shape[1], info.layers[layer - 1]);
      }
    });

    test('parameters in the announced shapes and inside their windows', async ({ device }) => {
      const parameters = await device.readParameters();
      const { groups, tolerances } = device.info;
      assert.deepEqual(Object.keys(parameters).sort(), groups.map((g) => g.name).sort());
      for (const group of groups) {
        const values = parameters[group.name];
        assert.equal(values.length, groupSize(group));
        const slack = tolerances.parameter * largest(values);
        for (const value of values) assert.ok(value >= group.min - slack && value <= group.max + slack);
      }
    });

    test('how far it may be nudged', async ({ device }) => {
      const { lowest, highest } = await device.nudgeLimits({ kind: device.info.nudges[0] });
      assert.ok(lowest < -subject.beta);
      assert.ok(highest > subject.beta);
    });
  });

  describe('starts', () => {
    test('from a seed: the same seed, the same start, whatever was before', async (bench) => {
      const { device } = bench;
      await device.initialise(11);
      const start = await device.readParameters();
      await device.adapt(await bench.contrast(), bench.update(1));
      await device.initialise(12);
      const other = await device.readParameters();
      await device.initialise(11);
      const again = await device.readParameters();
      for (const { name, role } of device.info.groups) {
        assertAtMost(relativeError(again[name], start[name]), device.info.tolerances.parameter, name);
        if (role !== 'bias') assert.notDeepEqual(other[name], start[name]);
      }
    });

    test('with updates that count from 0 again', async (bench) => {
      await bench.device.adapt(await bench.contrast(), bench.update(3));
      await bench.device.initialise(11);
      const report = await bench.device.adapt(await bench.contrast(), bench.update(1));
      assert.equal(report.applied, true);
    });
  });
}
