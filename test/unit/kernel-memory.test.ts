import { describe, expect, it } from 'vitest';
import { hopfieldNetwork } from '../../circuits/hopfield/index.js';
import { layeredNetwork } from '../../circuits/layered/index.js';
import { KernelMemory } from '../../kernels/index.js';
import { exactUpdates } from '../../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../../solver/hopfield-float32/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';

const PAGE = 65536;

describe('a kernel memory', () => {
  it.each([
    ['float32', (memory: KernelMemory, length: number) => memory.float32(length), 4],
    ['float64', (memory: KernelMemory, length: number) => memory.float64(length), 8],
    ['int32', (memory: KernelMemory, length: number) => memory.int32(length), 4],
  ] as const)('gives %s arrays that it has to grow for, and keeps earlier ones', (_name, array, bytes) => {
    const memory = new KernelMemory(PAGE, 64 * PAGE);
    const before = array(memory, 16);
    before.fill(7);
    const size = memory.memory.buffer.byteLength;
    // One array alone is more than what is left: the view must be of the grown memory.
    const grown = array(memory, (8 * PAGE) / bytes);
    expect(memory.memory.buffer.byteLength).toBeGreaterThan(size);
    expect(grown.length).toBe((8 * PAGE) / bytes);
    expect(grown.byteOffset % 64).toBe(0);
    expect(grown.every((value) => value === 0)).toBe(true);
    grown.fill(3);
    before[0] = 9;
    expect(new Uint8Array(memory.memory.buffer, before.byteOffset, before.byteLength)).toEqual(
      new Uint8Array(before.buffer, before.byteOffset, before.byteLength),
    );
    expect([...before]).toEqual([9, ...Array(15).fill(7)]);
    expect(grown[grown.length - 1]).toBe(3);
  });

  it('refuses more than it may grow to', () => {
    const memory = new KernelMemory(PAGE, 2 * PAGE);
    expect(() => memory.float64(PAGE)).toThrow(RangeError);
    expect(() => new KernelMemory(2 ** 33)).toThrow(/at most 4 GiB/);
  });
});

it.each([
  () =>
    new LayeredFloat32Device(
      layeredNetwork({
        inputs: 1,
        hidden: [1000],
        outputs: 1,
        inputGain: 1,
        units: { conductance_S: 1, voltage_V: 1 },
      }),
      {
        seed: 1,
      },
    ),
  () =>
    new HopfieldFloat32Device(hopfieldNetwork({ inputs: 1, hidden: [1000], outputs: 1 }), {
      seed: 1,
      relaxation: exactUpdates,
    }),
])('a minibatch that no kernel memory holds is refused as one (%#)', async (open) => {
  const size = 1_000_000;
  const device = open();
  const batch = { size, inputs: new Float32Array(size), targets: new Float32Array(size) };
  const plan = { nudge: 'conductance', betas: [0, 1], update: { id: 1, rates: {} } } as const;
  await expect(device.step(batch, plan)).rejects.toThrow(
    /minibatch of 1000000 samples: more than memory holds; use a smaller/,
  );
  await device.close();
});
