import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { appendFile, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const train = (...more: string[]) => [
  ...['train', '--preset', 'xor', '--layers', '8', '--policy', 'accumulate', '--out', 'run'],
  ...more,
];
const pulsesIn = (log: string) =>
  log
    .trim()
    .split('\n')
    .slice(1)
    .reduce((sum, line) => sum + Number(line.split(',')[5]), 0);

describe('the log of pulses', () => {
  it('outlives eval and export, and goes on with resume as if the run had never stopped', async () => {
    const cwd = scratch();
    const log = () => readFile(join(cwd, 'run', 'pulses.csv'), 'utf8');
    const run = await ohmprop(train('--epochs', '3', '--pulse-log', 'pulses.csv', '--json'), { cwd });
    expect(run.code).toBe(0);
    const first = await log();
    expect(first.startsWith('update,group,row,column,polarity,count\n1,')).toBe(true);

    for (const args of [
      ['eval', 'run'],
      ['export', 'run', '-o', 'w.npz'],
      ['trace', 'run', '--sample', '1'],
    ]) {
      expect((await ohmprop(args, { cwd })).code, args.join(' ')).toBe(0);
      expect(await log(), args.join(' ')).toBe(first);
    }

    // what was done after the checkpoint is done again
    await appendFile(join(cwd, 'run', 'pulses.csv'), '999,g1,0,0,+,7\n999,g1,0,');
    expect((await ohmprop(['resume', 'run', '--epochs', '5'], { cwd })).code).toBe(0);
    const resumed = await log();
    expect(resumed.startsWith(first)).toBe(true);
    expect(resumed).not.toContain('999,');

    const whole = scratch();
    await ohmprop(train('--epochs', '5', '--pulse-log', 'pulses.csv'), { cwd: whole });
    expect(resumed).toBe(await readFile(join(whole, 'run', 'pulses.csv'), 'utf8'));
    const metrics = (await readFile(join(cwd, 'run', 'metrics.jsonl'), 'utf8')).trim().split('\n');
    expect(pulsesIn(resumed)).toBe(metrics.reduce((sum, line) => sum + JSON.parse(line).pulses, 0));
  });

  it.each([
    [
      'a file that exists where the command is typed',
      'v.txt',
      /v\.txt exists, and is not a pulse log of this run/,
    ],
    ['a path above the run', '../v.txt', /outside the run directory/],
    ['an absolute path', '/tmp/v.txt', /outside the run directory/],
    ['a name of the run itself', 'checkpoints/00000001.npz', /keeps for itself/],
  ])('a new run refuses %s, and nothing is written', async (_, name, message) => {
    const cwd = scratch();
    await writeFile(join(cwd, 'v.txt'), 'precious\n');
    const { code, stderr } = await ohmprop(train('--epochs', '1', '--pulse-log', name), { cwd });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(await readFile(join(cwd, 'v.txt'), 'utf8')).toBe('precious\n');
    expect(existsSync(join(cwd, 'run'))).toBe(false);
  });

  it("a received run's configuration reaches no file outside it, nor one in it that is no log", async () => {
    const cwd = scratch();
    const precious = join(cwd, 'precious.txt');
    await writeFile(precious, 'precious\n');
    expect((await ohmprop(train('--epochs', '1', '--pulse-log', 'pulses.csv'), { cwd })).code).toBe(0);
    const config = join(cwd, 'run', 'config.yaml');
    const text = await readFile(config, 'utf8');
    await writeFile(join(cwd, 'run', 'notes.txt'), 'mine\n');
    await symlink(precious, join(cwd, 'run', 'link.csv'));
    const resume = (name: string) =>
      writeFile(config, text.replace('pulseLog: pulses.csv', `pulseLog: ${name}`)).then(() =>
        ohmprop(['resume', 'run', '--epochs', '2'], { cwd }),
      );
    const linked = await resume('link.csv');
    expect(linked).toMatchObject({ code: 2, stderr: expect.stringMatching(/link that leads out of/) });
    await rm(join(cwd, 'run', 'link.csv'));
    for (const name of [precious, '../precious.txt', 'notes.txt', 'manifest.json']) {
      const { code, stderr } = await resume(name);
      expect(stderr, name).toMatch(/outside the run directory|is not a pulse log|keeps for itself/);
      expect(code, name).toBe(2);
    }
    expect(await readFile(precious, 'utf8')).toBe('precious\n');
    expect(await readFile(join(cwd, 'run', 'notes.txt'), 'utf8')).toBe('mine\n');

    await writeFile(config, text.replace('pulseLog: pulses.csv', `pulseLog: ${precious}`));
    const named = await ohmprop(['resume', 'run', '--epochs', '2', '--pulse-log', 'pulses.csv'], { cwd });
    expect(named.code).toBe(0);
    expect(await readFile(join(cwd, 'run', 'pulses.csv'), 'utf8')).toMatch(/^update,[\s\S]*\n1,[\s\S]*\n2,/);
  });

  it('a link in a run directory that leads out of it is refused before anything is read or written', async () => {
    const cwd = scratch();
    await writeFile(join(cwd, 'metrics.jsonl'), 'mine\n');
    expect((await ohmprop(train('--epochs', '1'), { cwd })).code).toBe(0);
    await rm(join(cwd, 'run', 'metrics.jsonl'));
    await symlink('../metrics.jsonl', join(cwd, 'run', 'metrics.jsonl'));
    for (const command of [
      ['resume', 'run', '--epochs', '2'],
      ['report', 'run'],
      ['eval', 'run'],
    ]) {
      const { code, stderr } = await ohmprop(command, { cwd });
      expect(stderr, command[0]).toMatch(/metrics\.jsonl is a link that leads out of the run directory/);
      expect(code).toBe(2);
    }
    expect(await readFile(join(cwd, 'metrics.jsonl'), 'utf8')).toBe('mine\n');
    await rm(join(cwd, 'run', 'metrics.jsonl'));
    execFileSync('mkfifo', [join(cwd, 'run', 'metrics.jsonl')]);
    const pipe = await ohmprop(['resume', 'run', '--epochs', '2'], { cwd });
    expect(pipe).toMatchObject({ code: 2, stderr: expect.stringMatching(/neither a file nor a folder/) });
  });
});
