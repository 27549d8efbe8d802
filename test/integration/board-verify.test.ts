import { afterEach, describe, expect, it, vi } from 'vitest';
import { boardWith, giveFault } from '../../bench/board-proof.js';
import { boardFile, calibrateBoard } from '../../calibration/boards/index.js';
import {
  checkDrives,
  drawParts,
  randomTaps,
  xorNanoAsDrawn,
  xorNanoBoard,
} from '../../devices/boards/index.js';
import { BoardClient, readDriven } from '../../drivers/board/index.js';
import { InProcessTransport, type VirtualBoard } from '../../drivers/virtual-board/index.js';
import { checkBoard, keepBoardCalibration, partsByDataSheet } from '../../experiments/composition/index.js';
import { scratch } from '../scratch.js';
import { SimulatedBench } from '../unit/simulated-bench.js';
import { ohmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

// Issue 16, point 5: drives only. `npm run bench -- board-verify` measures what it finds.

describe('ohmprop board verify', () => {
  it('moves no wiper, finds a sound board good, and says what it could not see', async () => {
    const board = newBoard({ seed: 3, profile: xorNanoBoard });
    await withServed(board, async (address) => {
      const { code, stdout } = await ohmprop(['board', 'verify', address, '--json']);
      expect(code).toBe(0);
      const { good, unseenWipers, wiperSteps, by } = JSON.parse(stdout);
      expect({ good, wiperSteps, by }).toEqual({ good: true, wiperSteps: 0, by: 'data sheets' });
      // By data sheets alone few wipers of this board can be told from their tolerance.
      expect(unseenWipers.length).toBeGreaterThan(4);
      expect(board.wiperSteps).toBe(0);
    });
  }, 60_000);

  it('names nodes that depart, with exit code 1, and moves no wiper', async () => {
    const parts = drawParts(xorNanoBoard, 9);
    const board = boardWith(parts, giveFault(parts, 'swapped pair', 9), 9);
    // With all taps alike a swap of an input's two sources changes nothing.
    const client = await BoardClient.open(new InProcessTransport(board));
    await client.writeTaps(randomTaps(xorNanoBoard, 9));
    await client.close();
    const before = board.wiperSteps;
    await withServed(board, async (address) => {
      const { code, stdout } = await ohmprop(['board', 'verify', address]);
      expect(code).toBe(1);
      expect(stdout).toMatch(/FAILED (h0|h1|o0|o1) departs by −?\d+\.\d mV: it reads/);
      expect(board.wiperSteps).toBe(before);
    });
  }, 60_000);

  it('asks before --moves', async () => {
    const board = newBoard({ seed: 3, profile: xorNanoBoard });
    await withServed(board, async (address) => {
      const { code, stderr } = await ohmprop(['board', 'verify', address, '--moves']);
      expect(code).toBe(2);
      expect(stderr).toMatch(/moves all 16 potentiometers/);
      expect(board.wiperSteps).toBe(0);
    });
  }, 60_000);
});

describe('a board that was calibrated', () => {
  afterEach(() => vi.unstubAllEnvs());

  it('is judged by its newest calibration, which sees what data sheets hide; by another board’s never', async () => {
    vi.stubEnv('OHMPROP_LAB', scratch('lab'));
    const parts = drawParts(xorNanoAsDrawn, 4);
    const found = await calibrateBoard(new SimulatedBench(parts, 1, 8), { reads: 8, quick: true });
    const file = await boardFile(found, { serial: 'V0000004' });
    const kept = (await keepBoardCalibration(file)) ?? '';
    const verified = async (board: VirtualBoard, ...more: string[]) => {
      const answer = { code: 0, stdout: '', stderr: '' };
      await withServed(board, async (address) => {
        Object.assign(answer, await ohmprop(['board', 'verify', address, ...more]));
      });
      expect(board.wiperSteps).toBe(0);
      return answer;
    };
    const day = file.date.slice(0, 10);
    const sound = await verified(boardWith(parts, undefined, 4));
    expect(sound.stdout).toMatch(new RegExp(`^ok .*by the calibration of ${day}`));
    expect(sound.code).toBe(0);

    // Twenty taps in the middle are less than a chip's tolerance.
    const tables = [...parts.calibration.resistance_ohm];
    tables[0] = tables[0].map((_, tap) => parts.calibration.resistance_ohm[0][Math.min(tap + 20, 256)]);
    const off = { ...parts, calibration: { ...parts.calibration, resistance_ohm: tables } };
    const departed = await verified(boardWith(off, undefined, 4));
    expect(departed.code).toBe(1);
    expect(departed.stdout).toMatch(/ explains it.*: pot 0.* standing \d+ taps above/);
    expect(departed.stdout).toContain(kept);
    const asDrawn = ['--calibration', 'none', '--board', 'xor-nano-as-drawn'];
    // Pots of a chip are alike within a part in a hundred: one is off, and which data sheets do not tell.
    const guessed = await verified(boardWith(off, undefined, 4), ...asDrawn);
    expect(guessed.stdout).toMatch(/judged by data sheets of a xor-nano-as-drawn board/);
    expect(guessed.stdout).toMatch(
      /any one of these alone explains it, and nothing here tells which: .*pot 0 /,
    );

    const other = await verified(boardWith(parts, undefined, 5), '--calibration', kept);
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(
      /it is of xor-nano-as-drawn board V0000004, this is xor-nano board V0000005/,
    );
  }, 120_000);
});

describe('reading under drives', () => {
  it('has the board disarmed while it thinks, however long that takes, and armed again when it drives', async () => {
    const told: string[] = [];
    const board = newBoard({ seed: 5 });
    const client = await BoardClient.open(new InProcessTransport(board), {
      watchdog_ms: 100,
      onEvent: (event) => told.push(JSON.stringify(event)),
    });
    await checkBoard(client, partsByDataSheet(client.profile), {
      told: (what) => {
        // Thinks for three times as long as the watchdog waits.
        if (what === 'judging') board.advance(0.3);
      },
    });
    expect(await client.status()).toMatchObject({ armed: false });
    expect(told.filter((text) => /watchdog/.test(text))).toEqual([]);
    await client.setInputs([1000, 0, 0, 0], [0, 0, 0]);
    expect(await client.status()).toMatchObject({ armed: true });
    await client.close();
  }, 60_000);

  it('leaves inputs and nudges at 0 between two sets and afterwards', async () => {
    const board = newBoard({ seed: 5 });
    const client = await BoardClient.open(new InProcessTransport(board));
    const held: boolean[] = [];
    const atRest = () => board.analog.source_V.subarray(0, 8).every((v) => Math.abs(v) < 0.01);
    const watched = {
      profile: client.profile,
      use: client.use,
      readNodes: () => client.readNodes(),
      setInputs: async (inputs: ArrayLike<number>, nudges: ArrayLike<number>) => {
        await client.setInputs(inputs, nudges);
        held.push(atRest());
      },
    };
    const drives = checkDrives(client.profile, client.use);
    await readDriven(watched, drives);
    expect(held.length).toBe(2 * drives.length);
    expect(held.filter((_, i) => i % 2 === 1).every(Boolean)).toBe(true);
    expect(held.filter((_, i) => i % 2 === 0).filter(Boolean).length).toBeLessThan(10);
    await client.close();
  }, 60_000);
});
