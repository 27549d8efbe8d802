import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { MeasuredFile, MeasuredSeries } from '../../calibration/measured/index.js';
import {
  dataLabel,
  describeCell,
  describeTrain,
  type MeasuredTrain,
  noiseOfRepeats,
  orientTrain,
  trainsOf,
} from '../../calibration/trains/index.js';
import { RandomStream } from '../../core/index.js';

const drawn = new URL('../golden/cases/calibration/', import.meta.url).pathname;
const outside = join(process.env.OHMPROP_DATA ?? '', 'cases/calibration');
const expectedOf = (folder: string) => JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));

/** A block `name = [ n g; … ]` of a script, as a train in the order of its pulses. */
function pasted(folder: string, name: string, direction: 'up' | 'down'): MeasuredTrain {
  const text = readFileSync(join(folder, 'pasted.m'), 'utf8');
  const rows = new RegExp(`${name}\\s*=\\s*\\[([^\\]]*)\\]`)
    .exec(text)![1]
    .split(/[\n;]/)
    .map((line) =>
      line
        .trim()
        .split(/[\s,]+/)
        .map(Number),
    )
    .filter((row) => row.length === 2);
  return trainOf(
    direction,
    rows.map(([, g]) => g),
    rows.map(([n]) => n),
  );
}

function trainOf(
  direction: 'up' | 'down',
  states: readonly number[],
  pulses?: readonly number[],
): MeasuredTrain {
  const points = {
    pulses: Float64Array.from(pulses ?? states.keys()),
    states: Float64Array.from(states),
    rows: Uint32Array.from(states.keys()),
  };
  return {
    ...orientTrain(points, direction),
    name: 'drawn',
    direction,
    unit: 'S',
    counted: pulses !== undefined,
  };
}

describe('A3: an artefact of the instrument every eighth pulse', () => {
  const folder = join(drawn, 'A3-periodic-artefact');
  const expected = expectedOf(folder);
  const up = describeTrain(pasted(folder, 'exp_LTP_raw', 'up'));
  const down = describeTrain(pasted(folder, 'exp_LTD_raw', 'down'));

  test('the outliers are found, and that they come back', () => {
    expect(up.outliers.rows).toEqual(expected.outlier_rows_potentiation);
    expect(up.outliers.periodic).toMatchObject({ period: 8, count: 7 });
    expect(up.outliers.periodic!.size / (1e-6 * expected.artefact_size_uS)).toBeCloseTo(1, 1);
    expect(up.outliers.atStart).toBe(true);
    expect(down.outliers.rows).toEqual([]);
    expect(up.warnings.join()).toContain(
      '8 outliers, 7 of them every 8 pulses: the instrument’s'.replace('’', "'"),
    );
  });

  test('labels by both rules, with the outliers and without', () => {
    const { potentiation, depression, tolerance } = expected;
    const close = (label: { label: number; r2: number } | undefined, right: { NL: number; R2: number }) => {
      expect(Math.abs(label!.label - right.NL)).toBeLessThan(tolerance.NL);
      expect(Math.abs(label!.r2 - right.R2)).toBeLessThan(tolerance.R2);
    };
    close(up.labels.fixed, potentiation.all_rows.fixed_ends);
    close(up.labels.free, potentiation.all_rows.free_ends);
    close(up.withoutOutliers!.fixed, potentiation.without_outliers.fixed_ends);
    close(up.withoutOutliers!.free, potentiation.without_outliers.free_ends);
    close(down.labels.fixed, depression.fixed_ends);
    close(down.labels.free, depression.free_ends);
    expect([up.points, down.points]).toEqual([60, 60]);
    expect(down.train.reversed).toBe(true);
  });
});

describe('A4: a window of 3 %', () => {
  const folder = join(drawn, 'A4-narrow-window');
  const expected = expectedOf(folder);
  const cell = describeCell('A4', [
    pasted(folder, 'exp_LTP_raw', 'up'),
    pasted(folder, 'exp_LTD_raw', 'down'),
  ]);

  test('is said to be too small, with what can be done', () => {
    expect(Math.abs(cell.window!.onOff! - expected.on_off)).toBeLessThan(0.001);
    expect(cell.warnings.join()).toContain('on/off 1.026: too small to train on as it is');
    expect(cell.warnings.join()).toContain('differential pairs, or an offset taken away');
    expect([cell.up[0].points, cell.down[0].points]).toEqual(expected.pulses);
    expect(cell.up[0].train.reversed).toBe(false);
    expect(cell.down[0].train.reversed).toBe(true);
  });

  test('has labels all the same', () => {
    for (const [side, way] of [
      [cell.up[0], 'potentiation'],
      [cell.down[0], 'depression'],
    ] as const) {
      const { fixed_ends, free_ends } = expected[way];
      expect(Math.abs(side.labels.fixed!.label - fixed_ends.NL)).toBeLessThan(expected.tolerance.NL);
      expect(Math.abs(side.labels.free.label - free_ends.NL)).toBeLessThan(expected.tolerance.NL);
      expect(side.labels.free.rmse * 1e6).toBeCloseTo(free_ends.rmse_uS, 3);
    }
  });

  test('noise is not taken from residuals', () => {
    expect(cell.noise).toEqual({ up: undefined, down: undefined });
    expect(cell.warnings.join()).toContain('cannot be separated; residuals are an upper bound');
    expect(cell.effectiveStates!.from).toBe('residuals');
  });
});

describe.skipIf(!existsSync(join(outside, 'A5-fractional-pulse-numbers')))(
  'measured trains (need OHMPROP_DATA)',
  () => {
    test('A5: pulse numbers are used, fractions too (the bar D2)', () => {
      const folder = join(outside, 'A5-fractional-pulse-numbers');
      const expected = expectedOf(folder);
      const rows = readFileSync(join(folder, 'raw.tsv'), 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.split('\t').map((cell) => (cell.trim() === '' ? Number.NaN : Number(cell))));
      const columns = (at: number) =>
        rows.filter((row) => Number.isFinite(row[at]) && Number.isFinite(row[at + 1]));
      const read = (at: number, direction: 'up' | 'down') =>
        trainOf(
          direction,
          columns(at).map((row) => row[at + 1]),
          columns(at).map((row) => row[at]),
        );
      for (const [train, right] of [
        [read(0, 'up'), expected.potentiation],
        [read(2, 'down'), expected.depression],
      ] as const) {
        for (const rule of ['fixed', 'free'] as const) {
          const label = dataLabel(train, rule);
          expect(Math.abs(label.label - right[`${rule}_ends`].NL)).toBeLessThan(0.02);
          expect(Math.abs(label.r2 - right[`${rule}_ends`].R2)).toBeLessThan(0.002);
        }
      }
      expect([read(0, 'up').states.length, read(2, 'down').states.length]).toEqual(expected.points);
    });

    test('A2: two windows are two cells', () => {
      const folder = join(outside, 'A2-window-mismatch');
      const expected = expectedOf(folder);
      const cell = describeCell('A2', [
        pasted(folder, 'exp_LTP_raw', 'up'),
        pasted(folder, 'exp_LTD_raw', 'down'),
      ]);
      expect(cell.apart).toContain('depression starts 51 times above the end of potentiation');
      expect(cell.window).toBeUndefined();
      expect(cell.turn!.ratio).toBeCloseTo(expected.drop_at_turn.ratio, 3);
      const [up, down] = [cell.up[0], cell.down[0]];
      for (const [side, right] of [
        [up, expected.LTP_fit],
        [down, expected.LTD_fit],
      ] as const) {
        expect(Math.abs(side.labels.fixed!.label - right.fixed_ends.NL)).toBeLessThan(0.02);
        expect(Math.abs(side.labels.free.label - right.free_ends.NL)).toBeLessThan(0.02);
        expect(side.residuals.lag1).toBeCloseTo(right.free_ends.residual_lag1, 1);
        expect(side.outliers.rows).toEqual([]);
      }
    });

    test('C3: the ferroelectric cell loses nine tenths with its first depression pulse, and is one cell', () => {
      const rows = readFileSync(join(outside, 'C3-workbook/ferro_table_uS.csv'), 'utf8')
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',').map((v) => Number(v) * 1e-6));
      const cell = describeCell('ferro', [
        trainOf(
          'up',
          rows.map(([up]) => up),
        ),
        trainOf(
          'down',
          rows.map(([, down]) => down),
        ),
      ]);
      expect(cell.apart).toBeUndefined();
      expect(cell.warnings.join()).toContain(
        'the first depression pulse takes 90 % of the conductance (0.000006328 S to 6.502e-7 S)',
      );
    });
  },
);

describe('trains of a file', () => {
  const column = (
    name: string,
    role: NonNullable<MeasuredSeries['columns'][0]['role']>,
    unit: string,
    values: number[],
  ) => ({
    name,
    role,
    unit,
    values: Float64Array.from(values),
  });
  const fileOf = (
    series: Partial<MeasuredSeries>,
    settings: MeasuredFile['settings'] = [],
  ): MeasuredFile => ({
    path: 'dev7.csv',
    sha256: '',
    bytes: 0,
    format: 'text',
    series: [{ name: 'dev7', kind: 'train', columns: [], lines: [1, 1], ...series }],
    settings,
    questions: [],
    remarks: [],
  });

  test('C7: pulses of rising amplitude have no label, but a threshold', () => {
    const text = readFileSync(join(drawn, 'C7-amplitude-ramp/ramp.csv'), 'utf8');
    const rows = text
      .split('\n')
      .filter((line) => /^\d+, /.test(line))
      .map((line) => line.split(',').map(Number));
    const { trains, ramps } = trainsOf(
      fileOf({
        columns: [
          column(
            'pulse amplitude (V)',
            'amplitude_V',
            'V',
            rows.map((row) => row[1]),
          ),
          column(
            'R_low',
            'resistance_Ohm',
            'Ω',
            rows.map((row) => row[2]),
          ),
          column(
            'R_high',
            'resistance_Ohm',
            'Ω',
            rows.map((row) => row[3]),
          ),
        ],
      }),
    );
    const expected = expectedOf(join(drawn, 'C7-amplitude-ramp'));
    expect(trains).toEqual([]);
    expect(ramps[0].reason).toContain('the amplitude rises by 0.10 V a pulse: the pulses are not identical');
    const [low, high] = ramps[0].curves;
    expect(low.first_Ohm / expected.R_low_first_ohm).toBeCloseTo(1, 9);
    expect(low.last_Ohm / expected.R_low_last_ohm).toBeCloseTo(1, 9);
    expect(high.first_Ohm / low.first_Ohm).toBeCloseTo(expected.window_first, 6);
    // drawn with its middle at 1.0 V
    expect(low.threshold_V!.value).toBeCloseTo(1, 1);
    expect(low.threshold_V!.low).toBeLessThanOrEqual(1);
    expect(low.threshold_V!.high).toBeGreaterThanOrEqual(1);
  });

  test('one column of pulses of either sign is cut where the sign turns; currents are divided by the read voltage', () => {
    const { trains, remarks } = trainsOf(
      fileOf({
        columns: [
          column('pulse', 'amplitude_V', 'V', [3, 3, 3, 3, 3, -2, -2, -2, -2, -2]),
          column('read', 'voltage_V', 'V', Array(10).fill(0.1)),
          column(
            'I',
            'current_A',
            'A',
            [1, 2, 3, 4, 5, 4, 3, 2, 1, Number.NaN].map((i) => i * 1e-7),
          ),
        ],
      }),
    );
    expect(
      trains.map(({ direction, amplitude_V, states }) => [direction, amplitude_V, states.length]),
    ).toEqual([
      ['up', 3, 5],
      ['down', -2, 4],
    ]);
    expect(trains[0].states[4]).toBeCloseTo(5e-6, 12);
    expect(trains[1].pulses[0]).toBe(0);
    expect(remarks.join()).toContain('1 of 10 rows left out');
  });

  test('a current without a read voltage stays one and says so; values at or below zero are counted', () => {
    const { trains, remarks } = trainsOf(
      fileOf({
        direction: 'up',
        columns: [column('I', 'current_A', 'A', [-1e-9, 1e-9, 2e-9, 3e-9, 4e-9])],
      }),
    );
    expect(trains[0].unit).toBe('A');
    expect(remarks.join()).toContain('the read voltage is needed');
    expect(remarks.join()).toContain('1 value at or below zero (row 1 of its series)');
  });

  test('a train called LTD is one whatever it does; two that rise alike without a name are not taken for repetitions', () => {
    const rising = [1, 2, 3, 4, 5].map((g) => g * 1e-6);
    const file = (names: readonly string[]): MeasuredFile => ({
      ...fileOf({}),
      series: names.map((name) => ({
        name,
        kind: 'train',
        columns: [column('G', 'conductance_S', 'S', rising)],
        lines: [1, 5],
      })),
    });
    const named = trainsOf(file(['exp_LTP_raw', 'exp_LTD_raw']));
    expect(named.trains.map(({ direction, reversed }) => [direction, reversed])).toEqual([
      ['up', false],
      ['down', true],
    ]);
    const bare = trainsOf(file(['a', 'b']));
    expect(bare.trains.length).toBe(1);
    expect(bare.refused[0].reason).toContain('a repetition, or the other polarity listed from its end?');
  });

  test('a column that rises and falls is a potentiation and a depression', () => {
    const { trains } = trainsOf(
      fileOf({
        columns: [
          column(
            'G',
            'conductance_S',
            'S',
            [1, 2, 3, 4, 5, 4, 3, 2, 1].map((g) => g * 1e-6),
          ),
        ],
      }),
    );
    expect(trains.map(({ direction, states }) => [direction, states.length])).toEqual([
      ['up', 5],
      ['down', 4],
    ]);
  });
});

test('noise comes from repetitions: what adds up is told from what does not', () => {
  const random = new RandomStream(1, 'repeats');
  const cycles = Array.from({ length: 8 }, () => {
    let g = 0;
    return trainOf(
      'up',
      Array.from({ length: 401 }, (_, n) => {
        g += n === 0 ? 0 : 1 / 400 + 0.002 * random.normal();
        return g + 0.005 * random.normal();
      }),
    );
  });
  const noise = noiseOfRepeats(cycles)!;
  expect(noise.c2cRange.low).toBeLessThan(0.002);
  expect(noise.c2cRange.high).toBeGreaterThan(0.002);
  expect(noise.c2cRange.value / 0.002).toBeCloseTo(1, 0);
  expect(noise.c2cStep.value / noise.c2cRange.value).toBeCloseTo(400, -2);
  expect(noise.readWriteRange.value / 0.005).toBeCloseTo(1, 1);
  expect(noiseOfRepeats(cycles.slice(0, 1))).toBeUndefined();
});

describe('a train that is exact', () => {
  const exact = (value: (n: number) => number, pulses: number) =>
    describeTrain(
      trainOf(
        'up',
        Array.from({ length: pulses + 1 }, (_, n) => value(n)),
      ),
    );

  test('has no outliers, however steep it begins, and one label', () => {
    for (const [pulses, tau] of [
      [12, 4],
      [12, 2],
      [30, 3],
      [50, 10],
    ]) {
      const rise = exact((n) => 1 + (9 * (1 - Math.exp(-n / tau))) / (1 - Math.exp(-pulses / tau)), pulses);
      expect(rise.outliers.at).toEqual([]);
      expect(rise.withoutOutliers).toBeUndefined();
      expect(rise.labels.free.A_pulses / tau).toBeCloseTo(1, 3);
    }
    // a glitch of the first read stays one
    const glitch = exact((n) => (n === 0 ? 6 : 1 + 9 * (1 - Math.exp(-n / 10))), 50);
    expect(glitch.outliers.at).toEqual([0]);
  });

  test('on a straight line is not said to have another shape', () => {
    expect(exact((n) => 1 + 0.1 * n, 49).warnings.join()).not.toContain('residuals follow');
  });
});
