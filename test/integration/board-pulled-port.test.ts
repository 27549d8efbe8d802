import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { serveOnTcp } from '../../drivers/virtual-board/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';
import { newBoard } from './emulated-board.js';

// A serial port that goes away with its adapter, and comes back under its name: socat stands between a pseudo-terminal and a board. Its
// `wait-slave` reaches for the board when the port is opened, so that `dtrReset` resets the board then, as DTR does.

const hasSocat = spawnSync('socat', ['-V']).error === undefined;

describe.skipIf(!hasSocat)('a port that is pulled out in a training (where socat is)', () => {
  it.each([
    ['keeps its board running', {}],
    ['resets its board whenever it is opened', { dtrReset: { bootloader_seconds: 0.5 } }],
  ] as const)(
    'and %s: the run goes on with it',
    async (_, dtr) => {
      const board = newBoard({ nominal: true });
      const served = await serveOnTcp(board, { port: 0, ...dtr });
      const cwd = scratch();
      const port = join(cwd, 'ttyBOARD');
      let [plugged, over] = [undefined as ChildProcess | undefined, false];
      const cable = (async () => {
        while (!over) {
          plugged = spawn('socat', [
            `pty,raw,echo=0,link=${port},wait-slave`,
            served.address.replace('://', ':').replace('tcp', 'TCP'),
          ]);
          await new Promise((resolve) => plugged?.once('close', resolve));
          await pause(200);
        }
      })();
      try {
        while (!existsSync(port)) await pause(5);
        const args = ['--device', port, '--data', 'iris', '--epochs', '2', '--out', 'run'];
        const trained = ohmprop(['train', ...args], { cwd });
        const journal = () => {
          const file = join(cwd, 'run/journal.jsonl');
          return existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
        };
        const outcomes = () => journal().filter((line) => line.includes('"outcome"'));
        while (outcomes().length < 4) await pause(2);
        plugged?.kill('SIGKILL');
        const { code, stderr } = await trained;
        expect(code).toBe(0);
        expect(stderr).toMatch(/paused: .*the line is lost/);
        expect(stderr).toMatch(/goes on after/);
        const ids = outcomes().map((line) => JSON.parse(line).id);
        expect(ids).toEqual(Array.from({ length: 14 }, (_, n) => n + 1));
      } finally {
        over = true;
        plugged?.kill('SIGKILL');
        await cable;
        await served.close();
      }
    },
    60_000,
  );
});
