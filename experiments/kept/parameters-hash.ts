import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { latestCheckpoint } from '../../records/index.js';
import type { PackedRun } from './pack-contents.js';

/**
 * A SHA-256 over every array of a run's newest checkpoint (conductances, biases, optimizers, cells), by name: equal where two runs
 * ended in the same bits, and in nothing else. Values that are no arrays, such as times, do not count.
 * @returns undefined of a run without a checkpoint
 */
export async function parametersOf(run: string): Promise<PackedRun['parameters']> {
  const found = await latestCheckpoint(join(run, 'checkpoints'));
  if (found === undefined) return undefined;
  const { arrays, step } = found.checkpoint;
  const hash = createHash('sha256');
  for (const name of Object.keys(arrays).sort()) {
    const array = arrays[name];
    hash.update(`${name}\0${array.constructor.name}\0${array.length}\0`);
    hash.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  }
  return { updates: step, sha256: hash.digest('hex') };
}
