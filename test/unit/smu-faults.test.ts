import { describe, expect, it } from 'vitest';
import { smuFaults } from '../../bench/smu-faults.js';

describe('pulses to cells behind a source-measure unit', () => {
  // A hundredth of what `npm run bench -- smu-faults` goes through.
  it.each(['2400', '2600'] as const)(
    'are counted rightly over a bad line and a host that dies, on a %s',
    async (family) => {
      const met = await smuFaults(family, 70, 3);
      expect(met).toMatchObject({ cellsWrong: 0, cellsUnknown: 0 });
      expect(met.pulses).toBeGreaterThanOrEqual(100);
      expect(met.bytesLost).toBeGreaterThan(10);
    },
  );
});
