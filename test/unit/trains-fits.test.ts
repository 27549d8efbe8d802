import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  compareLaws,
  fitTrain,
  type MeasuredTrain,
  type PulseLaw,
  type TrainModelName,
  trainModel,
  trainModels,
} from '../../calibration/trains/index.js';
import { RandomStream } from '../../core/index.js';

const outside = process.env.OHMPROP_DATA ?? '';

function trainOf(direction: 'up' | 'down', states: readonly number[], cycle?: number): MeasuredTrain {
  return {
    name: `drawn ${direction}`,
    direction,
    unit: 'S',
    reversed: false,
    counted: true,
    pulses: Float64Array.from(states.keys()),
    states: Float64Array.from(states),
    rows: Uint32Array.from(states.keys()),
    ...(cycle === undefined ? {} : { cycle }),
  };
}

/** A train of soft bounds in S, 1 % noise unless said. */
function softBoundsTrain(direction: 'up' | 'down', seed: number, noise = 0.01, pulses = 100): MeasuredTrain {
  const random = new RandomStream(seed, 'soft bounds');
  const sign = direction === 'up' ? 1 : -1;
  const from = direction === 'up' ? 2e-6 : 11e-6;
  return trainOf(
    direction,
    Array.from(
      { length: pulses + 1 },
      (_, n) => from + sign * 1e-5 * -Math.expm1(-n / 30) + noise * 1e-5 * random.normal(),
    ),
  );
}

describe('a law is found again from its own train', () => {
  const frame = { origin: 0, scale: 1, pulses: 80, bounded: false, most: Number.POSITIVE_INFINITY };
  const truths: Record<TrainModelName, number[]> = {
    linear: [0.02, 0.97],
    'soft-bounds': [0.01, 0.98, 3.2],
    power: [0.03, 0.04, 1.4, 1.1],
    logistic: [-0.05, 1.1, 35, 12],
    'exponential-step': [0.02, 0.03, 0.002, -2.5],
  };
  test.each(trainModels.map(({ name }) => name))('%s', (name) => {
    const pulses = Float64Array.from({ length: 81 }, (_, n) => n);
    const z = new Float64Array(81);
    trainModel(name).states(truths[name], pulses, frame, z);
    for (const direction of ['up', 'down'] as const) {
      const states = Array.from(z, (v) => (direction === 'up' ? 1e-6 + 2e-6 * v : 9e-6 - 2e-6 * v));
      const fit = fitTrain([trainOf(direction, states)], name, { intervals: false, correlated: false });
      expect(fit.status).toBe('converged');
      expect(fit.rmseOverRange).toBeLessThan(1e-6);
    }
  });
});

test('numbers come in S with intervals that hold the truth, and the law says the same', () => {
  const fit = fitTrain([softBoundsTrain('up', 1)], 'soft-bounds');
  const { start_S, asymptote_S, A_pulses, nonlinearity } = fit.estimates;
  for (const [estimate, truth] of [
    [start_S, 2e-6],
    [asymptote_S, 12e-6],
    [A_pulses, 30],
  ] as const) {
    expect(estimate.identifiable).toBe(true);
    expect(estimate.low).toBeLessThan(truth);
    expect(estimate.high).toBeGreaterThan(truth);
  }
  expect(nonlinearity.value).toBeGreaterThan(0);
  expect(fit.law).toMatchObject({ kind: 'soft-bounds' });
  const law = fit.law as Extract<PulseLaw, { kind: 'soft-bounds' }>;
  expect(law.share).toBeCloseTo(1 / 30, 2);
  expect(law.asymptote_S / asymptote_S.value).toBeCloseTo(1, 9);
  const down = fitTrain([softBoundsTrain('down', 2)], 'soft-bounds');
  // fast first, read from its end
  expect(down.estimates.nonlinearity.high).toBeLessThan(0);
  expect(down.estimates.asymptote_S.value / 1e-6).toBeCloseTo(1, 0);
});

test('a straight train has no asymptote: it is not identifiable, and the law is not refused for it', () => {
  const random = new RandomStream(4, 'straight');
  const straight = trainOf(
    'up',
    Array.from({ length: 101 }, (_, n) => 1e-6 + 1e-8 * n + 1e-8 * random.normal()),
  );
  const fit = fitTrain([straight], 'soft-bounds');
  expect(fit.estimates.asymptote_S.identifiable).toBe(false);
  expect(fit.estimates.A_pulses.identifiable).toBe(false);
  expect(fit.estimates.nonlinearity.low).toBeLessThan(0);
  expect(fit.estimates.nonlinearity.high).toBeGreaterThan(0);
  const { comparison } = compareLaws([straight]);
  expect([comparison.best, ...comparison.indistinguishable]).toContain('linear');
});

test('laws are compared: an S is logistic, repetitions are held out', () => {
  const random = new RandomStream(6, 'logistic');
  const s = (cycle: number) =>
    trainOf(
      'up',
      Array.from(
        { length: 61 },
        (_, n) => 1e-6 + 1e-5 / (1 + Math.exp(-(n - 30) / 7)) + 5e-8 * random.normal(),
      ),
      cycle,
    );
  expect(compareLaws([s(1)]).comparison).toMatchObject({
    best: 'logistic',
    indistinguishable: [],
    by: 'AIC',
  });
  const held = compareLaws([s(1), s(2), s(3)]);
  expect(held.comparison).toMatchObject({ best: 'logistic', by: 'held-out data' });
  expect(held.best.n).toBe(183);
});

test('what cannot be fitted is refused: too few points, no change, another window', () => {
  expect(() => fitTrain([trainOf('up', [1e-6, 2e-6, 3e-6])], 'power')).toThrow(
    '3 points for the 4 parameters of power; at least 5 are needed',
  );
  expect(() => fitTrain([trainOf('up', Array(10).fill(2e-6))], 'linear')).toThrow(
    'no pulse changes anything',
  );
  const milli = trainOf(
    'up',
    Array.from({ length: 40 }, (_, n) => 2.2e-3 + (n / 39) * 5e-2),
  );
  expect(() => fitTrain([milli], 'power', { window: [2.3e-6, 54e-6] })).toThrow(
    /outside the window .* 967 times the window's: a wrong unit of the column\?/,
  );
  expect(() => trainModel('softbounds')).toThrow('did you mean soft-bounds?');
});

describe.skipIf(!existsSync(join(outside, 'devices/fits.json')))('reference fits (need OHMPROP_DATA)', () => {
  const bar = 1.05;

  test('D3: the ferroelectric cell, power step over the published window, starts as measured', () => {
    const folder = join(outside, 'cases/calibration/C3-workbook');
    const { ferro } = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
    const rows = readFileSync(join(folder, 'ferro_table_uS.csv'), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(',').map((v) => Number(v) * 1e-6));
    for (const [at, direction] of [
      [0, 'up'],
      [1, 'down'],
    ] as const) {
      const fit = fitTrain(
        [
          trainOf(
            direction,
            rows.map((row) => row[at]),
          ),
        ],
        'power',
        // the published fit is of every point
        { window: [7e-8, 9e-6], startsAsMeasured: true, correlated: false, withOutliers: true },
      );
      const { k, P, rmse_over_range } = ferro.optimum[direction];
      expect(fit.rmse / (9e-6 - 7e-8) / rmse_over_range).toBeLessThan(bar);
      expect(fit.values[1] / k).toBeCloseTo(1, 2);
      expect(fit.values[2] / P).toBeCloseTo(1, 2);
      expect(fit.status).toBe('converged');
    }
  });

  const gong = existsSync(join(outside, 'devices/fits.json'))
    ? JSON.parse(readFileSync(join(outside, 'devices/fits.json'), 'utf8')).data['pulse/gong2018_hfo2_raw.csv']
    : undefined;
  const names = {
    constant: 'linear',
    softbounds: 'soft-bounds',
    pow: 'power',
    exp: 'exponential-step',
  } as const;

  test.each(['up', 'down'] as const)('Gong’s HfO2, %s: constant, softbounds, pow, exp', (direction) => {
    const at = direction === 'up' ? 0 : 1;
    const states = readFileSync(join(outside, 'devices/pulse/gong2018_hfo2_raw.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => Number(line.split(',')[at]));
    const reference = gong.per_direction.fits[direction] as Record<keyof typeof names, { rmse: number }>;
    for (const [key, { rmse }] of Object.entries(reference)) {
      if (!(key in names)) continue;
      const fit = fitTrain([trainOf(direction, states)], names[key as keyof typeof names], {
        intervals: false,
        correlated: false,
      });
      expect(fit.rmse / rmse).toBeLessThan(bar);
    }
  });
});

describe.skipIf(!existsSync(join(outside, 'devices/fits.json')))(
  'joint reference fits (need OHMPROP_DATA)',
  () => {
    const data = existsSync(join(outside, 'devices/fits.json'))
      ? JSON.parse(readFileSync(join(outside, 'devices/fits.json'), 'utf8')).data[
          'pulse/gong2018_hfo2_raw.csv'
        ]
      : undefined;

    // Each direction has its own bound and rate in the joint models too: their error is that of both directions together.
    test.each([
      ['softbounds_joint', 'soft-bounds'],
      ['linearstep_joint_ref1.25', 'soft-bounds'],
      ['piecewise10_dwell_histogram', 'power'],
    ] as const)('both directions of Gong’s HfO2: %s', (key, model) => {
      const rows = readFileSync(join(outside, 'devices/pulse/gong2018_hfo2_raw.csv'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(',').map(Number));
      const squares = (['up', 'down'] as const).map((direction, at) => {
        const states = rows.map((row) => row[at]);
        const fit = fitTrain([trainOf(direction, states)], model, { intervals: false, correlated: false });
        return fit.rmse ** 2;
      });
      const rmse = Math.sqrt((squares[0] + squares[1]) / 2);
      if (process.env.OHMPROP_SHOW !== undefined) console.log(key, rmse / data.joint_models[key].rmse);
      expect(rmse / data.joint_models[key].rmse).toBeLessThan(1.05);
      // nothing follows the data closer than their own moving average does
      expect(rmse).toBeGreaterThan(data.joint_models.noise_floor_movavg51.rmse);
    });

    test('the symmetry point of the joint soft bounds', () => {
      const rows = readFileSync(join(outside, 'devices/pulse/gong2018_hfo2_raw.csv'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(',').map(Number));
      const [up, down] = (['up', 'down'] as const).map((direction, at) => {
        const fit = fitTrain(
          [
            trainOf(
              direction,
              rows.map((row) => row[at]),
            ),
          ],
          'soft-bounds',
          {
            intervals: false,
            correlated: false,
          },
        );
        return fit.law as Extract<PulseLaw, { kind: 'soft-bounds' }>;
      });
      // where share·(asymptote − g) of both ways cancel
      const point = (up.share * up.asymptote_S + down.share * down.asymptote_S) / (up.share + down.share);
      expect(point).toBeCloseTo(data.joint_models.softbounds_joint.symmetry_point, 2);
    });
  },
);

describe('laws compared over repetitions that begin at different states', () => {
  test('keep a power cell from being taken for soft bounds', () => {
    const random = new RandomStream(5, 'repetitions');
    const train = (start: number, cycle: number): MeasuredTrain => {
      const states = new Float64Array(120);
      let x = start;
      for (let n = 0; n < 120; n++) {
        states[n] = (1 + 39 * x) * 1e-6 * (1 + 0.01 * random.normal());
        x += 0.02 * (1 - x) ** 1.8;
      }
      return {
        name: `cycle ${cycle}`,
        direction: 'up',
        pulses: Float64Array.from(states, (_, n) => n),
        states,
        unit: 'S',
        rows: Uint32Array.from(states, (_, n) => n),
        reversed: false,
        counted: true,
        cycle,
      };
    };
    const { comparison, best } = compareLaws(
      [0, 0.12, 0.1, 0.14, 0.11].map(train),
      ['soft-bounds', 'power'],
      {
        intervals: false,
      },
    );
    expect(comparison.best).toBe('power');
    // the law that was drawn, Δx = 0.02·(1 − x)^1.8, at half of the window
    expect(best.law.kind).toBe('power');
    const { low_S, high_S, share, exponent } = best.law as Extract<typeof best.law, { kind: 'power' }>;
    const middle = (high_S - 20.5e-6) / (high_S - low_S);
    expect((share * (high_S - low_S) * middle ** exponent) / (0.02 * 39e-6 * 0.5 ** 1.8)).toBeCloseTo(1, 1);
  });
});
