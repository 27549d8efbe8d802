import type { ChildProcess } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../experiments/schema/index.js';
import { finallyClose } from '../../experiments/sessions/finally-close.js';
import { type SessionEvent, startRun } from '../../experiments/sessions/index.js';
import { scratch } from '../scratch.js';
import { ohmprop, startOhmprop } from './command-line.js';

// Cases of shared/data/cases/input 2.3, 2.3b, 3.13, 3.14 and boards 12.

const manifestOf = (run: string) => JSON.parse(readFileSync(join(run, 'manifest.json'), 'utf8'));
const epochsOf = (run: string) => readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n').length;
const ended = (child: ChildProcess) => new Promise((resolve) => child.once('close', resolve));

const flowers = (epochs: number) => readConfig({ preset: 'iris', set: [`training.epochs=${epochs}`] });

/** The text of a stream, up to where it first matches. */
function heard(stream: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk;
      if (pattern.test(text)) resolve(text);
    });
  });
}

/** A short run on flowers in `cwd/run`, ended after `epochs` of `of`. */
async function interruptedRun(epochs: number, of: number): Promise<string> {
  const cwd = scratch();
  const interruption = new AbortController();
  const config = await flowers(of);
  await startRun(config, {
    out: join(cwd, 'run'),
    signal: interruption.signal,
    sinks: [
      (event) => void (event.type === 'epoch' && event.record.epoch === epochs && interruption.abort()),
    ],
  });
  return cwd;
}

describe('a reader who goes away', () => {
  it('from stdout and stderr in the middle of a run leaves it to its end', async () => {
    const cwd = scratch();
    const args = ['train', '--data', 'xor', '--epochs', '300', '--out', 'run', '--json'];
    const child = startOhmprop(args, { cwd });
    await heard(child.stderr, /\n/);
    child.stderr.destroy();
    child.stdout.destroy();
    expect(await ended(child)).toBe(0);
    expect(manifestOf(join(cwd, 'run'))).toMatchObject({ exitStatus: 'done' });
    expect(epochsOf(join(cwd, 'run'))).toBe(300);
  });
});

describe('a terminal that is closed', () => {
  it('ends a run in order: SIGHUP, checkpoint, manifest, exit code 129, to be resumed', async () => {
    const cwd = scratch();
    const child = startOhmprop(['train', '--data', 'xor', '--epochs', '100000', '--out', 'run'], { cwd });
    await heard(child.stderr, /epoch 2\//);
    // With the terminal its two streams go, and the signal may come more than once.
    child.stderr.destroy();
    child.stdout.destroy();
    child.kill('SIGHUP');
    child.kill('SIGHUP');
    expect(await ended(child)).toBe(129);
    const run = join(cwd, 'run');
    expect(manifestOf(run)).toMatchObject({ exitStatus: 'interrupted' });
    const more = epochsOf(run) + 1;
    const resumed = await ohmprop(['resume', 'run', '--epochs', String(more)], { cwd });
    expect(resumed.stderr).toMatch(
      new RegExp(`going on in epoch ${more} after \\d+ updates: 1 of ${more} epochs left`),
    );
    expect(resumed.code).toBe(0);
  });
});

describe('a run whose process was killed', () => {
  it('is said to have been cut off, and goes on', async () => {
    const cwd = await interruptedRun(2, 4);
    const run = join(cwd, 'run');
    writeFileSync(join(run, 'manifest.json'), JSON.stringify({ ...manifestOf(run), exitStatus: 'running' }));
    // A lock whose holder is no more: this process never wrote it.
    const lock = { pid: process.pid, host: hostname(), since: 'then', token: 'of another life' };
    writeFileSync(join(run, 'run.lock'), JSON.stringify(lock));
    const looked = await ohmprop(['eval', 'run'], { cwd });
    expect(looked.stderr).toMatch(
      /warning: .*run was cut off: .*; to go on from there: ohmprop resume .*run/,
    );
    expect(manifestOf(run).exitStatus).toBe('running');

    writeFileSync(join(run, 'run.lock'), JSON.stringify({ ...lock, pid: process.ppid }));
    const beside = await ohmprop(['eval', 'run'], { cwd });
    expect(beside.stderr).toMatch(/is being trained by process \d+ on .* since then/);

    writeFileSync(join(run, 'run.lock'), JSON.stringify(lock));
    const resumed = await ohmprop(['resume', 'run'], { cwd });
    expect(resumed.stderr).toMatch(/warning: .*run was cut off: .* checkpoint is lost\n/);
    expect(resumed.code).toBe(0);
    expect(manifestOf(run)).toMatchObject({ exitStatus: 'done' });
    expect((await ohmprop(['eval', 'run'], { cwd })).stderr).not.toMatch(/cut off/);
  });
});

describe('a run without its manifest', () => {
  it('goes on, with a warning, and has one again', async () => {
    const cwd = await interruptedRun(1, 2);
    rmSync(join(cwd, 'run/manifest.json'));
    const { code, stderr } = await ohmprop(['resume', 'run'], { cwd });
    expect(stderr).toMatch(/warning: .*manifest\.json cannot be read: .*ENOENT.*; it is written afresh/);
    expect(code).toBe(0);
    expect(manifestOf(join(cwd, 'run'))).toMatchObject({ exitStatus: 'done', preset: 'iris' });
  });
});

describe('resume', () => {
  it('asked for fewer epochs than are done says how many are, of how many', async () => {
    const cwd = await interruptedRun(3, 500);
    const { code, stderr } = await ohmprop(['resume', 'run', '--epochs', '3'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/3 of 500 epochs are done; --epochs must be above 3, or left out to go on to 500/);
  });
});

describe('what goes wrong first is what is reported', () => {
  const failing = (text: string) => async () => {
    throw new Error(text);
  };

  it('whatever goes wrong while closing', async () => {
    await expect(finallyClose(failing('the board is lost'), failing('it is not disarmed'))).rejects.toThrow(
      'lost',
    );
    await expect(finallyClose(async () => 1, failing('it is not disarmed'))).rejects.toThrow('disarmed');
    expect(
      await finallyClose(
        async () => 1,
        async () => {},
      ),
    ).toBe(1);
  });

  it('and a run that is done stays done where its report cannot be drawn', async () => {
    const run = join(scratch(), 'run');
    const types: string[] = [];
    const drawing = startRun(await flowers(1), {
      out: run,
      sinks: [
        ({ type }) => {
          types.push(type);
          // Where the report is to be written, there is a directory.
          if (type === 'checkpoint-written') mkdirSync(join(run, 'report.html'), { recursive: true });
        },
      ],
    });
    await expect(drawing).rejects.toThrow(/report\.html/);
    expect(types.at(-1)).toBe('failed');
    expect(manifestOf(run)).toMatchObject({ exitStatus: 'done' });
  });
});

describe('a disk that fills up', () => {
  afterEach(() => vi.restoreAllMocks());

  /** From the second epoch on, nothing grows: only bytes that are there can be written over. */
  async function fillUp(): Promise<(event: SessionEvent) => void> {
    const some = await open(scratch());
    const prototype = Object.getPrototypeOf(some);
    await some.close();
    const { write } = prototype;
    const full = async function (this: typeof some, ...args: unknown[]) {
      if (typeof args[1] === 'number') return Reflect.apply(write, this, args);
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    };
    return (event) => {
      if (event.type === 'epoch' && event.record.epoch === 2)
        vi.spyOn(prototype, 'write').mockImplementation(full);
    };
  }

  it('fails the run with the first error, says so in the manifest, keeps the checkpoint before', async () => {
    const run = join(scratch(), 'run');
    const config = await flowers(4);
    const events: SessionEvent[] = [];
    const failing = startRun(config, {
      out: run,
      sinks: [(event) => void events.push(event), await fillUp()],
    });
    await expect(failing).rejects.toThrow(/cannot write .*metrics\.jsonl .*ENOSPC; the disk is full/);
    vi.restoreAllMocks();
    expect(manifestOf(run)).toMatchObject({ exitStatus: 'failed' });
    expect(events.at(-1)).toMatchObject({
      type: 'failed',
      error: { message: expect.stringMatching(/metrics/) },
    });
    const { code, stderr } = await ohmprop(['resume', run]);
    expect(stderr).toMatch(/going on in epoch 2 .*: 3 of 4 epochs left/);
    expect(code).toBe(0);
    expect(epochsOf(run)).toBe(4);
  });
});
