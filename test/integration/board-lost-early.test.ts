import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { VirtualBoard } from '../../drivers/virtual-board/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

// A line that is lost before a run's first update: nothing was learned yet, and what the board was given may be gone.

const args = (address: string) => ['--device', address, '--data', 'xor', '--epochs', '2', '--out', 'run'];

/** Taps and residuals after a training of two epochs. */
async function trained(lose?: (board: VirtualBoard, cut: () => void) => void) {
  const board = newBoard({ nominal: true });
  const cwd = scratch();
  return withServed(board, async (address, served) => {
    lose?.(board, () => served.unplug?.(0.2));
    const { code, stderr } = await ohmprop(['train', ...args(address)], { cwd });
    const journal = join(cwd, 'run/journal.jsonl');
    const lines = existsSync(journal) ? readFileSync(journal, 'utf8').trim().split('\n') : [];
    const taps = await ohmprop(['board', 'read', address]);
    return { code, stderr, journal: lines.map((line) => JSON.parse(line)), taps: taps.stdout };
  });
}

/** Does something once the board has sent so many bytes. */
function afterBytes(board: VirtualBoard, bytes: number, act: () => void): void {
  const pass = board.onTransmit;
  let sent = 0;
  board.onTransmit = (byte) => {
    pass(byte);
    if (++sent === bytes) setImmediate(act);
  };
}

describe('a line that is lost in the first moments of a training', () => {
  it('is waited for, wherever that was; the run ends as one that nobody disturbed', async () => {
    const undisturbed = await trained();
    expect(undisturbed.code).toBe(0);
    // While it is put at its start, its state is read, its journal begins; with its cable a board may lose its supply, and its taps.
    for (const [bytes, supply] of [
      [150, true],
      [500, false],
      [1000, true],
    ] as const) {
      const run = await trained((board, cut) =>
        afterBytes(board, bytes, () => {
          cut();
          if (supply) board.powerCycle();
        }),
      );
      expect(run).toMatchObject({ code: 0, taps: undisturbed.taps });
      expect(run.stderr).toMatch(/paused: /);
      const told = run.journal.filter(({ what }) => what === 'paused' || what === 'resumed');
      expect(told.map(({ what }) => what)).toEqual(['paused', 'resumed']);
      expect(run.journal.filter(({ kind }) => kind === 'outcome').map(({ id }) => id)).toEqual([1, 2]);
    }
  });

  it('ends it where nobody is to wait', async () => {
    const board = newBoard({ nominal: true });
    const cwd = scratch();
    await withServed(board, async (address, served) => {
      afterBytes(board, 150, () => served.unplug?.(0.2));
      const { code, stderr } = await ohmprop(['train', ...args(address), '--board-patience', '0'], { cwd });
      expect(code).toBe(1);
      expect(stderr).toMatch(/line is lost|connection/);
      expect(existsSync(join(cwd, 'run/config.yaml'))).toBe(false);
    });
  });
});
