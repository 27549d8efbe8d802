import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { RandomStream } from '../../core/index.js';
import type { Batch } from '../../devices/contract/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';

function batches(count: number, size: number, inputs: number, outputs: number): Batch[] {
  return Array.from({ length: count }, (_, k) => {
    const random = new RandomStream(5, 'batches').at(k);
    return {
      size,
      inputs: Float64Array.from({ length: size * inputs }, () => Math.max(0, random.between(-1, 1))),
      targets: Float64Array.from({ length: size * outputs }, () => (random.uniform() < 0.2 ? 1 : 0)),
    };
  });
}

async function train(
  hidden: number[],
  threads: number | 'auto',
  lookAhead: boolean,
  size = 5,
  minibatches = 2,
) {
  const network = layeredNetwork({
    inputs: 70,
    hidden,
    outputs: 10,
    inputGain: 200,
    units: { conductance_S: 1, voltage_V: 1 },
  });
  const device = new LayeredFloat32Device(network, { seed: 2, threads });
  const rates = Object.fromEntries(device.info.groups.map((group) => [group.name, 0.02]));
  const all = batches(minibatches, size, 70, 10);
  const outputs: Float64Array[] = [];
  for (const [k, batch] of all.entries()) {
    const report = await device.step(batch, {
      nudge: 'conductance',
      betas: [-1, 1],
      update: { id: k + 1, rates },
      ...(lookAhead && k + 1 < all.length ? { next: all[k + 1] } : {}),
    });
    outputs.push(report.free.outputs());
  }
  const free = await device.settle({ batch: size, inputs: all[0].inputs });
  outputs.push(free.outputs());
  const { arrays } = await device.snapshot();
  await device.close();
  const numbers = [...outputs, ...Object.values(arrays)];
  return createHash('sha256')
    .update(Buffer.concat(numbers.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength))))
    .digest('hex');
}

describe.each([[[40]], [[300]], [[150, 130]], [[90, 170, 33]], [[50, 60, 70, 80]]])(
  'hidden layers of %j',
  (hidden) => {
    it('give the same numbers at every number of threads, with and without look-ahead', async () => {
      const alone = await train(hidden, 1, true);
      expect(await train(hidden, 1, false)).toBe(alone);
      for (const threads of [2, 3]) expect(await train(hidden, threads, true)).toBe(alone);
    });
  },
);

describe('threads', () => {
  it('can be as many as slices, far beyond the cores', async () => {
    expect(await train([64], 8, false, 1)).toBe(await train([64], 1, false, 1));
  });

  it('are measured where none are asked for, and change nothing', async () => {
    expect(await train([300, 300], 'auto', true, 8, 60)).toBe(await train([300, 300], 1, true, 8, 60));
  });

  it('do not keep an idle process alive', () => {
    const device = fileURLToPath(new URL('../../dist/solver/layered-float32/index.js', import.meta.url));
    const circuits = fileURLToPath(new URL('../../dist/circuits/layered/index.js', import.meta.url));
    const program = `
      const { LayeredFloat32Device } = await import(${JSON.stringify(device)});
      const { layeredNetwork } = await import(${JSON.stringify(circuits)});
      const network = layeredNetwork({ inputs: 3, hidden: [40], outputs: 2, inputGain: 4, units: { conductance_S: 1, voltage_V: 1 } });
      const device = new LayeredFloat32Device(network, { seed: 1, threads: 2 });
      const { status } = await device.settle({ batch: 1, inputs: new Float64Array(3) });
      process.stdout.write(status);`;
    const answer = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
      timeout: 250_000,
    });
    expect(answer.toString()).toBe('settled');
  });
});
