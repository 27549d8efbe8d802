import assert from 'node:assert/strict';
import type { DeviceTests } from './bench.js';
import {
  assertAtMost,
  assertRefusal,
  cosine,
  difference,
  largest,
  relativeError,
  squaredDistance,
} from './closeness.js';

/** How a device learns from two phases, and what it says of the gradient. */
export function describeAdapting({ describe, test, subject }: DeviceTests): void {
  describe('adapts', () => {
    test('once an id, and lowers the cost', async (bench) => {
      const { device } = bench;
      const before = squaredDistance((await bench.free()).outputs(), bench.targets);
      for (let id = 1; id <= 5; id++) {
        const pair = await bench.contrast();
        assert.equal((await device.adapt(pair, bench.update(id))).applied, true);
        const moved = await device.readParameters();
        assert.equal((await device.adapt(pair, bench.update(id))).applied, false);
        await bench.expectUnchanged(moved);
      }
      assert.ok(squaredDistance((await bench.free()).outputs(), bench.targets) < before);
    });

    test('against its own gradient, inside the window', async (bench, context) => {
      const { device } = bench;
      if (device.gradient === undefined) return context.skip('does not report its gradient');
      if (device.info.precision === 'quantized') return context.skip('moves by whole steps');
      const pair = await bench.contrast();
      const gradient = await device.gradient(pair);
      const before = await device.readParameters();
      await device.adapt(pair, bench.update(1));
      const after = await device.readParameters();
      for (const group of device.info.groups) {
        const rate = subject.rate(group.name);
        const expected = before[group.name].map((g, e) =>
          Math.min(group.max, Math.max(group.min, g - rate * gradient[group.name][e])),
        );
        const slack = 2 * device.info.tolerances.parameter + 1e-14;
        const { min, max } = group;
        const bothSigns = min < 0 && Number.isFinite(max - min);
        const error = bothSigns
          ? largest(difference(after[group.name], expected)) / Math.max(-min, max)
          : relativeError(after[group.name], expected);
        assertAtMost(error, slack, group.name);
      }
    });

    test('not at all by an aborted update', async (bench) => {
      const pair = await bench.contrast();
      const before = await bench.device.readParameters();
      const controller = new AbortController();
      controller.abort();
      const report = await bench.device.adapt(pair, bench.update(1), { signal: controller.signal });
      assert.equal(report.applied, false);
      await bench.expectUnchanged(before);
      assert.equal((await bench.device.adapt(await bench.contrast(), bench.update(1))).applied, true);
    });
  });

  describe('estimates gradients', () => {
    test('from either side as centered, to first order', async (bench, context) => {
      const { device } = bench;
      if (device.gradient === undefined) return context.skip('does not report its gradient');
      if (device.info.precision === 'quantized') return context.skip('moves by whole steps');
      const rest = await bench.free();
      const plus = await bench.nudged(subject.beta / 10, rest);
      const minus = await bench.nudged(-subject.beta / 10, rest);
      const centered = await device.gradient({ first: minus, second: plus });
      const positive = await device.gradient({ first: rest, second: plus });
      const group = device.info.groups[0].name;
      assert.ok(cosine(centered[group], positive[group]) > 0.95);
    });

    test('that tend to the exact one', async (bench, context) => {
      const { device } = bench;
      if (device.gradient === undefined || device.exactGradient === undefined)
        return context.skip('does not report both gradients');
      if (!device.info.deterministic) return context.skip('its parameters vary from read to read');
      if (bench.kind === 'clamp') return context.skip('a clamp descends an error weighed by conductances');
      const rest = await bench.free();
      const slope = difference(rest.outputs(), bench.targets);
      const exact = await device.exactGradient(rest, slope);
      const relaxed = await device.exactGradient(rest, slope, 2000);
      // At β → 0 rounding is all that is left of float32.
      const [smaller, near] = device.info.precision === 'float64' ? [1000, 0.999] : [10, 0.9];
      const { first, second } = await bench.contrast(subject.beta / smaller);
      const estimate = await device.gradient({ first, second });
      for (const { name: group } of device.info.groups) {
        assertAtMost(relativeError(relaxed[group], exact[group]), 1e-6, group);
        if (largest(exact[group]) > 0) assertAtMost(near, cosine(estimate[group], exact[group]), group);
      }
      await assertRefusal(device.exactGradient(second, slope), /free phase/);
      await assertRefusal(device.exactGradient(rest, slope.subarray(1)), /slope/);
      await device.adapt(await bench.contrast(), bench.update(1));
      await assertRefusal(device.exactGradient(rest, slope), /changed/);
    });
  });
}
