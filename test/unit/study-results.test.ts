import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readResults } from '../../bench/specification.js';
import { shareOf } from '../../calibration/estimates/index.js';
import { readAxis } from '../../experiments/studies/axis.js';
import { nameAndUnit } from '../../experiments/studies/axis-quantity.js';
import { compareStudies } from '../../experiments/studies/compare.js';
import { quantileOf } from '../../experiments/studies/distribution.js';
import { numbersOf } from '../../experiments/studies/numbers.js';
import type { StudyPlan } from '../../experiments/studies/plan.js';
import { resultsOf } from '../../experiments/studies/results.js';
import { spreadOf } from '../../experiments/studies/spread.js';
import { figuresOf } from '../../experiments/studies/study-figures.js';
import { pointsCsv, quantilesCsv, trialsCsv } from '../../experiments/studies/study-tables.js';
import {
  distributionsText,
  pointText,
  resultsText,
  thresholdText,
} from '../../experiments/studies/study-text.js';
import { readRise, thresholdsOf } from '../../experiments/studies/thresholds.js';
import type { Trial } from '../../experiments/studies/trial.js';
import type { TrialStore } from '../../experiments/studies/trial-store.js';

const plan: StudyPlan = {
  name: 'noise',
  command: 'train',
  options: {},
  axes: [readAxis('readout.noise_V', ['1mV', '2mV']), readAxis('nudge', ['a', 'b'])],
  sampling: { kind: 'grid' },
  seeds: 3,
  keep: ['error'],
  limits: [{ metric: 'error', relation: '<=', value: 4 }],
};
const errors: Readonly<Record<string, readonly (number | string)[]>> = {
  '1mV a': [1, 2, 3],
  '1mV b': [2, 3, 5],
  '2mV a': [4, 6, 5],
  '2mV b': [7, 'lost', 9],
};
const trials = Object.entries(errors).flatMap(([place, values]) =>
  values.map((_, seed): Trial => {
    const [noise, nudge] = place.split(' ');
    return {
      key: `${place} ${seed}`,
      values: { 'readout.noise_V': noise, nudge },
      seed,
      command: 'train',
      options: {},
      optionsHash: '',
      inputs: [],
      program: { version: '1' },
      takesThreads: true,
      fillsDirectory: true,
      drawsReport: true,
    };
  }),
);
const errorOf = (key: string) => {
  const [noise, nudge, seed] = key.split(' ');
  return errors[`${noise} ${nudge}`][Number(seed)];
};
const store = {
  resultOf: (key: string) =>
    typeof errorOf(key) === 'number'
      ? { answer: { error: errorOf(key), run: 'x' }, seconds: 2, endedAt: '' }
      : undefined,
  failureOf: (key: string) =>
    typeof errorOf(key) === 'string' ? { message: 'no convergence', endedAt: '' } : undefined,
} as unknown as TrialStore;

const results = resultsOf(plan, trials, store);

describe('results of a study', () => {
  it('gives mean, deviation and interval of each point', () => {
    // t of two degrees of freedom is 4.3027
    expect(results.points[0].spreads.error).toMatchObject({
      n: 3,
      mean: 2,
      deviation: 1,
      least: 1,
      median: 2,
      most: 3,
    });
    expect(results.points[0].spreads.error.high).toBeCloseTo(2 + 4.30265 / Math.sqrt(3), 4);
  });

  it('compares with the first point seed by seed', () => {
    expect(results.points[0].differences).toEqual({});
    // 2 − 1, 3 − 2, 5 − 3
    expect(results.points[1].differences.error).toMatchObject({ n: 3, mean: 4 / 3 });
    // the second seed of the last point is lost
    expect(results.points[3].differences.error).toMatchObject({ n: 2, mean: 6 });
  });

  it('says what an axis does over pairs that are alike in all else', () => {
    const effect = results.effects.find(({ key, value }) => key === 'readout.noise_V' && value === '2mV');
    // of 4, 6, 5, 7, 9
    expect(effect?.mean).toBeCloseTo(6.2, 12);
    // 4−1, 6−2, 5−3, 7−2, 9−5
    expect(effect?.difference).toMatchObject({ n: 5, mean: 18 / 5 });
  });

  it.each([
    ['<', 1],
    ['<=', 2],
    ['>', 1],
    ['>=', 2],
  ] as const)('takes a trial at its limit as good where the limit says so: error %s 2', (relation, good) => {
    const limits = [{ metric: 'error', relation, value: 2 }];
    // of 1, 2, 3
    expect(resultsOf({ ...plan, limits }, trials, store).points[0].yield).toMatchObject({ good, n: 3 });
  });

  it('counts a point once that samples have drawn twice: no new seed comes of it', () => {
    const twice = resultsOf(plan, [...trials, ...trials], store);
    expect(twice.points[1]).toEqual(results.points[1]);
    expect(twice.effects).toEqual(results.effects);
    expect(compareStudies(twice, twice)[1].difference?.n).toBe(3);
    expect([twice.trials.length, twice.failures.length, twice.open]).toEqual([11, 1, 0]);
  });

  it('counts the yield, and keeps failed trials with their reason', () => {
    expect(results.points.map((point) => point.yield?.good)).toEqual([3, 2, 1, 0]);
    expect(results.failures).toEqual([
      {
        key: '2mV b 1',
        values: { 'readout.noise_V': '2mV', nudge: 'b' },
        seed: 1,
        message: 'no convergence',
      },
    ]);
    expect(resultsText(results)).toContain('failed at readout.noise_V 2mV, nudge b, seed 1: no convergence');
  });

  it('counts failed trials of each point', () => {
    expect(results.failures.length).toBeGreaterThan(0);
    for (const { values, failed } of results.points) {
      const here = results.failures.filter((one) => JSON.stringify(one.values) === JSON.stringify(values));
      expect(failed).toBe(here.length);
    }
  });

  it('writes tidy tables', () => {
    const rows = trialsCsv(results).trim().split('\n');
    expect(rows[0]).toBe('readout.noise_V,nudge,seed,error,seconds,trial');
    expect(rows[1]).toBe('1mV,a,0,1,2,1mV a 0');
    expect(rows).toHaveLength(12);
    const points = pointsCsv(results).split('\n');
    expect(points[1]).toMatch(/^1mV,a,error,3,2,1,/);
    // the failed seed has no partner
    expect(points[4]).toMatch(/^2mV,b,error,2,8,.*,6,.*,.*,2,1,/);
    // A seed that is an axis has its column there.
    const seeds = { ...results, axes: ['seed'], trials: [{ ...results.trials[0], values: { seed: 4 } }] };
    expect(trialsCsv(seeds)).toMatch(/^seed,error,seconds,trial\n4,1,2,/);
  });

  it('has a column each for deviation, interval, difference and yield of a point', () => {
    const [heading, , row] = pointsCsv(results)
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const of = (column: string) => Number(row[heading.indexOf(column)]);
    // 2, 3, 5 and, seed by seed, 1, 1, 2 more than the first point; 2 of 3 are good: scipy.stats (t of two degrees of freedom; Wilson)
    for (const [column, value] of [
      ['n', 3],
      ['mean', 3.3333333],
      ['deviation', 1.5275252],
      ['low', -0.4612497],
      ['high', 7.1279164],
      ['least', 2],
      ['median', 3],
      ['most', 5],
      ['difference', 1.3333333],
      ['difference_low', -0.1008842],
      ['difference_high', 2.7675509],
      ['failed', 0],
      ['good', 2],
      ['ended', 3],
      ['yield', 0.6666667],
      ['yield_low', 0.2076596],
      ['yield_high', 0.9385081],
    ] as const)
      expect([column, of(column)]).toEqual([column, expect.closeTo(value, 6)]);
    expect(resultsText(results)).toMatch(/^1mV +b +3\.333 ± 1\.528 +2 of 3, 66\.7 % \[20\.8, 93\.9\] +3$/m);
  });

  it('has a row, and a yield of none, for a point of which every trial failed', () => {
    const none = {
      ...store,
      resultOf: (key: string) => (key.startsWith('2mV b') ? undefined : store.resultOf(key)),
    };
    const lost = { ...none, failureOf: () => ({ message: 'no convergence', endedAt: '' }) };
    const rows = pointsCsv(resultsOf(plan, trials, lost as unknown as TrialStore))
      .trim()
      .split('\n');
    expect(rows).toHaveLength(5);
    // Wilson’s upper end of 0 of 3
    expect(rows[4]).toMatch(/^2mV,b,error,0,,,,,,,,,,,,3,0,3,0,0,0\.56149703/);
  });

  it('tells of a point whose every trial failed, and of how many trials that is', () => {
    const lost = resultsOf(plan, trials, {
      resultOf: (key: string) => (key.startsWith('2mV b') ? undefined : store.resultOf(key)),
      failureOf: (key: string) =>
        key.startsWith('2mV b')
          ? {
              message: key.endsWith('1') ? 'no convergence' : 'stopped: has a test error of at most 2',
              endedAt: '',
              ...(key.endsWith('1') ? {} : { code: 'study.stopped' }),
            }
          : undefined,
    } as unknown as TrialStore);
    expect(pointsCsv(lost).split('\n')[4]).toMatch(/^2mV,b,error,0,,/);
    const text = resultsText(lost);
    expect(text).toContain('0, 2 stopped, 1 failed\n');
    expect(text).toContain('9 of 12 trials have an answer, 2 stopped, 1 failed');
    // what failed of itself first, though it was not the first
    expect(text).toMatch(/\nfailed at .*seed 1: no convergence\nnot gone on with at .*seed 0: stopped/);
    expect(text).toContain('chosen by their test error, which is then no estimate');
  });

  it('shows values of an axis in full, so that no two read alike', () => {
    const text = (value: unknown) => pointText({ values: { a: value } });
    expect(text(1234567)).toBe('a 1234567');
    expect(text(0.100013)).toBe('a 0.100013');
    expect(text(2.15443469e-5)).toBe('a 2.15443e−5');
    expect(text(-0.25)).toBe('a −0.25');
  });

  it('refuses a number that no trial has, and names the nearest', () => {
    expect(() => resultsOf({ ...plan, keep: ['eror'] }, trials, store)).toThrow(
      'no trial has the number "eror"; did you mean error?',
    );
  });

  it('draws over the axis of quantities, a curve for each choice of the other', () => {
    const [figure] = figuresOf(results, 'error');
    expect(figure.table.columns).toEqual(['curve', 'noise_V', 'error_mean', 'error_low', 'error_high']);
    expect(figure.table.rows[0].slice(0, 3)).toEqual(['nudge a', 0.001, 2]);
    expect(figure.svg()).toContain('noise (mV)');
  });
});

describe('over drawn hardware', () => {
  const hundred = (
    failed: readonly string[] = [],
    of = (k: number) => k + 1,
    last = 'study.worker-lost',
    more = (_k: number): object => ({}),
  ) => {
    const drawn = Array.from({ length: 100 }, (_, k) => ({
      ...trials[0],
      key: String(k),
      values: {},
      hardwareSeed: 1001 + k,
    }));
    const answers = {
      resultOf: (key: string) =>
        failed.includes(key)
          ? undefined
          : { answer: { error: of(Number(key)), epoch: 1, ...more(Number(key)) }, seconds: 1, endedAt: '' },
      failureOf: (key: string) => ({
        message: 'no',
        code: key === '99' ? last : 'x',
        endedAt: '',
      }),
    } as unknown as TrialStore;
    const limits = [{ metric: 'error', relation: '<' as const, value: 11 }];
    return resultsOf({ ...plan, axes: [], seeds: 1, draws: 100, keep: [], limits }, drawn, answers);
  };

  it('has quantiles with the intervals of order statistics, and the worst by its limit', () => {
    const [found] = hundred().distributions;
    // Of 100, the 40th and the 61st hold the median at 96.5 % (David & Nagaraja, table of § 7.1); nothing lies below the 1 % for sure.
    expect(found.quantiles.find(({ share }) => share === 0.5)).toMatchObject({
      value: 50.5,
      low: 40,
      high: 61,
    });
    const lowest = found.quantiles[0];
    expect(lowest.share).toBe(0.01);
    expect(lowest.low).toBeUndefined();
    expect(lowest.high).toBe(4);
    expect(found).toMatchObject({
      n: 100,
      worst: 'most',
      most: { value: 100, hardwareSeed: 1100, key: '99' },
    });
    // none of 100 was worse: 3/n, less what the rule of three rounds
    expect(found.beyond).toBeCloseTo(0.0295, 4);
    expect(hundred().metrics).toEqual(['error']);
  });

  it.each([
    [5, 0.5, undefined, undefined],
    [6, 0.5, 1, 6],
    [20, 0.5, 6, 15],
    [59, 0.05, undefined, 8],
    [73, 0.05, 1, 9],
    [200, 0.05, 4, 17],
    [200, 0.95, 184, 197],
    [1000, 0.01, 4, 18],
    [1000, 0.99, 983, 997],
  ])(
    'of %i draws, the quantile of %f lies between these in order, by scipy.stats.binom',
    (n, share, low, high) => {
      const found = quantileOf(
        Float64Array.from({ length: n }, (_, k) => k + 1),
        share,
      );
      expect([found.low, found.high]).toEqual([low, high]);
    },
  );

  it('counts a failed draw as no good one, but not one whose worker was lost or that was stopped', () => {
    // the limit excludes 11 itself
    expect(hundred().points[0].yield).toMatchObject({ good: 10, n: 100 });
    expect(hundred(['0', '50']).points[0].yield).toMatchObject({ good: 9, n: 100 });
    expect(hundred(['0', '99']).points[0].yield).toMatchObject({ good: 9, n: 99 });
    expect(hundred(['99'], undefined, 'study.stopped').points[0].yield).toMatchObject({ good: 10, n: 99 });
  });

  it('draws how it is distributed beside its limit, and writes it down', () => {
    const drawn = hundred();
    const [figure] = figuresOf(drawn, 'error');
    expect(figure.title).toBe('error over the hardware drawn');
    expect(figure.table.rows.slice(0, 2).map((row) => row.slice(1))).toEqual([
      [1, 0],
      [1, 0.01],
    ]);
    expect(figure.svg()).toContain('limit error &lt; 11');
    expect(quantilesCsv(drawn).split('\n').slice(0, 2)).toEqual([
      'metric,n,share,value,low,high,hardwareSeed',
      'error,100,0,1,,,1001',
    ]);
    expect(trialsCsv(drawn).split('\n')[1]).toBe('0,1001,1,1,0');
    expect(distributionsText(drawn, (key) => `again ${key}`).join('\n')).toMatch(
      /quantiles 5 % .*\[1, 11\][\s\S]*worst 100, hardware 1100: again 99/,
    );
  });

  it('says that a yield says nothing where every draw comes to the same', () => {
    expect(resultsText(hundred([], () => 3))).toContain('all draws came to the same: no number here depends');
    expect(resultsText(hundred())).not.toContain('all draws');
    // The number that is asked for is coarse; others do depend on the hardware.
    const others = hundred(
      [],
      () => 3,
      'x',
      (k) => ({ cost_V2: k }),
    );
    expect(resultsText(others)).not.toContain('all draws');
  });

  it('says of how many trials a mean is where some have no such number', () => {
    expect(resultsText(hundred([], (k) => (k < 10 ? Number.NaN : k)))).not.toContain('NaN');
  });
});

it('a 0 beside decades is drawn side by side with them, not in a heap at one end', () => {
  const axes = [readAxis('readout.noise_V', [0, '10uV', '1mV']), readAxis('nudge', ['a'])];
  const values = axes[0].values.map((noise) => ({ 'readout.noise_V': noise, nudge: 'a' }));
  const points = values.map((at) => ({ ...results.points[0], values: at }));
  const [figure] = figuresOf({ ...results, points }, 'error');
  expect(figure.table.rows.map((row) => row[1])).toEqual(['0', '10uV', '1mV']);
  expect(figure.svg()).toContain('95 % intervals');
});

describe('two studies', () => {
  const turn = (values: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(values).reverse());

  it('are compared point by point over the seeds that both have', () => {
    const later = resultsOf(plan, trials, {
      ...store,
      resultOf: (key: string) => {
        const seed = Number(key.split(' ')[2]);
        return seed === 2 ? undefined : { answer: { error: 10 + seed }, seconds: 1, endedAt: '' };
      },
      failureOf: () => undefined,
    } as unknown as TrialStore);
    const points = compareStudies(results, later);
    expect(points).toHaveLength(4);
    // 10 − 1, 11 − 2
    expect(points[0].difference).toMatchObject({ n: 2, mean: 9, deviation: 0 });
    // so are the means: 1.5 and 10.5, not the 2 of three seeds
    expect([points[0].first.mean, points[0].second.mean]).toEqual([1.5, 10.5]);
    expect(points[0].alone).toEqual([1, 0]);
    // of the last point only the first seed is in both
    expect(points[3].difference).toMatchObject({ n: 1, mean: 3 });
  });

  it('share a point in whatever order their axes stand', () => {
    const turned = {
      ...results,
      trials: results.trials.map(({ values, ...trial }) => ({ ...trial, values: turn(values) })),
      points: results.points.map(({ values, ...point }) => ({ ...point, values: turn(values) })),
    };
    const differences = compareStudies(results, turned).map(({ difference }) => difference);
    expect(differences.map((one) => [one?.n, one?.mean])).toEqual([3, 3, 3, 2].map((n) => [n, 0]));
  });

  it('share a point however its values are written', () => {
    const values = { nudge: 'a', 'readout.noise_V': 0.001 };
    const written = {
      ...results,
      points: [{ ...results.points[0], values }],
      trials: results.trials.slice(0, 3).map((trial) => ({ ...trial, values })),
    };
    expect(compareStudies(results, written).map(({ difference }) => difference?.mean)).toEqual([0]);
  });

  it('that share no number or no point are refused', () => {
    expect(() => compareStudies(results, { ...results, metrics: ['energy_J'] })).toThrow('share no number');
    expect(() => compareStudies(results, { ...results, points: [], trials: [] })).toThrow('share no point');
  });
});

describe('how far an axis may go', () => {
  const noise = [0, 1e-6, 1e-5, 1e-4];
  const row = (of: (at: number, seed: number) => number, values: readonly unknown[] = noise) => {
    const axes = [readAxis('readout.noise_V', [...values])];
    const all = values.flatMap((value, at) =>
      [0, 1, 2].map((seed) => ({
        ...trials[0],
        key: `${at} ${seed}`,
        values: { 'readout.noise_V': value },
        seed,
      })),
    );
    const errors = {
      resultOf: (key: string) => {
        const [at, seed] = key.split(' ').map(Number);
        return { answer: { error: of(at, seed) }, seconds: 1, endedAt: '' };
      },
      failureOf: () => undefined,
    } as unknown as TrialStore;
    return resultsOf({ ...plan, axes, limits: [] }, all, errors);
  };

  it('names the seeds of the value that has fewest', () => {
    const some = row((at, seed) => (at === 2 && seed === 2 ? Number.NaN : seed + [0, 0, 1, 3][at]));
    const [{ seeds }] = thresholdsOf(some, { metric: 'error', amount: 2 });
    expect(seeds).toBe(2);
  });

  it('is where the paired difference reaches the amount, and where its interval does', () => {
    // Seeds differ by whole units and each costs the same 0, 1, 3: no interval. Between 1 and 3 the half, over a decade.
    const found = thresholdsOf(
      row((at, seed) => 10 * seed + [0, 0, 1, 3][at]),
      { metric: 'error', amount: 2 },
    );
    expect(found).toHaveLength(1);
    expect(found[0].value).toBeCloseTo(10 ** -4.5, 9);
    expect(found[0].low).toBeCloseTo(10 ** -4.5, 9);
    // Differences 2, 4, 6 at the last: 4 ± 4.3027 · 2/√3; reaches 1 from a mean of 0 at a quarter of the way, its upper end at 1/8.9684
    const [wide] = thresholdsOf(
      row((at, seed) => (at === 3 ? 2 + 2 * seed : 0)),
      { metric: 'error', amount: 1 },
    );
    expect(wide.value).toBeCloseTo(10 ** -4.75, 9);
    expect(wide.low).toBeCloseTo(10 ** (-5 + 1 / 8.96836), 9);
    expect(wide.high).toBeUndefined();
    expect(thresholdText(wide)).toBe(
      'error rises by 1 at readout.noise_V 1.780e−5 [1.290e−5, beyond] (3 seeds)',
    );
  });

  it('is nowhere where no value costs as much, and is of falls too', () => {
    const [none] = thresholdsOf(
      row((at) => at / 10),
      { metric: 'error', amount: 1 },
    );
    expect(none.value).toBeUndefined();
    expect(thresholdText(none)).toBe('error rises by 1 at no value of readout.noise_V (3 seeds)');
    const [fall] = thresholdsOf(
      row((at) => -at, [0, 1, 2, 3]),
      { metric: 'error', amount: -1.5 },
    );
    expect(fall.value).toBeCloseTo(1.5, 9);
    const [wide] = thresholdsOf(
      row((at, seed) => (at === 3 ? -2 - 2 * seed : 0)),
      { metric: 'error', amount: -1 },
    );
    expect(wide.low).toBeCloseTo(10 ** (-5 + 1 / 8.96836), 9);
    expect(wide.high).toBeUndefined();
  });

  it('counts a difference that falls again as its worst so far, and one that just reaches the amount as there', () => {
    const thresholdOf = (...errors: number[]) =>
      thresholdsOf(
        row((at) => errors[at], [0, 1, 2, 3]),
        { metric: 'error', amount: 1 },
      )[0].value;
    expect(thresholdOf(0, 0.8, 0.2, 1.2)).toBeCloseTo(2.5, 9);
    expect(thresholdOf(0, 0.5, 1, 0.9)).toBe(2);
  });

  it('between a first value of 0 and the next of decades lies along a straight line: no decade begins at 0', () => {
    const [found] = thresholdsOf(
      row((at) => 4 * at),
      { metric: 'error', amount: 1 },
    );
    expect(found.value).toBeCloseTo(0.25e-6, 12);
    expect([found.low, found.high]).toEqual([found.value, found.value]);
  });

  it('is told for each choice of the other axes, each against its own first value', () => {
    const costs: Readonly<Record<string, readonly number[]>> = { a: [0, 1, 2], b: [5, 5.5, 7] };
    const axes = [readAxis('noise', [0, 1, 2]), readAxis('nudge', ['a', 'b'])];
    const all = [0, 1, 2].flatMap((noise) =>
      ['a', 'b'].map((nudge) => ({ ...trials[0], key: `${noise} ${nudge}`, values: { noise, nudge } })),
    );
    const answers = {
      resultOf: (key: string) => {
        const [noise, nudge] = key.split(' ');
        return { answer: { error: costs[nudge][Number(noise)] }, seconds: 1, endedAt: '' };
      },
    } as unknown as TrialStore;
    const found = thresholdsOf(resultsOf({ ...plan, axes, limits: [] }, all, answers), {
      metric: 'error',
      amount: 1,
    });
    expect(found.map(({ at, value }) => [at, value])).toEqual([
      [{ nudge: 'a' }, 1],
      [{ nudge: 'b' }, expect.closeTo(4 / 3, 12)],
    ]);
  });

  it('goes away from the first value in whatever order the others stand, and is none where they lie on both sides', () => {
    const of = (...values: number[]) =>
      thresholdsOf(
        row((at) => Math.abs(values[at] - values[0]) / 4, values),
        { metric: 'error', amount: 1 },
      ).map(({ value }) => value);
    expect(of(0, 8, 2, 6)).toEqual([4]);
    expect(of(8, 0, 6, 2)).toEqual([4]);
    expect(of(2, 0, 8, 6)).toEqual([]);
  });

  it('of a raw table of the specification is what scipy makes of it', () => {
    // Mean, deviation, paired difference and interval in points of error, and the thresholds: numpy and scipy.stats.t on
    // docs/results/specification/noise-conductance.csv.
    const tables = fileURLToPath(new URL('../../docs/results/specification/', import.meta.url));
    const table = readResults('noise-conductance', ['training.epochs', 'readout.noise_V'], tables);
    const points = table.points.filter(({ values }) => values['training.epochs'] === 1);
    const told = points.map(({ spreads: { testError: all }, differences: { testError: less } }) =>
      [all.mean, all.deviation, less?.mean, less?.low, less?.high].map((x) =>
        x === undefined ? x : 100 * x,
      ),
    );
    const scipy = [
      [7.5167, 0.0896],
      [7.42, 0.2007, -0.0967, -0.3792, 0.1858],
      [7.49, 0.0889, -0.0267, -0.0646, 0.0113],
      [7.42, 0.1277, -0.0967, -0.2141, 0.0207],
      [7.6167, 0.0611, 0.1, -0.137, 0.337],
      [8.0267, 0.1222, 0.51, 0.0921, 0.9279],
      [9.2567, 0.3667, 1.74, 0.6884, 2.7916],
    ];
    expect(told).toHaveLength(scipy.length);
    for (const [at, numbers] of scipy.entries())
      for (const [k, number] of numbers.entries()) expect(told[at][k]).toBeCloseTo(number, 4);
    const [found] = thresholdsOf(table, { metric: 'testError', amount: 0.003 }).filter(
      ({ axis, at }) => axis === 'readout.noise_V' && at['training.epochs'] === 1,
    );
    expect(found).toMatchObject({
      value: expect.closeTo(3.127138e-7, 12),
      low: expect.closeTo(1.688059e-7, 12),
      high: expect.closeTo(6.36679e-7, 12),
      seeds: 3,
    });
  });

  it('is asked for by a number and an amount', () => {
    expect(readRise('testError=0.3%')).toEqual({ metric: 'testError', amount: 0.003 });
    expect(readRise('accuracy=-1e-2')).toEqual({ metric: 'accuracy', amount: -0.01 });
    for (const text of ['testError', 'testError=', 'testError=0', 'testError<=1'])
      expect(() => readRise(text)).toThrow('such as testError=0.3%');
  });
});

describe('numbers', () => {
  it('are found by their path; a list of objects by its last', () => {
    const found = numbersOf({
      testError: 0.1,
      best: { testError: 0.05 },
      epochs: [{ loss: 2 }, { loss: 1 }],
      list: [1, 2],
      ok: true,
      name: 'x',
    });
    expect(Object.fromEntries(found)).toEqual({
      testError: 0.1,
      'best.testError': 0.05,
      'epochs.last.loss': 1,
      ok: 1,
    });
  });

  it('have the units of their names', () => {
    expect(nameAndUnit('readout.noise_V')).toEqual({ quantity: 'noise', unit: 'V' });
    expect(nameAndUnit('cells.readNoise')).toEqual({ quantity: 'readNoise', unit: '1' });
  });

  it('of one trial have no interval', () => {
    expect(spreadOf([3])).toEqual({ n: 1, mean: 3, least: 3, median: 3, most: 3 });
    expect(spreadOf([])).toBeUndefined();
  });

  it('of a yield have Wilson’s interval', () => {
    // 8 of 10: 0.4902 to 0.9433 (Wilson 1927, as statsmodels prints it)
    const { low, high } = shareOf(8, 10);
    expect(low).toBeCloseTo(0.4902, 4);
    expect(high).toBeCloseTo(0.9433, 4);
    expect(shareOf(0, 10).low).toBe(0);
    expect(shareOf(10, 10).high).toBe(1);
  });
});
