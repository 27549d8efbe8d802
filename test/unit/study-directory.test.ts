import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { gradcheckCommand } from '../../cli/gradcheck.js';
import { Bases } from '../../cli/study/base.js';
import { trainCommand } from '../../cli/train.js';
import { readAxis } from '../../experiments/studies/axis.js';
import { coordinatesOf, planText, readLimit, type StudyPlan } from '../../experiments/studies/plan.js';
import { readPlan } from '../../experiments/studies/read-plan.js';
import { runStudy } from '../../experiments/studies/run-study.js';
import { type Execute, runTrial } from '../../experiments/studies/run-trial.js';
import { standingOf } from '../../experiments/studies/standing.js';
import { programText, TrialMaker, whyAnew } from '../../experiments/studies/trial.js';
import { TrialStore } from '../../experiments/studies/trial-store.js';
import { scratch } from '../scratch.js';

const plan: StudyPlan = {
  name: 'wires',
  command: 'crossbar report',
  options: {},
  axes: [readAxis('wireOhm', '1,2')],
  sampling: { kind: 'grid' },
  seeds: 1,
  keep: [],
  limits: [],
};

/** A study's directory whose first trial has an answer. */
async function half() {
  const study = scratch();
  const store = new TrialStore(study);
  const resolve = async (_: string, options: object) => ({
    options: { ...options },
    takesSeed: false,
    takesThreads: false,
    fillsDirectory: false,
    drawsReport: false,
  });
  const maker = new TrialMaker(plan, { version: '1' }, resolve, study);
  const trials = await Promise.all(coordinatesOf(plan, undefined, 10).map((place) => maker.make(place)));
  await store.plan(trials);
  const [{ key }] = trials;
  await store.begin(trials[0]);
  await store.succeed(key, { answer: { relativeError: 0.1 }, seconds: 1, endedAt: '' });
  return {
    study,
    store,
    list: join(study, 'trials.jsonl'),
    answer: join(study, 'trials', key, 'answer.json'),
    key,
    open: trials[1],
  };
}

describe('the directory of a study', () => {
  it('stands where its list of trials is that of its plan', async () => {
    const { study } = await half();
    expect(await standingOf(study, plan)).toMatchObject({ done: 1, failed: 0, open: 1 });
  });

  it('is not told of as the whole where the list was cut short, is unreadable, or is of another plan', async () => {
    const { study, list } = await half();
    const whole = readFileSync(list, 'utf8');
    const told = (text: string) => {
      writeFileSync(list, text);
      return expect(standingOf(study, plan)).rejects;
    };
    const [first] = whole.split('\n');
    await told(`${first}\n`).toThrow(
      'study.yaml has 2 trials and trials.jsonl lists 1; give the study again',
    );
    await told(`${first}\n{}\n`).toThrow('trials.jsonl: {} is no trial');
    await told(`${first}\nnull\n`).toThrow('trials.jsonl: null is no trial');
    await told(whole.slice(0, -9)).toThrow('trials.jsonl: ');
    await told(whole.replaceAll('wireOhm', 'wire')).toThrow('trials.jsonl lists others, of wire;');
    await told(whole.replaceAll('"wireOhm":2', '"wireOhm":3')).toThrow(
      'trials.jsonl lists others, as wireOhm 3;',
    );
    writeFileSync(list, whole);
    const other = standingOf(study, { ...plan, options: { random: '64x64' } });
    await expect(other).rejects.toThrow('trials.jsonl lists those of another base;');
  });

  it.each(['null', '{}', '{"answer": {"relativeError": 3}}', '{"seconds": 1}', '{"answer": {', ''])(
    'takes no answer that is none: %s',
    async (text) => {
      const { store, answer, key } = await half();
      expect(store.resultOf(key)?.answer).toEqual({ relativeError: 0.1 });
      writeFileSync(answer, text);
      expect(() => store.resultOf(key)).toThrow(
        /answer\.json: .*; remove it to have this trial computed anew/,
      );
    },
  );
});

describe('the plan in the directory of a study', () => {
  it.each<Partial<StudyPlan>>([
    {},
    { seeds: 5, keep: ['relativeError'], limits: [readLimit('power_W<2mW'), readLimit('r2>=-0.5')] },
    { draws: 20, axes: [readAxis('kind', ['a', '1uS,2uS']), readAxis('on', [true, false])] },
    {
      axes: [readAxis('x', 'log:1e-5:0.05'), readAxis('y', '-1:1')],
      sampling: { kind: 'latin', count: 7, seed: 3 },
    },
  ])('is read as it was written: %j', async (more) => {
    const study = scratch();
    const whole: StudyPlan = { ...plan, options: { random: '8x8' }, ...more };
    writeFileSync(join(study, 'study.yaml'), stringify(planText(whole)));
    expect(await readPlan(study)).toEqual(whole);
  });
});

describe('computing a trial', () => {
  const { signal } = new AbortController();
  /** A command that prints this, and the lines that it was given. */
  const printing = (said: object, code = 0, lines: (readonly string[])[] = []) => {
    const execute: Execute = async (line, { stdout }) => {
      lines.push(line);
      stdout(JSON.stringify(said));
      return code;
    };
    return { execute, lines };
  };

  it('is done once, however often it is given, by whatever study', async () => {
    const { study, store, open } = await half();
    const { execute, lines } = printing({ relativeError: 0.2 });
    expect(await runTrial(store, open, execute, { signal })).toBe('done');
    const other = printing({ relativeError: 0.3 });
    expect(await runTrial(new TrialStore(study), open, other.execute, { signal })).toBe('done');
    const options = join(study, 'trials', open.key, 'options.json');
    expect([...lines, ...other.lines]).toEqual([['crossbar', 'report', '--config', options, '--json']]);
    expect(JSON.parse(readFileSync(options, 'utf8'))).toEqual({ wireOhm: 2 });
    expect(store.resultOf(open.key)?.answer).toEqual({ relativeError: 0.2 });
  });

  it('that fails leaves the reason, and no answer; one that has an answer has not failed', async () => {
    const { study, store, open } = await half();
    const wrong = printing({ error: { code: 'usage', message: 'wireOhm: needs 0 or more' } }, 2);
    expect(await runTrial(store, open, wrong.execute, { signal })).toBe('failed');
    expect(store.failureOf(open.key)).toMatchObject({
      code: 'usage',
      message: 'wireOhm: needs 0 or more',
      exitCode: 2,
    });
    expect(await standingOf(study, plan)).toMatchObject({ done: 1, failed: 1, open: 0 });
    expect(await runTrial(store, open, printing({ relativeError: 0.2 }).execute, { signal })).toBe('done');
    expect(store.failureOf(open.key)).toBeUndefined();
    // As where a process ended between writing the answer and removing the failure.
    await store.fail(open.key, { message: 'an earlier try' });
    expect(await standingOf(study, plan)).toMatchObject({ done: 2, failed: 0, open: 0 });
  });

  it('that is asked to end is neither: it goes on another time', async () => {
    const { study, store, open } = await half();
    const stop = new AbortController();
    const execute: Execute = async () => {
      stop.abort();
      return 143;
    };
    expect(await runTrial(store, open, execute, { signal: stop.signal })).toBe('interrupted');
    expect(await standingOf(study, plan)).toMatchObject({ done: 1, failed: 0, open: 1 });
  });
});

describe('a trial', () => {
  const resolved = (options: object) => async () => ({
    options: { ...options },
    takesSeed: true,
    takesThreads: false,
    fillsDirectory: false,
    drawsReport: false,
  });
  const made = (
    options: object,
    version = '1',
    directory = scratch(),
    more: { commit?: string; command?: string } = {},
  ) => {
    const { command = plan.command, ...commit } = more;
    const maker = new TrialMaker({ ...plan, command }, { version, ...commit }, resolved(options), directory);
    return maker.make({ values: { wireOhm: 1 }, seed: 1 });
  };

  it('is the same whatever order its options stand in, and another under other options or another program', async () => {
    const one = await made({ a: 1, b: { c: 2, d: 3 } });
    expect((await made({ b: { d: 3, c: 2 }, a: 1 })).key).toBe(one.key);
    expect((await made({ a: 1, b: { c: 3, d: 2 } })).key).not.toBe(one.key);
    expect((await made({ a: 1, b: { c: 2, d: 3 } }, '2')).key).not.toBe(one.key);
    const others = [{ commit: 'a' }, { commit: 'b' }, { command: 'crossbar map' }].map((more) =>
      made({ a: 1, b: { c: 2, d: 3 } }, '1', undefined, more),
    );
    const keys = (await Promise.all(others)).map(({ key }) => key);
    expect(new Set([one.key, ...keys]).size).toBe(4);
  });

  it('is another under another --preset or --set of a command that has these itself', async () => {
    const bases = new Bases([{ name: 'gradcheck', description: '', load: async () => gradcheckCommand }]);
    const optionsOf = async (options: object) =>
      (await bases.resolve('gradcheck', options as Record<string, unknown>)).options;
    const set = ['training.beta=0.1'];
    expect(await optionsOf({ preset: 'iris', set })).toMatchObject({ preset: 'iris', set });
    const [xor, iris] = await Promise.all(['xor', 'iris'].map((preset) => optionsOf({ preset })));
    expect(iris).toEqual({ ...xor, preset: 'iris' });
  });

  it('of a training is another under another seed or setting, however that is given, and the same in more threads', async () => {
    const bases = new Bases([{ name: 'train', description: '', load: async () => trainCommand }]);
    const optionsOf = async (options: object) =>
      (await bases.resolve('train', { preset: 'xor', ...options })).options;
    const one = await optionsOf({ seed: 1, training: { beta: 0.2 } });
    expect(await optionsOf({ seed: 1, set: ['training.beta=0.2'], threads: 2 })).toEqual(one);
    expect(await optionsOf({ seed: 1, set: ['training.beta=0.3'] })).not.toEqual(one);
    expect(await optionsOf({ seed: 2, training: { beta: 0.2 } })).not.toEqual(one);
  });

  it('has the seed of its point where seeds are an axis, whatever seed the command has by itself', async () => {
    const asked = async (more: Partial<StudyPlan>) => {
      const { trials } = await runStudy({
        plan: { ...plan, ...more },
        path: scratch(),
        program: { version: '1' },
        resolve: async (_, options) => ({
          ...(await resolved({ seed: 7, ...options })()),
          seed: Number(options.seed ?? 7),
          takesHardwareSeed: true,
        }),
        place: { run: async () => undefined },
        maxTrials: 10,
        planOnly: true,
        signal: new AbortController().signal,
        tell: () => undefined,
      });
      expect(new Set(trials.map(({ key }) => key)).size).toBe(trials.length);
      return trials.map(({ options: { seed, hardwareSeed } }) => [seed, hardwareSeed]);
    };
    const axes = [readAxis('seed', [1, 2])];
    expect(await asked({ axes })).toEqual([1, 2].map((seed) => [seed, undefined]));
    expect(await asked({ axes, draws: 2 })).toEqual(
      [1001, 1002].flatMap((one) => [
        [1, one],
        [2, one],
      ]),
    );
    expect(await asked({ axes: [], seeds: 2 })).toEqual([7, 8].map((seed) => [seed, undefined]));
  });

  it('is another once a file that an option names changes, also behind a kind, before a part, in a folder', async () => {
    const directory = scratch();
    mkdirSync(join(directory, 'set'));
    for (const file of ['g.csv', 'w.npz', 'set/a.txt']) writeFileSync(join(directory, file), '1');
    const options = { data: 'csv:g.csv', weights: 'w.npz:g1:0', folder: './set' };
    const before = await made(options, '1', directory);
    expect(before.inputs.map(({ file }) => file)).toEqual(['set/a.txt', 'g.csv', 'w.npz']);
    for (const file of ['g.csv', 'w.npz', 'set/a.txt']) {
      writeFileSync(join(directory, file), '22');
      const after = await made(options, '1', directory);
      expect(after.key).not.toBe(before.key);
      writeFileSync(join(directory, file), '1');
    }
    expect((await made(options, '1', directory)).key).toBe(before.key);
  });

  it('is another once a file of a folder changes that stands by its bare name behind a kind; a bare word alone is a preset', async () => {
    const directory = scratch();
    mkdirSync(join(directory, 'digits'));
    writeFileSync(join(directory, 'digits/train.gz'), '1');
    const files = async (data: string) =>
      (await made({ data }, '1', directory)).inputs.map(({ file }) => file);
    expect(await files('mnist:digits')).toEqual(['digits/train.gz']);
    expect(await files('digits')).toEqual([]);
    expect(await files('digits:3')).toEqual([]);
    const { key } = await made({ data: 'mnist:digits' }, '1', directory);
    writeFileSync(join(directory, 'digits/train.gz'), '22');
    expect((await made({ data: 'mnist:digits' }, '1', directory)).key).not.toBe(key);
  });

  it('is computed anew for a reason that holds where a file is gone, and is told by the program that computed it', async () => {
    const directory = scratch();
    writeFileSync(join(directory, 'w.csv'), '1');
    const before = await made({ conductances: 'w.csv' }, '1', directory);
    rmSync(join(directory, 'w.csv'));
    const now = await made({ conductances: 'w.csv' }, '1', directory);
    expect(whyAnew(now, before)).toBe('w.csv cannot be found any more');
    const newer = await made({}, '2');
    expect(programText([before, now, newer])).toBe('ohmprop 1; ohmprop 2');
  });

  it('reads no folder of thousands of files, of which some could change unseen', async () => {
    const directory = scratch();
    mkdirSync(join(directory, 'set'));
    for (let n = 0; n <= 1000; n++) writeFileSync(join(directory, 'set', `${n}`), '');
    await expect(made({ folder: './set' }, '1', directory)).rejects.toThrow('a folder of 1001 files');
  });
});
