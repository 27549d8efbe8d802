import assert from 'node:assert/strict';
import { OhmpropError } from '../../core/index.js';
import { BATCH, type DeviceTests } from './bench.js';
import { difference, largest } from './closeness.js';

/** What an equilibrium gives, and for how long. */
export function describeEquilibria({ describe, test, subject }: DeviceTests): void {
  describe('gives equilibria', () => {
    test('that can be read after later settlings', async (bench) => {
      const rest = await bench.free();
      const pull = await bench.nudged(subject.beta, rest);
      const [early, pulled] = [rest.outputs(), pull.outputs()];
      await bench.another().free();
      await bench.device.adapt(await bench.contrast(), bench.update(1));
      await bench.another().free();
      assert.deepEqual(rest.outputs(), early);
      assert.deepEqual(pull.outputs(), pulled);
    });

    test('that give nothing once they are released', async (bench) => {
      const rest = await bench.free();
      rest.release();
      rest.release();
      for (const read of [
        () => rest.outputs(),
        () => rest.layer(0),
        () => rest.power_W(),
        () => rest.energy(),
      ]) {
        assert.throws(read, OhmpropError);
      }
    });

    test('whose power is positive, or said to be unknown', async (bench) => {
      const power_W = (await bench.free()).power_W();
      assert.equal(power_W.length, BATCH);
      for (const value of power_W) assert.ok(value > 0 || Number.isNaN(value));
    });

    test('whose energy a nudge can only raise', async (bench, context) => {
      const rest = await bench.free();
      const energy = rest.energy();
      assert.equal(energy.length, BATCH);
      if (energy.some(Number.isNaN)) return context.skip('its energy is unknown');
      const pull = await bench.nudged(subject.beta, rest);
      if (pull.energy().some(Number.isNaN)) return context.skip('its parameters vary from read to read');
      const slack = (bench.device.info.precision === 'float64' ? 1e-9 : 1e-4) * largest(energy);
      for (const [s, value] of pull.energy().entries()) assert.ok(value >= energy[s] - slack);
      // what a nudge does to the energy is more than nothing, or this would hold of any number
      const far = await bench.nudged(4 * subject.beta, rest);
      const rise = largest(difference(far.energy(), energy));
      assert.ok(rise > 0);
    });
  });
}
