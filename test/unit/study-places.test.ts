import { mkdirSync, readFileSync, readlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FoundInputs } from '../../experiments/studies/places/found-inputs.js';
import { loadBullmq } from '../../experiments/studies/places/load-bullmq.js';
import { queueNameOf, RedisLink, requireRedisUrl } from '../../experiments/studies/places/redis-link.js';
import { type RunProgram, Slurm, taskOf } from '../../experiments/studies/places/slurm-commands.js';
import { requireSlurmOption, slurmScript } from '../../experiments/studies/places/slurm-script.js';
import { Losses } from '../../experiments/studies/places/worker-process.js';
import type { Trial } from '../../experiments/studies/trial.js';
import { InputHashes } from '../../experiments/studies/trial-inputs.js';
import { lockRun } from '../../records/index.js';
import { scratch } from '../scratch.js';

describe('a Redis', () => {
  it('is named without its password', () => {
    expect(requireRedisUrl('redis://:secret@host:6379/2')).toBe('redis://host:6379/2');
    expect(requireRedisUrl('redis://host')).toBe('redis://host');
  });

  it.each(['host:6379', 'http://host', 'redis://', 'localhost'])('is not %s', (url) => {
    expect(() => requireRedisUrl(url)).toThrow('needs an address such as redis://127.0.0.1:6379');
  });

  it('needs BullMQ, and the command that installs it is named', async () => {
    await expect(loadBullmq(() => Promise.reject(new Error('none')))).rejects.toThrow('npm install bullmq@5');
  });

  it('is said to be away once, and to be back', () => {
    const said: string[] = [];
    const link = new RedisLink('redis://:secret@host:1', (text) => said.push(text));
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    for (let k = 0; k < 3; k++) link.onError(refused);
    link.onReady();
    link.onReady();
    link.onError(refused);
    expect(said).toEqual([
      'redis://host:1 is away (ECONNREFUSED); waiting for it',
      'redis://host:1 is back',
      'redis://host:1 is away (ECONNREFUSED); waiting for it',
    ]);
  });

  it('that wants a password, or is none, is not waited for', async () => {
    const link = new RedisLink('redis://host:1', () => undefined);
    link.onError(new Error('NOAUTH Authentication required.'));
    await expect(link.broken).rejects.toThrow('wants another password');
    const other = new RedisLink('redis://host:1', () => undefined);
    other.onError(new Error('Protocol error, got "H" as reply type byte'));
    await expect(other.broken).rejects.toThrow('is no Redis that can be used');
  });

  it('has a queue for each program', () => {
    expect(queueNameOf({ version: '1.2.3' })).toBe('trials-1.2.3');
    expect(queueNameOf({ version: '1', commit: `${'a'.repeat(40)}-dirty` })).toBe(
      'trials-1-aaaaaaaaaaaa-dirty',
    );
  });
});

describe('workers that are gone', () => {
  it('before they began a trial say nothing of it: a hundred in a row, and the machine is held to be why', () => {
    const study = scratch();
    const losses = new Losses();
    const gone = { reason: 'its worker was ended by SIGKILL', pid: 12 };
    const atStart = () => losses.count(study, 'a', gone);
    for (let k = 0; k < 99; k++) expect(atStart()).toEqual({ lost: 0, isTooOften: false });
    // One that had begun, as its lock in the trial's directory tells: the row begins anew, from none.
    mkdirSync(join(study, 'trials/b'), { recursive: true });
    writeFileSync(join(study, 'trials/b/run.lock'), '{"pid":12,"host":"here"}');
    expect(losses.count(study, 'b', gone)).toEqual({ lost: 1, isTooOften: false });
    for (let k = 0; k < 99; k++) expect(atStart()).toEqual({ lost: 0, isTooOften: false });
    expect(atStart).toThrow('100 workers in a row were gone before they began a trial');
    for (let k = 2; k < 10; k++) expect(losses.count(study, 'b', gone).isTooOften).toBe(false);
    expect(losses.count(study, 'b', gone)).toEqual({ lost: 10, isTooOften: true });
  });
});

describe('data files of a trial', () => {
  const trialWith = async (options: Trial['options'], cwd: string): Promise<Trial> => ({
    key: 'key',
    values: {},
    command: 'train',
    options,
    optionsHash: '',
    inputs: await new InputHashes(cwd).of(options),
    program: { version: '1' },
    takesThreads: true,
    fillsDirectory: true,
    drawsReport: true,
  });

  it('stay where they are the same, and are found by what is in them where they are not', async () => {
    const [there, here, data, aside] = ['there', 'here', 'data', 'aside'].map((name) => scratch(name));
    for (const [name, text] of Object.entries({
      'flowers.csv': 'a\n1\n',
      'set/a.gz': 'A',
      'set/b.gz': 'B',
    })) {
      for (const folder of [there, join(data, 'deep')]) {
        const path = join(folder, folder === there ? name : name.replaceAll('/', '-'));
        mkdirSync(join(path, '..'), { recursive: true });
        writeFileSync(path, text);
      }
    }
    const options = { data: 'csv:flowers.csv', other: ['mnist:./set/'], seed: 1 };
    const trial = await trialWith(options, there);
    expect(trial.inputs.map(({ file }) => file)).toHaveLength(3);
    const inputs = new FoundInputs([data]);
    expect(await inputs.put(trial, there, aside)).toBe(trial);
    const moved = await inputs.put(trial, here, aside);
    expect(moved.options.seed).toBe(1);
    const [file] = /(?<=csv:).*/.exec(String(moved.options.data)) ?? [];
    expect(readFileSync(String(file), 'utf8')).toBe('a\n1\n');
    const [folder] = /(?<=mnist:).*/.exec(String((moved.options.other as string[])[0])) ?? [];
    expect(readFileSync(join(String(folder), 'b.gz'), 'utf8')).toBe('B');
    expect(readlinkSync(join(String(folder), 'a.gz'))).toContain('deep');
  });

  it('are put in their place in a text, whatever else has their letters', async () => {
    const [there, data, aside] = ['there', 'data', 'aside'].map((name) => scratch(name));
    for (const folder of [there, data]) writeFileSync(join(folder, 'c'), '1\n');
    const trial = await trialWith({ data: 'csv:c:class' }, there);
    const { options } = await new FoundInputs([data]).put(trial, undefined, aside);
    const [file] = /(?<=^csv:).*(?=:class$)/.exec(String(options.data)) ?? [];
    expect(readFileSync(String(file), 'utf8')).toBe('1\n');
  });

  it('that change while a worker runs are looked at again, where the study has them and where they were found', async () => {
    const [there, data, aside] = ['there', 'data', 'aside'].map((name) => scratch(name));
    const files = [join(there, 'g.csv'), join(data, 'g.csv')];
    for (const file of files) writeFileSync(file, '1\n');
    const trial = await trialWith({ conductances: 'g.csv' }, there);
    const inputs = new FoundInputs([data]);
    expect(await inputs.put(trial, there, aside)).toBe(trial);
    writeFileSync(files[0], '22\n');
    expect(readFileSync(String((await inputs.put(trial, there, aside)).options.conductances), 'utf8')).toBe(
      '1\n',
    );
    writeFileSync(files[1], '22\n');
    await expect(inputs.put(trial, there, aside)).rejects.toThrow('is not here as the study has it');
  });

  it('of one name in two folders stay two', async () => {
    const [there, data, aside] = ['there', 'data', 'aside'].map((name) => scratch(name));
    const cwd = join(there, 'inner');
    mkdirSync(cwd);
    const named = { 'g.csv': '1\n', '../g.csv': '2\n', [join(there, 'inner/h.csv')]: '3\n', 'h.csv': '3\n' };
    for (const [at, [file, text]] of Object.entries(named).entries()) {
      writeFileSync(resolve(cwd, file), text);
      writeFileSync(join(data, `${at}`), text);
    }
    const trial = await trialWith({ files: Object.keys(named) }, cwd);
    const { options } = await new FoundInputs([data]).put(trial, undefined, aside);
    const texts = (options.files as string[]).map((file) => readFileSync(file, 'utf8'));
    expect(texts).toEqual(Object.values(named));
    for (const file of options.files as string[]) expect(file.startsWith(aside)).toBe(true);
  });

  it('that changed here are not taken for the ones of the study', async () => {
    const [there, here] = [scratch('there'), scratch('here')];
    writeFileSync(join(there, 'g.csv'), '1\n');
    writeFileSync(join(here, 'g.csv'), '2\n');
    const trial = await trialWith({ conductances: 'g.csv' }, there);
    await expect(new FoundInputs([]).put(trial, here, scratch('aside'))).rejects.toThrow(
      'is not here as the study has it; name folders of data with --look-in',
    );
    await expect(new FoundInputs([here]).put(trial, undefined, scratch('aside'))).rejects.toThrow(
      `it is not in ${here}`,
    );
  });
});

describe('SLURM', () => {
  it('lists tasks of arrays', () => {
    expect(taskOf('17|3|PENDING|Resources')).toEqual([
      { job: '17', index: 3, state: 'PENDING', reason: 'Resources' },
    ]);
    expect(taskOf('18|N/A|RUNNING|None')).toEqual([]);
    expect(taskOf('')).toEqual([]);
  });

  it('is missed by name, refuses in its own words, and is waited for', async () => {
    const without: RunProgram = async () => ({ code: 'ENOENT', stdout: '', stderr: '' });
    await expect(new Slurm(without).requireHere()).rejects.toThrow('sbatch is not here');
    const refusing: RunProgram = async () => ({
      code: 1,
      stdout: '',
      stderr:
        'sbatch: error: invalid partition specified: x\nsbatch: error: Batch job submission failed: Invalid partition\n',
    });
    await expect(new Slurm(refusing).submit('a.sh')).rejects.toThrow(
      'Batch job submission failed: Invalid partition',
    );
    expect(await new Slurm(refusing).tasks()).toHaveProperty('trouble');
  });

  it('has arrays as large as it allows', async () => {
    const run: RunProgram = async () => ({ code: 0, stdout: 'MaxArraySize            = 4\n', stderr: '' });
    expect(await new Slurm(run).mostTasks()).toBe(3);
    expect(await new Slurm(async () => ({ code: 1, stdout: '', stderr: '' })).mostTasks()).toBe(1000);
  });

  it('is given a script whose names cannot end a word', () => {
    const script = slurmScript({
      name: 'noise\nof x',
      count: 3,
      folder: '/a b/100%',
      list: "/a b/100%/trial's.txt",
      cwd: '/a b',
      line: ['/usr/bin/node', '/x/main.js'],
      options: ['--time=1:00:00'],
    });
    expect(script.split('\n').slice(0, 8)).toEqual([
      '#!/bin/sh',
      '#SBATCH --job-name=ohmprop-noise_of_x',
      '#SBATCH --array=0-2',
      '#SBATCH --output=/a\\ b/100%%/%a.log',
      '#SBATCH --open-mode=append',
      '#SBATCH --requeue',
      '#SBATCH --signal=B:TERM@60',
      '#SBATCH --time=1:00:00',
    ]);
    expect(script).toContain(`exec '/usr/bin/node' '/x/main.js' '/a b/100%/trial'\\''s.txt'`);
  });

  it.each([
    ['time=1', 'needs an option of sbatch'],
    ['--time=1\n#SBATCH --x', 'needs an option of sbatch'],
    ['--array=0-3', '--array is the study’s own'],
    ['-o log', '-o is the study’s own'],
  ])('refuses the option %j', (option, why) => {
    expect(() => requireSlurmOption(option)).toThrow(why);
  });

  it('takes options as sbatch does', () => {
    for (const option of ['--time=1:00', '-p short', '--exclusive', '--mem 4G'])
      expect(requireSlurmOption(option)).toBe(option);
  });
});

describe('a lock on lease', () => {
  const foreign = (more: object) =>
    JSON.stringify({ pid: 1, host: 'other', since: 'then', token: 'x', ...more });

  it('of another host counts until it has run out by the clock of the disk', async () => {
    const directory = scratch('lease');
    const lock = join(directory, 'run.lock');
    writeFileSync(lock, foreign({ lease_ms: 60_000 }));
    await expect(lockRun(directory, { lease: true })).rejects.toThrow('process 1 on other');
    const past = new Date(Date.now() - 61_000);
    utimesSync(lock, past, past);
    const mine = await lockRun(directory, { lease: true });
    await mine.release();
  });

  it('without one counts for ever', async () => {
    const directory = scratch('lease');
    const lock = join(directory, 'run.lock');
    writeFileSync(lock, foreign({}));
    utimesSync(lock, new Date(0), new Date(0));
    await expect(lockRun(directory)).rejects.toThrow('process 1 on other');
  });

  it('is renewed while it is held, and found to be another’s', async () => {
    const directory = scratch('lease');
    const lock = join(directory, 'run.lock');
    const mine = await lockRun(directory, { lease: true, lease_ms: 120 });
    const before = readFileSync(lock, 'utf8');
    utimesSync(lock, new Date(0), new Date(0));
    const { statSync } = await import('node:fs');
    while (statSync(lock).mtimeMs === 0) await new Promise((go) => setTimeout(go, 5));
    expect(readFileSync(lock, 'utf8')).toBe(before);
    writeFileSync(lock, foreign({ lease_ms: 60_000 }));
    await new Promise((lost) => mine.lost?.addEventListener('abort', lost));
    await mine.release();
    expect(readFileSync(lock, 'utf8')).toContain('other');
  });
});
