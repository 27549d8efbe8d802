import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { mainFile, ohmprop, ohmpropProcess, startOhmprop } from './command-line.js';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

describe('ohmprop', () => {
  it('groups its commands in the help, each with what it does', async () => {
    const { code, stdout, stderr } = await ohmprop(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /Learn:\n +train .*Simulate:\n +crossbar .*Bench:\n +calibrate .*board .*Many:\n +study .*watch .*Help:\n +init .*completion .*doctor .*help/s,
    );
    expect(stdout).not.toMatch(/ device /);
  });

  it.each([
    [['--version'], 0, new RegExp(`^${version}\n$`), /^$/],
    [['help', 'crossbar', 'solve'], 0, /--wire-row-ohm/, /^$/],
    [['help', 'learn'], 0, /Learn:\n +train (?!.*Bench:)/s, /^$/],
    [['crossbar', 'solve', '--help'], 0, /--wire-row-ohm/, /^$/],
    [['crosbar'], 2, /^$/, /unknown command 'crosbar'.*Did you mean crossbar/s],
    [['crossbar', 'slove'], 2, /^$/, /unknown command 'slove'.*Did you mean solve/s],
    [['help', 'crosbar'], 2, /^$/, /no command or group "crosbar"; did you mean crossbar\?/],
    [['help', 'lern'], 2, /^$/, /did you mean learn\?/],
    [['help', 'crossbar', 'slove'], 2, /^$/, /unknown command 'slove'.*Did you mean solve/s],
    [['trian', '--help'], 2, /^$/, /^ohmprop: unknown command 'trian'.*Did you mean train/s],
    [['crossbar', 'slove', '-h'], 2, /^$/, /unknown command 'slove'.*Did you mean solve/s],
    [['train', '--seed', '-1'], 2, /^$/, /needs a whole number of 0 or more/],
    [['train', '--data', 'a.csv'], 2, /^$/, /did you mean "csv:a\.csv"\?/],
    [['train', '--epoch', '3'], 2, /^$/, /unknown option '--epoch'.*Did you mean --epochs/s],
    [[], 2, /^$/, /Usage: ohmprop/],
  ])('%j ends with %i', async (args, exitCode, out, err) => {
    const { code, stdout, stderr } = await ohmprop(args);
    expect(stdout).toMatch(out);
    expect(stderr).toMatch(err);
    expect(code).toBe(exitCode);
  });

  it.each([
    [['train', '--data', 'iriss', '--json'], 'data.unknown', /iriss/],
    [['crossbar', 'solve', '--json'], 'crossbar.usage', /--conductances FILE/],
  ])('%j puts what went wrong on stdout as one JSON object', async (args, errorCode, message) => {
    const { code, stdout, stderr } = await ohmprop(args);
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout);
    expect(error.code).toBe(errorCode);
    expect(error.message).toMatch(message);
    expect(stderr).toMatch(message);
  });

  it('leaves results that came out before a failure alone on stdout', async () => {
    const cwd = scratch();
    writeFileSync(
      join(cwd, 'loop.cir'),
      'two sources against each other\nV1 a 0 1\nV2 a 0 2\nR1 a 0 1k\n.end\n',
    );
    const { code, stdout } = await ohmprop(['circuit', 'check', 'loop.cir', '--json'], { cwd });
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ voltageLoops: [{ nodes: expect.anything() }] });
  });

  it('takes the old name of a group, and says once what it is now', async () => {
    const old = await ohmprop(['device', 'list', '--json']);
    const now = await ohmprop(['cell', 'list', '--json']);
    expect(old.stderr).toBe(
      'warning: ohmprop device is now ohmprop cell; the old name goes with the next minor version\n',
    );
    expect(now.stderr).toBe('');
    expect(old.stdout).toBe(now.stdout);
    expect(JSON.parse(now.stdout).cells.length).toBeGreaterThan(10);
  });

  it('comes to an orderly end when its signal says so', async () => {
    const cwd = scratch();
    const interruption = new AbortController();
    interruption.abort();
    const { code, stderr } = await ohmprop(['train', '--data', 'xor', '--out', 'run'], {
      cwd,
      signal: interruption.signal,
    });
    expect(stderr).toMatch(/Interrupted; to go on: ohmprop resume .*run/);
    expect(code).toBe(130);
    const resumed = await ohmprop(['resume', 'run', '--epochs', '1'], { cwd });
    expect(resumed.code).toBe(0);
  });
});

describe('the process', () => {
  it('ends with the exit code of what it did', async () => {
    expect((await ohmpropProcess(['crosbar'])).code).toBe(2);
    expect(await ohmpropProcess(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.skipIf(!existsSync('/dev/full'))('fails where its results could not be written', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [mainFile, 'cell', 'list', '--json'], {
      stdio: ['ignore', full, 'pipe'],
    });
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    closeSync(full);
    expect({ code, said }).toEqual({
      code: 1,
      said: expect.stringMatching(/^ohmprop: cannot write to standard output: ENOSPC/),
    });
  });

  it('takes a reader of its results that has gone away for no failure', async () => {
    const child = startOhmprop(['cell', 'list', '--json']);
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect({ code, said }).toEqual({ code: 0, said: '' });
  });
});
