import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { faultKinds, proveOne } from '../../bench/board-proof.js';
import { drawParts, randomTaps, referenceBoard, xorNanoBoard } from '../../devices/boards/index.js';
import {
  BoardClient,
  forgetKeptTaps,
  keepTaps,
  keptTaps,
  keptTapsFile,
  proveBoard,
} from '../../drivers/board/index.js';
import { TcpTransport } from '../../drivers/transport/index.js';
import { InProcessTransport } from '../../drivers/virtual-board/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

// Issue 16, point 5. `npm run bench -- board-proof` does it with 100 faulty and 100 sound boards.

describe('a board is proven by what it does', () => {
  for (const [i, kind] of faultKinds.entries()) {
    const profile = i % 2 === 0 ? referenceBoard : xorNanoBoard;
    it(`names one fault, and nothing else: ${kind} on a ${profile.name} board`, async () => {
      const { given, faults, named, restored } = await proveOne(profile, 20 + i, kind);
      expect({ given: given?.text, said: faults.map(({ text }) => text), named }).toMatchObject({
        named: true,
      });
      expect(restored).toBe(true);
    }, 120_000);
  }

  // Once it is known what is swapped, what hangs on it is judged as on a board where it stands right.
  it.each([
    [referenceBoard, 19, 'readings of h3 and o2 are swapped'],
    // A switched input at rest stands where one of the rails does.
    [
      xorNanoBoard,
      4,
      "pot 7 (x1− to h1) and pot 11 (b+ to h1) are swapped: each answers to the other's number",
    ],
    [
      xorNanoBoard,
      44,
      "pot 11 (b+ to h1) and pot 13 (h0 to o1) are swapped: each answers to the other's number",
    ],
  ] as const)(
    'names a swap alone, none of its consequences: $0.name $1',
    async (profile, seed, text) => {
      const { faults, restored } = await proveOne(profile, seed, 'swapped pair');
      expect(faults.map((fault) => fault.text)).toEqual([text]);
      expect(restored).toBe(true);
    },
    120_000,
  );

  it('moves pots only at rest, alarms nobody about a sound board, and leaves taps and residuals as they were', async () => {
    const board = newBoard({ seed: 31 });
    const client = await BoardClient.open(new InProcessTransport(board));
    const taps = randomTaps(referenceBoard, 3);
    taps.residuals.fill(-77);
    await client.writeTaps(taps);
    let [moved, driven, bad] = [0, 0, 0];
    const atRest = () => board.analog.source_V.subarray(0, 8).every((v) => Math.abs(v) < 0.01);
    const watched = new Proxy(client, {
      get(target, key) {
        const value = Reflect.get(target, key, target);
        if (typeof value !== 'function') return value;
        return (...args: unknown[]) => {
          if (key === 'writeTaps' || key === 'connectOnly') {
            moved++;
            if (!atRest()) bad++;
          } else if (key === 'readNodes' && !atRest()) driven++;
          return value.apply(target, args);
        };
      },
    });
    const { faults, wipers } = await proveBoard(watched, taps);
    expect(faults).toEqual([]);
    expect(wipers).toBe(84);
    expect(moved).toBeGreaterThan(100);
    expect(driven).toBeGreaterThan(100);
    expect(bad).toBe(0);
    expect(atRest()).toBe(true);
    expect(await client.readTaps()).toEqual(taps);
    await client.close();
  }, 120_000);

  it('tells a pump that is a current source, as meant', async () => {
    const parts = drawParts(xorNanoBoard, 4);
    expect(parts.profile.nudgeLoads).toBe(false);
    const client = await BoardClient.open(
      new InProcessTransport(newBoard({ seed: 4, profile: xorNanoBoard })),
    );
    const { faults, remarks, wipers } = await proveBoard(client, await client.readTaps());
    expect(faults).toEqual([]);
    expect(wipers).toBe(16);
    expect(remarks.join()).toMatch(/its pump is a current source, as meant/);
    await client.close();
  }, 120_000);
});

describe('ohmprop board selftest', () => {
  it('asks before it moves anything on a board that is there', async () => {
    const board = newBoard();
    await withServed(board, async (address) => {
      const { code, stderr } = await ohmprop(['board', 'selftest', address]);
      expect(code).toBe(2);
      expect(stderr).toMatch(/moves all 84 potentiometers of reference board V0000001/);
      expect(stderr).toMatch(/nothing was changed; say --yes/);
      expect(board.wiperSteps).toBe(0);
    });
  });

  it('puts back what an earlier one, cut off, has kept', async () => {
    const profile = xorNanoBoard;
    const board = newBoard({ seed: 9, profile });
    const before = randomTaps(profile, 6);
    before.residuals.fill(-5);
    const file = keptTapsFile('V0000009') ?? '';
    await keepTaps(file, before, 0);
    await withServed(board, async (address) => {
      const { code, stdout, stderr } = await ohmprop(['board', 'selftest', address, '--yes', '--json']);
      expect(stderr).toMatch(/what moved its taps at \S+ was cut off; the taps from before it are put back/);
      expect(code).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ faults: [], wipersProven: 16, failed: 0 });
      expect(existsSync(file)).toBe(false);
      const client = await BoardClient.open(TcpTransport.of(address));
      expect(await client.readTaps()).toEqual(before);
      await client.close();
    });
  }, 240_000);

  it('keeps the taps from before in a file while they are moved', async () => {
    const file = join(scratch(), 'boards', 'V0000001', 'taps-kept.json');
    expect(keptTaps(file)).toBeUndefined();
    const taps = randomTaps(referenceBoard, 5);
    taps.residuals.fill(-12);
    await keepTaps(file, taps, 9);
    expect(keptTaps(file)).toMatchObject({ ...taps, lastUpdate: 9 });
    forgetKeptTaps(file);
    expect(existsSync(file)).toBe(false);
  });
});
