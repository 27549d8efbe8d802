import { describe, expect, it } from 'vitest';
import {
  analogDeviceSuite,
  type CellArrayUnderTest,
  cellArraySuite,
  type DeviceUnderTest,
  type TestRunner,
} from '../../contract-tests/index.js';

export type { CellArrayUnderTest, DeviceUnderTest };

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

/** The suite of `CellArray` under vitest. */
export function cellArrayContract(name: string, subject: CellArrayUnderTest): void {
  cellArraySuite(vitest, name, subject);
}
