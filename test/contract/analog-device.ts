import { describe, expect, it } from 'vitest';
import { analogDeviceSuite, type DeviceUnderTest, type TestRunner } from './analog-device-suite.js';

export type { DeviceUnderTest } from './analog-device-suite.js';

const vitest: TestRunner = {
  describe,
  it: (name, body) =>
    it(name, async (context) => {
      let skipped: string | undefined;
      const skip = (reason: string) => {
        skipped = reason;
      };
      // An assertion of vitest's own, which counts no others.
      await expect(body({ skip })).resolves.toBeUndefined();
      if (skipped !== undefined) context.skip(skipped);
    }),
};

/** The suite of `AnalogDevice` under vitest. */
export function analogDeviceContract(name: string, subject: DeviceUnderTest): void {
  analogDeviceSuite(vitest, name, subject);
}
