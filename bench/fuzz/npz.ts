import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { OhmpropError } from '../../core/index.js';
import { latestCheckpoint, readNpz, writeCheckpoint, writeNpz } from '../../records/index.js';
import { mutateBytes, pick } from './mutate.js';
import { grown, npySeeds } from './npy.js';
import type { Target } from './target.js';

const seeds: Uint8Array[] = [];
let folder = '';

/** Archives of arrays, and checkpoints: valid ones changed, and archives of odd members. */
export const npz: Target = {
  async prepare(inFolder) {
    folder = inFolder;
    mkdirSync(joinPath(folder, 'made'), { recursive: true });
    const plain = joinPath(folder, 'made', 'plain.npz');
    await writeNpz(plain, {
      a: Float64Array.of(1, 2, 3),
      b: { shape: [2, 2], data: Uint8Array.of(1, 2, 3, 4) },
    });
    const checkpoint = await writeCheckpoint(joinPath(folder, 'made'), {
      format: 'fuzz/1',
      step: 1,
      arrays: { g1: Float32Array.of(1, 2), 'cells.x': new Float64Array(9) },
      values: { a: Number.NaN, b: [1, { c: 'd' }] },
    });
    const packed = zipSync({ 'a.npy': npySeeds[0], 'b.npy': new Uint8Array(5000), 'c.txt': strToU8('text') });
    seeds.push(readFileSync(plain), readFileSync(checkpoint), packed);
    rmSync(joinPath(folder, 'made'), { recursive: true });
  },
  make(random) {
    const odd = () =>
      zipSync(
        {
          [pick(random, ['a.npy', 'state.json', '__proto__.npy', '../a.npy', '.npy'])]: grown(random),
          [pick(random, ['b.npy', 'state.json', 'c'])]: strToU8(
            pick(random, [
              '{}',
              '{"arrays":["a"]}',
              '{"container":"ohmprop-checkpoint/1","format":"fuzz/1","step":1,"arrays":["a"],"values":{}}',
            ]),
          ),
        },
        { level: pick(random, [0, 6]), mtime: new Date(1980, 0, 1) },
      );
    const bytes = random.integer(3) === 0 ? odd() : pick(random, seeds);
    return random.integer(10) === 0 ? bytes : mutateBytes(bytes, random, seeds);
  },
  async take(input) {
    const path = joinPath(folder, '00000001.npz');
    writeFileSync(path, input as Uint8Array);
    const accepted = await readNpz(path).then(
      () => true,
      (error: unknown) => {
        if (error instanceof OhmpropError) return false;
        throw error;
      },
    );
    await latestCheckpoint(folder, { format: 'fuzz/1' });
    return accepted;
  },
  kept: (input) => input as Uint8Array,
};
