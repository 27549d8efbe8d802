import assert from 'node:assert/strict';
import type { Equilibrium } from '../../devices/contract/index.js';
import { BATCH, type DeviceTests } from './bench.js';
import { assertAtMost, assertNodes, assertRefusal, squaredDistance } from './closeness.js';

/** How a device settles. */
export function describeSettling({ describe, test, reopened, subject }: DeviceTests): void {
  describe('settles', () => {
    test('a batch: status, residual, node states of the right shape', async (bench) => {
      const { info } = bench.device;
      const rest = await bench.free();
      assert.ok(['settled', 'fixed-iterations'].includes(rest.status), rest.status);
      assert.equal(rest.batch, BATCH);
      assert.equal(rest.beta, 0);
      assert.ok(rest.iterations >= 1);
      if (rest.status === 'settled') assertAtMost(rest.residual, bench.stop.tolerance ?? 1, 'residual');
      assert.equal(rest.outputs().length, BATCH * info.outputs.size);
      if (info.observes === 'all') {
        for (const [l, size] of info.layers.entries()) assert.equal(rest.layer(l).length, BATCH * size);
        assert.deepEqual(rest.layer(info.outputs.layer), rest.outputs());
      }
      for (const value of rest.outputs()) assert.ok(Number.isFinite(value));
    });

    test('the same drive alike, whatever was settled in between and wherever it starts', async (bench) => {
      const first = await bench.free();
      await bench.nudged(subject.beta, first);
      const again = await bench.free();
      const warm = await bench.free(first);
      const slack = bench.slack(first.outputs());
      assertNodes(again.outputs(), first.outputs(), bench.device.info.deterministic ? 0 : slack);
      assertNodes(warm.outputs(), first.outputs(), slack);
    });

    test('from states that came from elsewhere', async (bench, context) => {
      const { device } = bench;
      if (device.info.observes !== 'all') return context.skip('does not observe all its nodes');
      const rest = await bench.free();
      const layers = device.info.layers.map((_, l) => rest.layer(l));
      const drive = { batch: BATCH, inputs: bench.inputs };
      const warm = await device.settle(drive, { stop: bench.stop, from: { layers } });
      assertNodes(warm.outputs(), rest.outputs(), bench.slack(rest.outputs()));
      const short = layers.map((layer) => layer.subarray(1));
      await assertRefusal(device.settle(drive, { from: { layers: short } }), /start states/);
    });

    test('from an equilibrium of another device', async (bench, context) => {
      if (subject.opensOnce) return context.skip('can be open only once');
      const other = await reopened(bench);
      const foreign = await other.free();
      const warm = await bench.free(foreign);
      assertNodes(warm.outputs(), (await bench.free()).outputs(), bench.slack(foreign.outputs()));
      await other.device.close();
    });

    test('each sample of a batch as if it were alone', async (bench) => {
      const together = await bench.free();
      const { inputs: width, outputs } = bench.device.info;
      const inputs = bench.inputs.subarray(width, 2 * width);
      const alone = await bench.device.settle({ batch: 1, inputs }, { stop: bench.stop });
      const own = together.outputs().subarray(outputs.size, 2 * outputs.size);
      assertNodes(own, alone.outputs(), bench.slack(together.outputs()));
    });

    test('nearer to the target under a positive nudge and further away under a negative one', async (bench) => {
      const rest = await bench.free();
      const distance = (e: Equilibrium) => squaredDistance(e.outputs(), bench.targets);
      const plus = distance(await bench.nudged(subject.beta, rest));
      const minus = distance(await bench.nudged(-subject.beta, rest));
      assert.ok(plus < distance(rest));
      assert.ok(minus > distance(rest));
    });

    test('under a nudge alike, from the free phase or with no state to start from', async (bench) => {
      const rest = await bench.free();
      for (const beta of [subject.beta, -subject.beta]) {
        const afterwards = await bench.nudged(beta, rest);
        const atOnce = await bench.nudged(beta);
        assertNodes(atOnce.outputs(), afterwards.outputs(), bench.slack(rest.outputs()));
      }
    });

    test('without changing parameters', async (bench) => {
      const before = await bench.device.readParameters();
      await bench.contrast();
      await bench.expectUnchanged(before);
    });

    test('no further than it is told to', async (bench) => {
      const controller = new AbortController();
      controller.abort();
      const drive = { batch: BATCH, inputs: bench.inputs };
      const aborted = await bench.device.settle(drive, { stop: bench.stop, signal: controller.signal });
      assert.equal(aborted.status, 'aborted');
    });

    test('by a counted number of iterations, if it iterates', async (bench) => {
      const drive = { batch: BATCH, inputs: bench.inputs };
      const counted = await bench.device.settle(drive, { stop: { fixedIterations: 2 } });
      const { status, iterations } = counted;
      assert.ok(
        status === 'fixed-iterations' ? iterations === 2 : iterations === 1,
        `${status} after ${iterations} iterations`,
      );
    });
  });
}
