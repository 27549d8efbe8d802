import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { boardWith, giveFault } from '../../bench/board-proof.js';
import { drawParts, xorNanoBoard } from '../../devices/boards/index.js';
import { BoardClient, keepMask, keptMask } from '../../drivers/board/index.js';
import { TcpTransport } from '../../drivers/transport/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

// Issue 16, point 5: stuck or dead pots are masked and reported.

beforeEach(() => {
  process.env.OHMPROP_LAB = scratch('lab');
});

async function tapsAt(address: string): Promise<number[]> {
  const client = await BoardClient.open(TcpTransport.of(address));
  const { taps } = await client.readTaps();
  await client.close();
  return [...taps];
}

describe('a pot that is masked', () => {
  it('is never written by a training, which says so once, in its manifest and in its report', async () => {
    await withServed(newBoard({ seed: 7, profile: xorNanoBoard }), async (address) => {
      const before = await tapsAt(address);
      await keepMask('V0000007', [{ pot: 3, why: 'burnt', found: 'hand' }]);
      const cwd = scratch();
      const flags = ['train', '--device', address, '--board', 'xor-nano', '--data', 'xor', '--epochs', '3'];
      const masked = await ohmprop([...flags, '--out', 'run'], { cwd });
      expect(masked.code).toBe(0);
      expect(masked.stderr.match(/pot 3 \(burnt\) is masked and never written/g)).toHaveLength(1);
      const after = await tapsAt(address);
      expect(after[3]).toBe(before[3]);
      expect(after.filter((tap, e) => tap !== before[e]).length).toBeGreaterThan(10);
      const manifest = JSON.parse(readFileSync(join(cwd, 'run', 'manifest.json'), 'utf8'));
      expect(manifest.device.maskedPots).toBe('3');
      expect(readFileSync(join(cwd, 'run', 'report.html'), 'utf8')).toMatch(/pot 3 \(burnt\) is masked/);

      const all = await ohmprop([...flags, '--mask', 'none', '--out', 'all'], { cwd });
      expect(all.stderr).not.toMatch(/masked/);
      expect((await tapsAt(address))[3]).not.toBe(before[3]);
    });
  }, 120_000);

  it('is refused of another board, and where the board has no such pot', async () => {
    await withServed(newBoard({ seed: 7, profile: xorNanoBoard }), async (address) => {
      const cwd = scratch();
      const flags = [
        'train',
        '--device',
        address,
        '--board',
        'xor-nano',
        '--data',
        'xor',
        '--mask',
        'm.json',
      ];
      const mask = (serial: string, pot: number) =>
        writeFileSync(
          join(cwd, 'm.json'),
          JSON.stringify({ kind: 'board-mask', format: 1, serial, pots: [{ pot, why: 'stuck' }] }),
        );
      mask('V0000008', 3);
      const other = await ohmprop(flags, { cwd });
      expect(other.code).toBe(2);
      expect(other.stderr).toMatch(/it is of board V0000008, this is board V0000007/);
      mask('V0000007', 16);
      expect((await ohmprop(flags, { cwd })).stderr).toMatch(/pot 16: a xor-nano board has pots 0 to 15/);
    });
  }, 60_000);

  it('is what a self-test finds dead; it is kept, and taken out once it is sound', async () => {
    const parts = drawParts(xorNanoBoard, 9);
    const given = giveFault(parts, 'dead wiper', 9);
    await withServed(boardWith(parts, given, 9), async (address) => {
      const tested = await ohmprop(['board', 'selftest', address, '--yes']);
      expect(tested.stdout).toMatch(new RegExp(`pot ${given.of[0]} \\(dead wiper\\) is masked`));
    });
    expect((await keptMask('V0000009', xorNanoBoard))?.pots).toMatchObject([{ pot: given.of[0] }]);
    await withServed(boardWith(parts, undefined, 9), async (address) => {
      const { stdout } = await ohmprop(['board', 'selftest', address, '--yes']);
      expect(stdout).toMatch(/no pot is masked any longer/);
    });
  }, 120_000);
});
