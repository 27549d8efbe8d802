import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type referenceBoard, xorNanoBoard } from '../../devices/boards/index.js';
import { serveOnPty } from '../../drivers/virtual-board/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { newBoard } from './emulated-board.js';

// Issue 16, point 8. An avrdude that writes nothing but its arguments stands on PATH.

function fakeAvrdude(ends: { code?: number; says?: string } = {}): {
  env: Record<string, string>;
  calls: () => string[];
} {
  const { code = 0, says = 'avrdude: 14336 bytes of flash verified' } = ends;
  const directory = scratch();
  const log = join(directory, 'calls.txt');
  writeFileSync(
    join(directory, 'avrdude'),
    `#!/bin/sh\nif [ "$1" = "-v" ]; then echo "avrdude: Version 7.1" >&2; exit 1; fi\necho "$@" >> '${log}'\necho '${says}' >&2\nexit ${code}\n`,
  );
  chmodSync(join(directory, 'avrdude'), 0o755);
  return {
    env: { PATH: `${directory}:/usr/bin:/bin` },
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []),
  };
}

/** A board behind a pseudo-terminal; skipped where none can be made. */
async function onPty(
  profile: typeof referenceBoard,
  work: (address: string, board: ReturnType<typeof newBoard>) => Promise<void>,
): Promise<void> {
  const board = newBoard({ seed: 2, profile });
  const served = await serveOnPty(board).catch(() => undefined);
  if (served === undefined) return;
  try {
    await work(served.address, board);
  } finally {
    await served.close();
  }
}

describe.skipIf(process.platform === 'win32')('ohmprop board flash', () => {
  it('says with --dry-run exactly what would be run, and opens nothing', async () => {
    const { code, stdout } = await ohmprop([
      'board',
      'flash',
      '/dev/ttyNONE',
      '--board',
      'reference',
      '--dry-run',
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^avrdude -p m328p -c arduino -P \/dev\/ttyNONE -b 115200 -D -U flash:w:\S*firmware\/hex\/reference\.hex:i\n$/,
    );
  });

  it('knows with --dry-run where a board was, and takes the image that both xor-nano boards share', async () => {
    const dry = ['board', 'flash', 'serial:V0000002', '--dry-run'];
    const lost = await ohmprop(dry);
    expect(lost.code).toBe(2);
    expect(lost.stderr).toMatch(/no board is asked what it is.*name its port/);
    const drawn = await ohmprop([
      'board',
      'flash',
      '/dev/ttyNONE',
      '--board',
      'xor-nano-as-drawn',
      '--dry-run',
    ]);
    expect(drawn.stdout).toMatch(/hex\/xor-nano\.hex:i\n$/);
    await onPty(xorNanoBoard, async (address) => {
      await ohmprop(['board', 'info', address]);
      expect((await ohmprop(dry)).stdout).toMatch(
        new RegExp(`^avrdude .* -P ${address} .*xor-nano\\.hex:i\n$`),
      );
    });
  }, 120_000);

  it('asks, writes the image of the board that answers, and reads hello again', async () => {
    await onPty(xorNanoBoard, async (address, board) => {
      const avrdude = fakeAvrdude();
      const { env } = avrdude;
      const asked = await ohmprop(['board', 'flash', address], { env });
      expect(asked.code).toBe(2);
      expect(asked.stderr).toMatch(/writes firmware 2\.\d+\.\d+ for a xor-nano board by avrdude 7\.1/);
      expect(asked.stderr).toMatch(/may set all 16 wipers to the middle/);
      expect(avrdude.calls()).toEqual([]);
      const { code, stdout } = await ohmprop(['board', 'flash', address, '--yes'], { env });
      expect(code).toBe(0);
      expect(stdout).toMatch(/all taps are as they were/);
      expect(avrdude.calls()).toHaveLength(1);
      expect(avrdude.calls()[0]).toMatch(/xor-nano\.hex:i$/);
      expect(board.wiperSteps).toBe(0);
    });
  }, 120_000);

  it('refuses the firmware of another board, and tells what avrdude said where it fails', async () => {
    await onPty(xorNanoBoard, async (address) => {
      const avrdude = fakeAvrdude({ code: 1, says: 'avrdude: stk500_getsync(): not in sync: resp=0x00' });
      const { env } = avrdude;
      const other = await ohmprop(['board', 'flash', address, '--board', 'reference', '--yes'], { env });
      expect(other.code).toBe(2);
      expect(other.stderr).toMatch(/this is a xor-nano board.*--other-board/);
      expect(avrdude.calls()).toEqual([]);
      const failed = await ohmprop(['board', 'flash', address, '--yes'], { env });
      expect(failed.code).toBe(1);
      expect(failed.stderr).toMatch(/not in sync.*--rate 57600/s);
    });
  }, 120_000);

  it('says what gets avrdude where there is none, and takes a serial port alone', async () => {
    const none = await ohmprop(['board', 'flash', '/dev/ttyNONE', '--yes'], { env: { PATH: scratch() } });
    expect(none.code).toBe(2);
    expect(none.stderr).toMatch(/avrdude is not on PATH; install it: .*apt install.*brew.*winget/);
    const tcp = await ohmprop(['board', 'flash', 'tcp://localhost:5', '--yes']);
    expect(tcp.stderr).toMatch(/by a serial port alone/);
  });
});
