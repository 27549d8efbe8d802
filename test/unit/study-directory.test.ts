import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAxis } from '../../experiments/studies/axis.js';
import { coordinatesOf, type StudyPlan } from '../../experiments/studies/plan.js';
import { standingOf } from '../../experiments/studies/run-study.js';
import { TrialMaker } from '../../experiments/studies/trial.js';
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

describe('a trial', () => {
  const resolved = (options: object) => async () => ({
    options: { ...options },
    takesSeed: true,
    takesThreads: false,
    fillsDirectory: false,
    drawsReport: false,
  });
  const made = (options: object, version = '1', directory = scratch()) =>
    new TrialMaker(plan, { version }, resolved(options), directory).make({ values: { wireOhm: 1 }, seed: 1 });

  it('is the same whatever order its options stand in, and another under other options or another program', async () => {
    const one = await made({ a: 1, b: { c: 2, d: 3 } });
    expect((await made({ b: { d: 3, c: 2 }, a: 1 })).key).toBe(one.key);
    expect((await made({ a: 1, b: { c: 3, d: 2 } })).key).not.toBe(one.key);
    expect((await made({ a: 1, b: { c: 2, d: 3 } }, '2')).key).not.toBe(one.key);
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

  it('reads no folder of thousands of files, of which some could change unseen', async () => {
    const directory = scratch();
    mkdirSync(join(directory, 'set'));
    for (let n = 0; n <= 1000; n++) writeFileSync(join(directory, 'set', `${n}`), '');
    await expect(made({ folder: './set' }, '1', directory)).rejects.toThrow('a folder of 1001 files');
  });
});
