import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { loadData } from '../../learning/index.js';
import { decodeNpy } from '../../records/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { expectWithinLargest } from '../unit/closeness.js';

// A 1568-256-256-10 network at its initial conductances on the first 16 MNIST test images; reference in float64, its
// conductances and gradW in float32.

const data = process.env.OHMPROP_DATA;
const folder = join(data ?? '', 'reference/drn/init-256-256');

function array(name: string): Float64Array {
  const file = join(folder, `${name}.npy`);
  return Float64Array.from(decodeNpy(readFileSync(file), file).data);
}

describe.skipIf(data === undefined || !existsSync(folder))('init-256-256 (needs OHMPROP_DATA)', () => {
  it('has the reference states, energies, costs and gradients', async () => {
    const meta = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8'));
    const mnist = await loadData(`mnist:${join(data ?? '', 'mnist')}`, { seed: 1 });
    const inputs = Float64Array.from(mnist.test.values.subarray(0, 16 * 784), (byte) => byte / 255);
    const targets = new Float64Array(160);
    for (const [s, label] of (meta.labels as number[]).entries()) targets[s * 10 + label] = 1;

    const device = new LayeredDevice(
      layeredNetwork({ inputs: 784, hidden: [256, 256], outputs: 10, inputGain: meta.gain, units: { conductance_S: 1, voltage_V: 1 } }),
      { seed: 1 },
    );
    await device.writeParameters(
      Object.fromEntries([0, 1, 2].flatMap((l) => [
        [`g${l + 1}`, array(`W${l}`)],
        [`b${l + 1}`, array(`b${l}`)],
      ])),
    );
    const stop = { tolerance: 1e-14, outputChange: 1e-14, maxIterations: 1000 };
    const drive = { batch: 16, inputs };
    const free = await device.settle(drive, { stop });
    const phase = (beta: number) =>
      device.settle({ ...drive, nudge: { kind: 'conductance', beta, targets } }, { from: free, stop });
    const plus = await phase(meta.beta);
    const minus = await phase(-meta.beta);
    for (const l of [0, 1, 2]) {
      expectWithinLargest(free.layer(l), array(`free${l + 1}`), 1e-9);
      expectWithinLargest(plus.layer(l), array(`pos${l + 1}`), 1e-9);
      expectWithinLargest(minus.layer(l), array(`neg${l + 1}`), 1e-9);
    }
    expectWithinLargest(free.energy(), meta.energy_free, 1e-9);
    const gradient = await device.gradient({ first: minus, second: plus });
    for (const l of [0, 1, 2]) {
      expectWithinLargest(gradient[`g${l + 1}`], array(`gradW${l}`), 1e-7);
      expectWithinLargest(gradient[`b${l + 1}`], array(`gradb${l}`), 1e-9);
    }
    const outputs = free.outputs();
    const cost = meta.cost_free.map((_: number, s: number) =>
      outputs.subarray(s * 10, s * 10 + 10).reduce((sum, v, k) => sum + (v - targets[s * 10 + k]) ** 2 / 2, 0),
    );
    expectWithinLargest(cost, meta.cost_free, 1e-9);
    expect(free.status).toBe('settled');
  });
});
