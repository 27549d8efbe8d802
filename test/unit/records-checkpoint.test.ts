import * as nodeDisk from 'node:fs/promises';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { OhmpropError } from '../../core/index.js';
import {
  type Checkpoint,
  type Disk,
  latestCheckpoint,
  listCheckpoints,
  readCheckpoint,
  readZip,
  writeCheckpoint,
  writeZip,
} from '../../records/index.js';
import { scratch } from '../scratch.js';

let directory: string;
beforeEach(() => {
  directory = scratch('checkpoint');
});

function checkpointAt(step: number): Checkpoint {
  return {
    format: 'training/1',
    step,
    arrays: {
      g1: Float64Array.of(1e-6, Number.NaN, -0, Number.POSITIVE_INFINITY, 5e-324),
      'cells/state': Float32Array.of(0.1, -0, Number.NaN),
      pulses: Int16Array.of(-32768, 7),
      counters: Uint32Array.of(2 ** 32 - 1),
      signs: Int32Array.of(-1),
      flags: Uint8Array.of(255),
      none: new Float64Array(0),
    },
    values: {
      epoch: step,
      best: Number.NEGATIVE_INFINITY,
      nothing: Number.NaN,
      zero: -0,
      name: 'x',
      deep: [{ at: Number.POSITIVE_INFINITY }, null],
    },
  };
}

async function names(): Promise<string[]> {
  return (await readdir(directory)).sort();
}

describe('a checkpoint', () => {
  it('comes back bit for bit, NaN and −0 included', async () => {
    const written = checkpointAt(12);
    const path = await writeCheckpoint(directory, written);
    expect(basename(path)).toBe('00000012.npz');
    const read = await readCheckpoint(path, { format: 'training/1' });
    expect(read).toEqual(written);
    expect(Object.is(read.values.zero, -0)).toBe(true);
    for (const [name, array] of Object.entries(written.arrays)) {
      const got = read.arrays[name];
      const bits = (a: typeof array) => Buffer.from(a.buffer, a.byteOffset, a.byteLength);
      expect(bits(got).equals(bits(array)), name).toBe(true);
    }
  });

  it('keeps the payload of a NaN', async () => {
    const payload = new Float64Array(new BigUint64Array([0x7ff8_dead_beef_cafen]).buffer);
    const path = await writeCheckpoint(directory, { ...checkpointAt(1), arrays: { payload } });
    const { arrays } = await readCheckpoint(path);
    expect(new BigUint64Array(arrays.payload.slice().buffer)).toEqual(new BigUint64Array(payload.buffer));
  });

  it('is the same file bit for bit when nothing changed', async () => {
    const first = await readFile(await writeCheckpoint(directory, checkpointAt(1)));
    const second = await readFile(await writeCheckpoint(directory, checkpointAt(1)));
    expect(second.equals(first)).toBe(true);
  });

  it('never gives back something else after a bit flipped', async () => {
    const written = checkpointAt(3);
    const path = await writeCheckpoint(directory, written);
    const whole = await readFile(path);
    const damagedPath = join(directory, 'damaged.npz');
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length * 8 - 1), async (bit) => {
        const altered = Buffer.from(whole);
        altered[bit >> 3] ^= 1 << (bit & 7);
        await writeFile(damagedPath, altered);
        try {
          expect(await readCheckpoint(damagedPath)).toEqual(written);
        } catch (error) {
          if (!(error instanceof OhmpropError)) throw error;
          expect(error.message).toContain('damaged.npz');
          refused++;
        }
      }),
      { numRuns: 400 },
    );
    expect(refused).toBeGreaterThan(200);
  });

  it('is refused wherever it was cut off', async () => {
    const path = await writeCheckpoint(directory, checkpointAt(3));
    const whole = await readFile(path);
    for (let length = 0; length < whole.length; length += 13) {
      await writeFile(path, whole.subarray(0, length));
      await expect(readCheckpoint(path)).rejects.toMatchObject({ code: 'checkpoint.damaged', exitCode: 2 });
    }
  });

  it('is refused, however random the bytes', async () => {
    const path = join(directory, '00000001.npz');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        await writeFile(path, Buffer.concat([bytes, Buffer.from('504b0506', 'hex'), bytes.subarray(0, 18)]));
        await expect(readZip(path)).rejects.toBeInstanceOf(OhmpropError);
      }),
      { numRuns: 60 },
    );
  });

  it('of another format version names both', async () => {
    const path = await writeCheckpoint(directory, checkpointAt(3));
    const reading = readCheckpoint(path, { format: 'training/2' });
    await expect(reading).rejects.toMatchObject({ code: 'checkpoint.format', exitCode: 2 });
    await expect(reading).rejects.toThrow(/format training\/1, this version reads training\/2/);
    await expect(latestCheckpoint(directory, { format: 'training/2' })).rejects.toThrow(/training\/1/);
  });

  it('of another container names both', async () => {
    const state = JSON.stringify({
      container: 'ohmprop-checkpoint/9',
      format: 'a/1',
      step: 1,
      arrays: [],
      values: {},
    });
    const path = join(directory, '00000001.npz');
    await writeZip(path, [{ name: 'state.json', parts: [Buffer.from(state)] }]);
    await expect(readCheckpoint(path)).rejects.toThrow(
      /ohmprop-checkpoint\/9, this version reads ohmprop-checkpoint\/1/,
    );
  });

  it('that is not there is said to be not there', async () => {
    await expect(readCheckpoint(join(directory, 'x.npz'))).rejects.toMatchObject({
      code: 'records.not-found',
    });
  });
});

describe('a directory of checkpoints', () => {
  it('keeps the last two, or as many as asked', async () => {
    for (const step of [1, 2, 3]) await writeCheckpoint(directory, checkpointAt(step));
    expect(await names()).toEqual(['00000002.npz', '00000003.npz']);
    await writeCheckpoint(directory, checkpointAt(4), { keep: 1 });
    expect(await names()).toEqual(['00000004.npz']);
  });

  it('drops the later steps of a continuation that was given up, and torn temporary files', async () => {
    for (const step of [8, 9]) await writeCheckpoint(directory, checkpointAt(step));
    await writeFile(join(directory, '.00000009.npz.1234abcd.tmp'), 'half');
    await writeFile(join(directory, 'notes.txt'), 'mine');
    await writeCheckpoint(directory, checkpointAt(5));
    expect(await names()).toEqual(['00000005.npz', 'notes.txt']);
  });

  it('gives the newest readable one, with a warning for a damaged newer one', async () => {
    await writeCheckpoint(directory, checkpointAt(1));
    const newest = await writeCheckpoint(directory, checkpointAt(2));
    expect(await latestCheckpoint(directory)).toMatchObject({ checkpoint: { step: 2 }, warnings: [] });
    await writeFile(newest, (await readFile(newest)).subarray(0, 300));
    const latest = await latestCheckpoint(directory);
    expect(latest?.checkpoint.step).toBe(1);
    expect(latest?.warnings).toEqual([expect.stringContaining('00000002.npz is damaged or torn')]);
    await expect(readCheckpoint(newest)).rejects.toThrow(/last good one before it is .*00000001\.npz/);
  });

  it('is empty, or has none that can be read', async () => {
    expect(await latestCheckpoint(join(directory, 'none'))).toBeUndefined();
    await writeFile(join(directory, '00000001.npz'), 'nonsense');
    await expect(latestCheckpoint(directory)).rejects.toMatchObject({ code: 'checkpoint.damaged' });
    await expect(readCheckpoint(join(directory, '00000001.npz'))).rejects.toThrow(/no earlier checkpoint/);
  });

  it('keeps the checkpoint before when the disk is full', async () => {
    const first = await writeCheckpoint(directory, checkpointAt(1));
    const full: Disk = {
      ...nodeDisk,
      open: async (path, flags) => {
        const file = await nodeDisk.open(path, flags);
        let room = 700;
        return {
          write: async (data) => {
            if (room === 0) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
            const { bytesWritten } = await file.write(data.subarray(0, room));
            room -= bytesWritten;
            return { bytesWritten };
          },
          sync: () => file.sync(),
          close: () => file.close(),
        };
      },
    };
    const writing = writeCheckpoint(directory, checkpointAt(2), { disk: full });
    await expect(writing).rejects.toMatchObject({ code: 'records.disk', exitCode: 1 });
    await expect(writing).rejects.toThrow(
      /00000002\.npz \(\d{4} bytes\): ENOSPC; the disk is full: make room/,
    );
    expect(await listCheckpoints(directory)).toEqual([first]);
    expect(await names()).toEqual(['00000001.npz']);
    expect((await latestCheckpoint(directory))?.checkpoint.step).toBe(1);
  });
});
