import { describeAdapting } from './analog-device/adapting.js';
import { Bench, type DeviceTests, type DeviceUnderTest } from './analog-device/bench.js';
import { describeEquilibria } from './analog-device/equilibria.js';
import { describeParameters } from './analog-device/parameters.js';
import { describeRefusals } from './analog-device/refusals.js';
import { describeSettling } from './analog-device/settling.js';
import { describeStarting } from './analog-device/starting.js';
import { describeStepping } from './analog-device/stepping.js';
import type { TestRunner } from './runner.js';

export type { DeviceUnderTest } from './analog-device/bench.js';

/** The promises of `AnalogDevice`, run over any implementation: simulated, virtual and on a bench. */
export function analogDeviceSuite(runner: TestRunner, name: string, subject: DeviceUnderTest): void {
  const { describe, it } = runner;
  const tests: DeviceTests = {
    describe,
    test: (what, body) =>
      it(what, async (context) => {
        const device = await subject.open();
        try {
          await body(new Bench(device, subject), context);
        } finally {
          await device.close();
        }
      }),
    reopened: async (bench) => {
      if (subject.opensOnce) await bench.device.close();
      return new Bench(await subject.open(), subject);
    },
    subject,
  };
  describe(`AnalogDevice contract: ${name}`, () => {
    describeStarting(tests);
    describeSettling(tests);
    describeEquilibria(tests);
    describeAdapting(tests);
    describeStepping(tests);
    describeParameters(tests);
    describeRefusals(tests);
  });
}
