import { describe, expect, it } from 'vitest';
import { hashName, RandomStream } from '../../core/index.js';
import { CellDraws } from '../../devices/cells/nonidealities/index.js';
import { cellKernel, KernelMemory } from '../../kernels/index.js';

const memory = new KernelMemory(4096);
const kernel = cellKernel(memory);
const words = new Uint32Array(memory.memory.buffer, memory.allocate(64), 16);
const floats = new Float32Array(memory.memory.buffer, words.byteOffset, 16);
const many = memory.float32(64);
const room = memory.allocate(128);

describe('random numbers of cells', () => {
  it.each([
    [0, 'c2c', 0, 0],
    [123456789, 'read', 7, 3],
    [-1, 'write', 2 ** 40 + 5, 4294967295],
  ])('the kernel draws the bits of RandomStream(%i, %s).at(%i, %i)', (seed, name, event, group) => {
    const stream = new RandomStream(seed, name).at(event, group);
    for (let block = 0; block < 40; block += 4) {
      kernel.philox16(
        words.byteOffset,
        block,
        group,
        event >>> 0,
        Math.floor(event / 2 ** 32),
        seed,
        hashName(name),
      );
      kernel.inStreamOrder(words.byteOffset);
      expect([...words]).toEqual(Array.from({ length: 16 }, () => stream.uint32()));
    }
  });

  it('its normal numbers are those of RandomStream to float32', () => {
    const stream = new RandomStream(9, 'c2c').at(4, 2);
    let worst = 0;
    for (let block = 0; block < 4000; block += 4) {
      kernel.normal16(words.byteOffset, block, 2, 4, 0, 9, hashName('c2c'));
      for (const value of floats) worst = Math.max(worst, Math.abs(value - stream.normal()));
    }
    // where the radius is nearly 0 its square root amplifies the rounding
    expect(worst).toBeLessThan(1e-4);
    expect(worst).toBeGreaterThan(0);
  });

  it('its numbers for reads, two of a word, are those of CellDraws to float32', () => {
    const draws = new CellDraws(9, 'read', 2);
    let worst = 0;
    for (let cell = 0; cell < 64_000; cell += 64) {
      kernel.shortNormal64(many.byteOffset, room, cell >> 3, 2, 4, 0, 9, hashName('read'));
      const expected = draws.shortNormals(4, cell, 64);
      for (const [i, value] of many.entries()) worst = Math.max(worst, Math.abs(value - expected[i]));
    }
    expect(worst).toBeLessThan(1e-4);
    expect(worst).toBeGreaterThan(0);
    expect([...draws.shortNormals(4, 37, 60)]).toEqual([...draws.shortNormals(4, 0, 128)].slice(37, 97));
  });

  it('cells find their numbers without those before', () => {
    const draws = new CellDraws(5, 'd2d', 3);
    const stream = new RandomStream(5, 'd2d').at(11, 3);
    const normals = Array.from({ length: 50 }, () => stream.normal());
    expect([...draws.normals(11, 0, 50)]).toEqual(normals);
    expect([...draws.normals(11, 13, 20)]).toEqual(normals.slice(13, 33));
    const uniforms = new RandomStream(5, 'd2d').at(12, 3);
    const all = Array.from({ length: 31 }, () => uniforms.uniform());
    expect([...draws.uniforms(12, 7, 24)]).toEqual(all.slice(7));
  });
});
