import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  featureRanges,
  holdOutValidation,
  iris,
  limitTraining,
  momentsOf,
  pickSamples,
  type Samples,
  sliceSamples,
  stratifiedSplit,
  xor,
} from '../../learning/data/index.js';

function rowsOf(samples: Samples): number[][] {
  return Array.from({ length: samples.count }, (_, i) => [
    ...samples.values.subarray(i * samples.features, (i + 1) * samples.features),
    samples.labels[i],
  ]);
}

function countClasses(samples: Samples): number[] {
  const counts = new Array<number>(samples.classes).fill(0);
  for (const label of samples.labels) counts[label]++;
  return counts;
}

describe('moments', () => {
  it('of a feature that does not vary are exact, whatever sums of it round to', () => {
    const values = Float64Array.from({ length: 20 }, (_, e) => (e % 2 ? 0.1 : e));
    const { mean, deviation } = momentsOf({
      count: 10,
      features: 2,
      classes: 2,
      values,
      labels: new Uint16Array(10),
    });
    expect([mean[1], deviation[1]]).toEqual([0.1, 0]);
    expect([mean[0], deviation[0]]).toEqual([9, Math.sqrt(33)]);
  });
});

describe('xor', () => {
  it('is the truth table, to train on and to test on', () => {
    const { train, test } = xor();
    expect(rowsOf(train)).toEqual([
      [0, 0, 0],
      [0, 1, 1],
      [1, 0, 1],
      [1, 1, 0],
    ]);
    expect(test).toBe(train);
  });
});

describe('iris', () => {
  it("holds Fisher's 150 flowers, 35 of a species to train on and 15 to test on", () => {
    const data = iris({ seed: 1 });
    expect(countClasses(data.train)).toEqual([35, 35, 35]);
    expect(countClasses(data.test)).toEqual([15, 15, 15]);
    expect(data.classNames).toEqual(['setosa', 'versicolor', 'virginica']);
    const rows = [...rowsOf(data.train), ...rowsOf(data.test)];
    // Means of Fisher (1936), table II, times 50.
    for (const [label, means] of [
      [0, [5.006, 3.428, 1.462, 0.246]],
      [1, [5.936, 2.77, 4.26, 1.326]],
      [2, [6.588, 2.974, 5.552, 2.026]],
    ] as const) {
      const flowers = rows.filter((row) => row[4] === label);
      for (let f = 0; f < 4; f++) {
        expect(flowers.reduce((sum, row) => sum + row[f], 0) / 50).toBeCloseTo(means[f], 10);
      }
    }
    // The two flowers that the widely copied file has otherwise (4.9 3.1 1.5 0.1 three times).
    expect(rows.filter((row) => row.join(' ') === '4.9 3.1 1.5 0.2 0')).toHaveLength(1);
    expect(rows.filter((row) => row.join(' ') === '4.9 3.6 1.4 0.1 0')).toHaveLength(1);
  });

  it('splits by the seed and by nothing else', () => {
    expect(iris({ seed: 3 })).toEqual(iris({ seed: 3 }));
    expect(rowsOf(iris({ seed: 3 }).test)).not.toEqual(rowsOf(iris({ seed: 4 }).test));
  });

  it('declares a range a feature that its flowers fill', () => {
    const data = iris({ seed: 5 });
    const rows = [...rowsOf(data.train), ...rowsOf(data.test)];
    featureRanges(data).forEach(([low, high], f) => {
      const column = rows.map((row) => row[f]);
      expect([Math.min(...column), Math.max(...column)]).toEqual([low, high]);
    });
  });
});

describe('parts of a data set', () => {
  it('limits training to the first samples without copying them', () => {
    const data = iris({ seed: 1 });
    const limited = limitTraining(data, 10);
    expect(rowsOf(limited.train)).toEqual(rowsOf(data.train).slice(0, 10));
    expect(limited.train.values.buffer).toBe(data.train.values.buffer);
    expect(limited.test).toBe(data.test);
    expect(limitTraining(data, 1000).train.count).toBe(105);
  });

  it.each([0, -1, 2.5, Number.NaN])('refuses a limit of %s', (count) => {
    expect(() => limitTraining(xor(), count)).toThrow(/training samples: got .*at least 1 is needed/);
  });

  it('holds the last training samples out for validation', () => {
    const data = iris({ seed: 1 });
    const held = holdOutValidation(data, 20);
    expect([held.train.count, held.validation?.count, held.test.count]).toEqual([85, 20, 45]);
    expect(rowsOf(held.validation!)).toEqual(rowsOf(data.train).slice(85));
    expect(holdOutValidation(data, 0).validation).toBeUndefined();
    expect(() => holdOutValidation(data, 105)).toThrow(/105 validation samples.*only 105 training samples/);
  });

  it('picks and slices alike, in the stored form', () => {
    const bytes: Samples = {
      count: 3,
      features: 2,
      classes: 300,
      values: Uint8Array.of(1, 2, 3, 4, 5, 6),
      labels: Uint16Array.of(7, 299, 0),
    };
    expect(pickSamples(bytes, [1, 2])).toEqual(sliceSamples(bytes, 1, 3));
    expect(pickSamples(bytes, [1, 2]).values).toBeInstanceOf(Uint8Array);
    expect(pickSamples(bytes, [1]).labels).toEqual(Uint16Array.of(299));
  });

  it('gives every class its share of the test set and loses no sample', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 60 }),
        fc.nat(),
        (labels, seed) => {
          const all: Samples = {
            count: labels.length,
            features: 1,
            classes: 5,
            values: Float64Array.from(labels, (_, i) => i),
            labels: Uint8Array.from(labels),
          };
          const { train, test } = stratifiedSplit(all, seed, (n) => Math.floor(n / 5));
          expect(countClasses(test)).toEqual(countClasses(all).map((n) => Math.floor(n / 5)));
          expect([...train.values, ...test.values].sort((a, b) => a - b)).toEqual([...all.values]);
        },
      ),
    );
  });
});
