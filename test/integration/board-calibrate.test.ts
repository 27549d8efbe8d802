import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { xorNanoBoard } from '../../devices/boards/index.js';
import { BoardClient, keptTaps, keptTapsFile } from '../../drivers/board/index.js';
import { TcpTransport } from '../../drivers/transport/index.js';
import { ohmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

async function tapsOf(address: string) {
  const client = await BoardClient.open(TcpTransport.of(address));
  const { taps } = await client.readTaps();
  await client.close();
  return { taps: [...taps], armed: client.description.armed, identity: client.identity };
}

describe('board calibrate on a board that is there', () => {
  it('asks before anything moves: without --yes it says how many wiper steps and minutes, and moves none', async () => {
    const board = newBoard({ profile: xorNanoBoard });
    await withServed(board, async (address) => {
      const before = await tapsOf(address);
      const { code, stderr } = await ohmprop(['board', 'calibrate', address, '--quick']);
      expect(code).toBe(2);
      expect(stderr).toMatch(/up to some [\d,]{7,} wiper steps, about 1 min\)/);
      expect(await tapsOf(address)).toEqual(before);
    });
  });

  it('the whole of it steps every tap, which takes minutes', async () => {
    await withServed(newBoard({ profile: xorNanoBoard }), async (address) => {
      const { stderr } = await ohmprop(['board', 'calibrate', address]);
      expect(Number(/about (\d+) min/.exec(stderr)?.[1])).toBeGreaterThan(4);
    });
  });

  it('Ctrl-C in the middle: at rest, taps as before, nothing kept to be put back', async () => {
    const board = newBoard({ profile: xorNanoBoard });
    await withServed(board, async (address) => {
      const before = await tapsOf(address);
      const rest = board.analog.source_V.map((v) => v);
      const interruption = new AbortController();
      const running = ohmprop(['board', 'calibrate', address, '--quick', '--yes'], {
        signal: interruption.signal,
      });
      const driven = () => board.analog.source_V.some((v, n) => Math.abs(v - rest[n]) > 0.1);
      while (!driven()) await pause(1);
      interruption.abort();
      const { code, stderr } = await running;
      expect(code).toBe(130);
      expect(stderr).toMatch(/stopped; taps are as they were/);
      expect(driven()).toBe(false);
      expect(await tapsOf(address)).toEqual(before);
      const kept = keptTapsFile(before.identity);
      if (kept === undefined) throw new Error('a board with a serial number of its own keeps its taps');
      expect(keptTaps(kept)).toBeUndefined();
    });
  });
});
