import { afterEach, expect, it } from 'vitest';
import { type Composition, describeRun, openDevice } from '../../experiments/composition/index.js';
import { readConfig } from '../../experiments/schema/index.js';
import { Coder, gradcheck } from '../../learning/index.js';

/** Few, as float64 takes its time; rounding averages out over many, so that the bounds are the harder to keep. */
const SAMPLES = 3;

let composition: Composition | undefined;
afterEach(async () => {
  await composition?.device.close();
  composition = undefined;
});

it.each([
  ['drn-1h', 2],
  ['drn-2h', 3],
  ['drn-3h', 4],
])(
  'the gradient of %s is the float64 one at its own β, and the exact one as β goes to 0',
  async (preset, count) => {
    const config = await readConfig({ preset, flags: { data: 'digits', limit: 10, validation: 0 } });
    const description = await describeRun(config);
    composition = await openDevice(description);
    const { device, reference, betaUnit } = composition;
    await device.initialise(config.seed);
    const { train } = description.dataSet;
    const batch = new Coder(description.dataSet, device.info).firstBatch(train, SAMPLES);
    const check = async (beta: number) => {
      const betas = [-beta * betaUnit, beta * betaUnit] as const;
      const groups = await gradcheck({ device, reference: reference!(), batch, betas });
      return groups.filter(({ role }) => role === 'conductance');
    };

    const own = await check(Number(config.training.beta));
    expect(own).toHaveLength(count);
    for (const { cosine, relativeError } of own) {
      expect(cosine).toBeGreaterThanOrEqual(0.9995);
      expect(relativeError).toBeLessThanOrEqual(5e-3);
    }
    for (const { betaBias } of await check(1e-3)) {
      expect(betaBias.cosineToExact).toBeGreaterThanOrEqual(0.9999);
    }
  },
);
