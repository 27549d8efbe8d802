import { describe, expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { RandomStream } from '../../core/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';

describe('a nudged phase that starts from rest', () => {
  it('is nudged as strongly as one that starts from the free phase, in float32 as in float64', async () => {
    const network = layeredNetwork({ inputs: 5, hidden: [7], outputs: 3, inputGain: 4 });
    const random = new RandomStream(3, 'test/nudged-from-rest');
    const draw = (length: number) => Float64Array.from({ length }, () => random.uniform());
    const [inputs, targets] = [draw(10), draw(6)];
    const nudge = { kind: 'conductance', beta: 0.2 * network.units.conductance_S, targets } as const;
    const answers: Float64Array[] = [];
    for (const open of [LayeredDevice, LayeredFloat32Device]) {
      const device = new open(network, { seed: 1 });
      const free = await device.settle({ batch: 2, inputs });
      const fromRest = await device.settle({ batch: 2, inputs, nudge });
      const fromFree = await device.settle({ batch: 2, inputs, nudge }, { from: free });
      for (const [k, v] of fromRest.outputs().entries()) expect(v).toBeCloseTo(fromFree.outputs()[k], 5);
      answers.push(free.outputs(), fromRest.outputs());
      await device.close();
    }
    const [free, nudged, , nudgedFloat32] = answers;
    expect(Math.max(...nudged.map((v, k) => Math.abs(v - free[k])))).toBeGreaterThan(1e-3);
    for (const [k, v] of nudgedFloat32.entries()) expect(v).toBeCloseTo(nudged[k], 4);
  });
});
