import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readAxis } from '../../experiments/studies/axis.js';
import { FirstAnswer } from '../../experiments/studies/first-answer.js';
import { rungsOf, worseHalf } from '../../experiments/studies/halving.js';
import type { StudyPlan } from '../../experiments/studies/plan.js';
import type { Trial } from '../../experiments/studies/trial.js';
import { TrialStore } from '../../experiments/studies/trial-store.js';
import { scratch } from '../scratch.js';

const trial = (key: string, x: number, options: Trial['options'] = {}, epochs = 8): Trial => ({
  key,
  values: { x },
  seed: 1,
  command: 'train',
  options,
  optionsHash: '',
  inputs: [],
  program: { version: '1' },
  takesThreads: true,
  fillsDirectory: true,
  drawsReport: true,
  epochs,
});

describe('stopping the worse half', () => {
  it('compares after some epochs and each doubling, short of the whole', () => {
    expect(rungsOf([trial('a', 1)], 1)).toEqual([1, 2, 4]);
    expect(rungsOf([trial('a', 1)], 3)).toEqual([3, 6]);
    expect(() => rungsOf([trial('a', 1)], 8)).toThrow('needs fewer epochs than a training has, which are 8');
    expect(() => rungsOf([trial('a', 1, { training: { patience: 2 } })], 1)).toThrow('training.patience');
  });

  it('keeps the better half of the points, the middle one too, by the mean over their seeds; a point without that epoch is the worst', async () => {
    const store = new TrialStore(scratch());
    const errors: Readonly<Record<string, readonly [number, number | undefined]>> = {
      a: [1, 0.5],
      b: [1, 0.1],
      c: [2, 0.2],
      d: [3, undefined],
      e: [4, 0.25],
      f: [5, 0.4],
    };
    const trials = Object.entries(errors).map(([key, [x]]) => trial(key, x));
    for (const { key } of trials) {
      const run = join(await store.begin(trials.find((one) => one.key === key) as Trial), 'run');
      mkdirSync(run);
      const testError = errors[key][1];
      const lines = [
        { epoch: 1, testError: 0 },
        ...(testError === undefined ? [] : [{ epoch: 2, testError }]),
      ];
      writeFileSync(join(run, 'metrics.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    }
    const { trials: worse, reason } = await worseHalf(store, trials, 2);
    expect(worse.map(({ key }) => key)).toEqual(['f', 'd']);
    expect(reason).toBe(
      'stopped after epoch 2: the better half of the points has a test error of at most 0.3',
    );
  });
});

describe('what points are compared by', () => {
  const store = new TrialStore(scratch());
  const write = async (one: Trial, line: object) => {
    const run = join(await store.begin(one), 'run');
    mkdirSync(run);
    writeFileSync(join(run, 'metrics.jsonl'), `${JSON.stringify(line)}\n`);
  };

  it('is the error of validation where a training tells it: what is tested on chooses nothing', async () => {
    const [first, second] = [trial('p', 1), trial('q', 2)];
    await write(first, { epoch: 1, testError: 0.1, validationError: 0.4 });
    await write(second, { epoch: 1, testError: 0.3, validationError: 0.2 });
    expect((await worseHalf(store, [first, second], 1)).trials).toEqual([first]);
  });

  it('stops no trial that answers a point of the better half as well', async () => {
    const [first, same] = [trial('r', 1), { ...trial('r', 2) }];
    await write(first, { epoch: 1, testError: 0.1 });
    expect((await worseHalf(store, [first, same], 1)).trials).toEqual([]);
  });
});

describe('the first answer of a study', () => {
  const plan = (axes: StudyPlan['axes'], keep: string[]): StudyPlan => ({
    name: 'one',
    command: 'train',
    options: {},
    axes,
    sampling: { kind: 'grid' },
    seeds: 2,
    keep,
    limits: [],
  });
  const store = {
    resultOf: () => ({ answer: { testError: 1 }, seconds: 1, endedAt: '' }),
  } as unknown as TrialStore;
  const ended = { type: 'trial-ended', key: 'a', end: 'done' } as const;

  it('ends it where all trials answer alike and none can have the number', () => {
    const answer = new FirstAnswer(plan([], ['testEror']), store);
    expect(answer.hear(ended)).toBeUndefined();
    expect(String(answer.signal.reason)).toContain('did you mean testError?');
  });

  it('is told, once, where other points may have it', () => {
    const answer = new FirstAnswer(plan([readAxis('x', [1, 2])], ['testEror']), store);
    expect(answer.hear(ended)).toContain('so far no trial has the number');
    expect(answer.hear(ended)).toBeUndefined();
    expect(answer.signal.aborted).toBe(false);
  });
});
