import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
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
    const log = () => readFile(join(cwd, 'pulses.csv'), 'utf8');
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
    await appendFile(join(cwd, 'pulses.csv'), '999,g1,0,0,+,7\n999,g1,0,');
    expect((await ohmprop(['resume', 'run', '--epochs', '5'], { cwd })).code).toBe(0);
    const resumed = await log();
    expect(resumed.startsWith(first)).toBe(true);
    expect(resumed).not.toContain('999,');

    const whole = scratch();
    await ohmprop(train('--epochs', '5', '--pulse-log', 'pulses.csv'), { cwd: whole });
    expect(resumed).toBe(await readFile(join(whole, 'pulses.csv'), 'utf8'));
    const metrics = (await readFile(join(cwd, 'run', 'metrics.jsonl'), 'utf8')).trim().split('\n');
    expect(pulsesIn(resumed)).toBe(metrics.reduce((sum, line) => sum + JSON.parse(line).pulses, 0));
  });

  it('begins afresh with a new run, and is refused before anything is written where it cannot be', async () => {
    const cwd = scratch();
    await appendFile(join(cwd, 'old.csv'), 'something else\n');
    await ohmprop(train('--epochs', '1', '--policy', 'exact', '--pulse-log', 'old.csv'), { cwd });
    expect(await readFile(join(cwd, 'old.csv'), 'utf8')).toBe('update,group,row,column,polarity,count\n');

    const none = scratch();
    const { code, stderr } = await ohmprop(train('--pulse-log', 'missing/pulses.csv'), { cwd: none });
    expect(code).toBe(2);
    expect(stderr).toMatch(/missing\/pulses.csv: cannot be written/);
    expect(existsSync(join(none, 'run'))).toBe(false);
  });
});
