import { describe, expect, it } from 'vitest';
import { type LayeredNetwork, layeredNetwork, nodesBefore } from '../../circuits/layered/index.js';
import { CellStore, conductanceMap } from '../../devices/cells/index.js';
import type { Nonidealities } from '../../devices/cells/nonidealities/index.js';
import { updatePolicy } from '../../devices/cells/policies/index.js';
import { linearCells } from '../../devices/cells/pulse/index.js';
import type { Batch, PhasePlan } from '../../devices/contract/index.js';
import { twoPhaseStep } from '../../devices/contract/index.js';
import { layeredInCells } from '../../solver/layered/index.js';
import { layeredFloat32InCells } from '../../solver/layered-float32/index.js';

const network = layeredNetwork({
  inputs: 6,
  hidden: [9],
  outputs: 3,
  inputGain: 3,
  windowRatio: 10,
  units: { conductance_S: 1, voltage_V: 1 },
});
const batch: Batch = {
  size: 2,
  inputs: Float64Array.from({ length: 12 }, (_, i) => Math.sin(3 * i)),
  targets: Float64Array.of(0.5, -0.5, -0.5, -0.5, -0.5, 0.5),
};
const stop = { tolerance: 1e-7, outputChange: 1e-7, maxIterations: 2000 };

function storeFor(net: LayeredNetwork, nonidealities: Partial<Nonidealities>): CellStore {
  const model = linearCells(10_000, 10);
  return new CellStore({
    groups: net.layers.map((columns, l) => ({
      name: `g${l + 1}`,
      rows: nodesBefore(net.inputs, net.layers, l),
      columns,
      map: conductanceMap(model, net.windows[l].g_max_S, 'single'),
    })),
    model,
    policy: updatePolicy('exact'),
    nonidealities,
    update_s: 5,
    seed: 4,
  });
}

/** Whatever cells do between write and read, both arithmetics must relax the conductances that were read, ends of the range included. */
describe('cells seen by float32 and float64 networks', () => {
  const cases: [string, Partial<Nonidealities>][] = [
    ['read noise', { read: 0.1 }],
    ['drift', { drift: { exponent: 0.2, spread: 0.05, t0_s: 1 } }],
    ['relaxation', { relaxation: true }],
    ['telegraph noise', { telegraph: { depth: 0.4, upper_s: 5, lower_s: 5 } }],
  ];
  it.each(cases)('%s: the same outputs after the same updates', async (_, nonidealities) => {
    const exact = await layeredInCells(network, { store: storeFor(network, nonidealities) });
    const fast = await layeredFloat32InCells(network, {
      threads: 1,
      store: storeFor(network, nonidealities),
    });
    for (const device of [exact, fast]) await device.initialise(4);
    for (let id = 1; id <= 5; id++) {
      const rates = { g1: 0.05, g2: 0.05, b1: 0.05, b2: 0.05 };
      const plan: PhasePlan = { nudge: 'conductance', betas: [-0.2, 0.2], update: { rates, id }, stop };
      await twoPhaseStep(exact, batch, plan);
      await twoPhaseStep(fast, batch, plan);
    }
    const wanted = (await exact.settle({ batch: 2, inputs: batch.inputs }, { stop })).outputs();
    const got = (await fast.settle({ batch: 2, inputs: batch.inputs }, { stop })).outputs();
    const scale = Math.max(...wanted.map(Math.abs));
    for (let e = 0; e < wanted.length; e++) expect(Math.abs(got[e] - wanted[e]) / scale).toBeLessThan(1e-4);
    await exact.close();
    await fast.close();
  });
});
