import { describe, expect, it } from 'vitest';
import { BoardClient } from '../../drivers/board/index.js';
import { TcpTransport } from '../../drivers/transport/index.js';
import { startOhmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

describe('Ctrl-C while a command works on a board', () => {
  it('stops it, puts the taps back, keeps its last update, leaves it disarmed and exits with 130', async () => {
    const board = newBoard();
    await withServed(board, async (address) => {
      const taps = Uint8Array.from({ length: 84 }, (_, e) => 40 + e);
      const learned = { taps, residuals: new Int16Array(84).fill(7) };
      const run = await BoardClient.open(TcpTransport.of(address));
      await run.writeTaps(learned);
      await run.setLastUpdate(12);
      await run.close();

      const args = ['board', 'sweep', address, '--pot', '3', '--points', '240'];
      const child = startOhmprop(args);
      const ended = new Promise((resolve) => child.once('exit', resolve));
      // Its first drive: the sweep is under way.
      const driven = () => board.analog.source_V.subarray(0, 8).some((v) => Math.abs(v) > 1);
      while (child.exitCode === null && !driven()) await new Promise((resolve) => setTimeout(resolve, 1));
      child.kill('SIGINT');
      expect(await ended).toBe(130);

      const after = await BoardClient.open(TcpTransport.of(address));
      expect(await after.readTaps()).toEqual(learned);
      expect(await after.status()).toMatchObject({ armed: false, lastUpdate: 12 });
      await after.close();
    });
  });
});
