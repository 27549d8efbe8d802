import { describe, expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { checkRelaxedSimd } from '../../experiments/composition/relaxed-simd.js';
import { checkConfig } from '../../experiments/schema/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';

const plain = { data: 'iris', network: { kind: 'resistive', hidden: [9], inputGain: 4 } } as const;
const training = { beta: 0.3, batch: 10, epochs: 1, conductanceRates: [0.05], biasRates: [0.05] };

describe('relaxed SIMD', () => {
  it('is off unless it is asked for', () => {
    expect(checkConfig({ ...plain, training }, 'test').relaxedSimd).toBe(false);
    expect(checkConfig({ ...plain, training, relaxedSimd: true }, 'test').relaxedSimd).toBe(true);
  });

  it('is refused where the engine has none', () => {
    const asked = { ...plain, arithmetic: 'float32', relaxedSimd: true } as const;
    expect(() => checkRelaxedSimd(asked, () => true)).not.toThrow();
    expect(() => checkRelaxedSimd(asked, () => false)).toThrow(
      /runs no relaxed SIMD instructions; leave it out/,
    );
    expect(() => checkRelaxedSimd({ ...asked, relaxedSimd: false }, () => false)).not.toThrow();
  });

  it('is refused where there is no float32 simulation', () => {
    const asked = { relaxedSimd: true, arithmetic: 'float64', network: { kind: 'hopfield' } } as const;
    expect(() => checkRelaxedSimd(asked)).toThrow(/this is float64; leave it out/);
    expect(() => checkRelaxedSimd({ ...asked, network: { kind: 'board' } })).toThrow(/this is a board/);
  });

  it('gives the same bits at every number of threads', async () => {
    const network = layeredNetwork({
      inputs: 30,
      hidden: [150, 70, 90],
      outputs: 4,
      inputGain: 300,
      units: { conductance_S: 1, voltage_V: 1 },
    });
    const inputs = Float64Array.from({ length: 5 * 30 }, (_, e) => ((e * 7) % 11) / 11);
    const [alone, shared] = await Promise.all(
      [1, 2].map(async (threads) => {
        const device = new LayeredFloat32Device(network, { seed: 4, threads, relaxed: true });
        const free = await device.settle({ batch: 5, inputs });
        const layers = device.info.layers.map((_, l) => free.layer(l));
        await device.close();
        return layers;
      }),
    );
    expect(shared).toEqual(alone);
  });
});
