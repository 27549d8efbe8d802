import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BoardClient } from '../../drivers/board/index.js';
import { TcpTransport } from '../../drivers/transport/index.js';
import { scratch } from '../scratch.js';
import { ohmprop, startOhmprop } from './command-line.js';
import { newBoard, withServed } from './emulated-board.js';

const lines = (file: string): Record<string, unknown>[] =>
  existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line))
    : [];
const outcomes = (run: string) => lines(join(run, 'journal.jsonl')).filter(({ kind }) => kind === 'outcome');
const manifestOf = (run: string) => JSON.parse(readFileSync(join(run, 'manifest.json'), 'utf8'));
const flags = (address: string, epochs = 2) => [
  ...['--device', address, '--data', 'iris', '--epochs', String(epochs), '--out', 'run'],
];

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
}

async function tapsAt(address: string) {
  const client = await BoardClient.open(TcpTransport.of(address));
  const held = { ...(await client.readTaps()), update: (await client.counters()).lastUpdate };
  await client.close();
  return held;
}

/** The process that trains a run now, by its lock. */
function trainerOf(run: string): number {
  return Number(JSON.parse(readFileSync(join(run, 'run.lock'), 'utf8')).pid);
}

describe('train --supervised', () => {
  it('ends with no other command typed, whatever kills its process; each end is told once', async () => {
    const wanted = await withServed(newBoard({ nominal: true }), async (address) => {
      await ohmprop(['train', ...flags(address)]);
      return tapsAt(address);
    });
    await withServed(newBoard({ nominal: true }), async (address) => {
      const cwd = scratch();
      const run = join(cwd, 'run');
      const told = join(cwd, 'told.jsonl');
      const child = startOhmprop(
        [
          'train',
          ...flags(address),
          '--supervised',
          '--json',
          '--notify',
          `cat >> ${told}`,
          '--notify-every',
          '0',
        ],
        { cwd },
      );
      let stdout = '';
      child.stdout.on('data', (text: Buffer) => {
        stdout += text;
      });
      for (const n of [2, 6]) {
        await until(() => outcomes(run).length >= n);
        process.kill(trainerOf(run), 'SIGKILL');
      }
      expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ epochs: [{ epoch: 1 }, { epoch: 2 }] });
      expect(await tapsAt(address)).toEqual(wanted);
      expect(outcomes(run).map(({ id }) => id)).toEqual(Array.from({ length: 14 }, (_, k) => k + 1));
      expect(lines(told).map(({ event }) => event)).toEqual(['failed', 'failed', 'done']);
      // What went over the line in the last minutes of either process that was killed; the one that ended well leaves nothing.
      const logs = readdirSync(join(run, 'logs')).map((file) =>
        readFileSync(join(run, 'logs', file), 'utf8'),
      );
      expect(logs).toHaveLength(2);
      for (const log of logs) expect(log).toMatch(/> [0-9a-f]+ ; step #\d+/);
      expect(lines(told)[0]).toMatchObject({ run: expect.stringMatching(/run$/), text: /SIGKILL/ });
    });
  });

  it('does not start what bad input ends, nor what somebody stops', async () => {
    const cwd = scratch();
    const bad = await ohmprop(['train', '--data', 'csv:nowhere.csv', '--supervised', '--out', 'bad'], {
      cwd,
    });
    expect(bad.code).toBe(2);
    expect(bad.stderr).toMatch(/nowhere\.csv/);
    await withServed(newBoard({ nominal: true }), async (address) => {
      const child = startOhmprop(['train', ...flags(address, 1000), '--supervised'], { cwd });
      await until(() => outcomes(join(cwd, 'run')).length >= 2);
      child.kill('SIGTERM');
      expect(await new Promise((resolve) => child.once('close', resolve))).toBe(143);
      expect(manifestOf(join(cwd, 'run'))).toMatchObject({ exitStatus: 'interrupted', endedBy: 'SIGTERM' });
    });
  });
});

describe('resume', () => {
  it('--unfinished takes up what was cut off and whose board is there, and nothing else', async () => {
    await withServed(newBoard({ nominal: true }), async (address) => {
      const cwd = scratch();
      const inRuns = (name: string) => [...flags(address, 2).slice(0, -1), `runs/${name}`];
      expect((await ohmprop(['train', ...inRuns('done')], { cwd })).code).toBe(0);
      const child = startOhmprop(['train', ...inRuns('cut')], { cwd });
      await until(() => outcomes(join(cwd, 'runs/cut')).length >= 2);
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('close', resolve));
      const { code, stdout, stderr } = await ohmprop(['resume', '--unfinished', '--json'], { cwd });
      expect(stderr).toMatch(/runs\/cut: done/);
      expect(code).toBe(0);
      expect(JSON.parse(stdout).runs).toEqual([{ run: 'runs/cut', outcome: expect.stringMatching(/^done/) }]);
      expect((await ohmprop(['resume', '--unfinished'], { cwd })).stdout).toMatch(
        /no run under runs\/ was cut off/,
      );
    });
  });

  it('refuses another board, and takes it with --other-board; both are recorded', async () => {
    const cwd = scratch();
    await withServed(newBoard({ nominal: true }), (address) =>
      ohmprop(['train', ...flags(address, 1)], { cwd }),
    );
    await withServed(newBoard({ nominal: true, seed: 2 }), async (address) => {
      const before = await tapsAt(address);
      const more = ['resume', 'run', '--epochs', '2', '--device', address];
      const refused = await ohmprop(more, { cwd });
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/is board V0000002, .* was trained on board V0000001.*--other-board/);
      expect((await ohmprop(['eval', 'run', '--device', address], { cwd })).stderr).toMatch(/V0000001/);
      expect(await tapsAt(address)).toEqual(before);
      const { code, stderr } = await ohmprop([...more, '--other-board'], { cwd });
      expect(stderr).toMatch(/8\d of 84 wipers are written/);
      expect(code).toBe(0);
      expect(
        manifestOf(join(cwd, 'run')).device.boards.map(({ serial }: { serial: string }) => serial),
      ).toEqual(['V0000001', 'V0000002']);
    });
  });
});
