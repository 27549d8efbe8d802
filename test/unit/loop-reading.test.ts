import { describe, expect, it } from 'vitest';
import {
  drivenRange,
  frequencyOf,
  goodnessOf,
  type LoopData,
  loopsOf,
  marksOf,
  OPENS,
  periodsOf,
  shareLeft,
  singleValuedCost,
  timesOf,
  turned,
} from '../../calibration/dynamics/index.js';
import { readMeasuredBytes } from '../../calibration/files/index.js';

const sine = (samples: number, periods = 1) =>
  Float64Array.from({ length: samples }, (_, i) => Math.sin((2 * Math.PI * i * periods) / samples));

/** A file of columns headed with their units. */
async function fileOf(head: string, rows: readonly (readonly (string | number)[])[], name = 'a.csv') {
  const text = [head, ...rows.map((row) => row.join(',')), ''].join('\n');
  return await readMeasuredBytes(new TextEncoder().encode(text), name);
}

describe('a loop without a column of times', () => {
  it('has them by its frequency where its samples are whole periods', () => {
    const times = timesOf(sine(200, 2), { frequency_Hz: 10 }, 'a');
    expect(times[100]).toBeCloseTo(0.1, 12);
  });

  it('is asked for the rate of its samples where they are not', () => {
    const cut = sine(200).subarray(0, 140);
    expect(() => timesOf(cut, { frequency_Hz: 10 }, 'a.csv')).toThrow(
      /a\.csv: the voltage begins at .* ends at .*no whole periods.*--answer rate=/,
    );
    expect(timesOf(cut, { rate_Hz: 2000 }, 'a')[139]).toBeCloseTo(139 / 2000, 12);
  });
});

it('says so where times and the frequency that is told do not go together', async () => {
  const v = sine(100);
  const rows = Array.from(v, (u, i) => [i * 1e-3, u, u * 1e-4]);
  const file = await fileOf('time (s),voltage (V),current (A)', rows);
  const said = (frequency_Hz: number) =>
    loopsOf(
      { ...file, settings: [{ name: 'frequency_Hz', value: frequency_Hz, from: 'answers' }] },
      { series_ohm: 0 },
    ).remarks.join('\n');
  expect(said(10)).toBe('');
  expect(said(100)).toMatch(/goes round at 10\.0 Hz, and its name or an answer says 100 Hz/);
});

it('leaves out the first current after a change of the ammeter’s range, and says so', async () => {
  const file = await fileOf(
    'time (s),voltage (V),current (A)',
    Array.from(sine(100), (u, i) => [i * 1e-3, u, u * 1e-4]),
  );
  const [series] = file.series;
  const currentRanges = [
    { row: 1, range: '10 µA' },
    { row: 31, range: '100 µA' },
  ];
  const ranged = { ...file, series: [{ ...series, currentRanges }] };
  const { loops, remarks } = loopsOf(ranged, { series_ohm: 0 });
  expect(Array.from(loops[0].fitted.subarray(28, 33))).toEqual([1, 1, 0, 1, 1]);
  expect(remarks.join()).toMatch(/changed its range 1 times/);
});

it('says where samples are too few for a smooth voltage, and for pulses', async () => {
  const remarksOf = async (volts: Float64Array, step_s: number): Promise<string> => {
    const rows = Array.from(volts, (u, i) => [i * step_s, u, u * 1e-4]);
    return loopsOf(await fileOf('time (s),voltage (V),current (A)', rows), {
      series_ohm: 0,
    }).remarks.join('\n');
  };
  expect(await remarksOf(sine(40, 4), 1e-3)).toMatch(/between its samples the voltage is known to about/);
  expect(await remarksOf(sine(100), 1e-3)).toBe('');
  const pulses = Float64Array.from({ length: 120 }, (_, i) => (i % 30 < 6 ? 1 : i % 30 < 15 ? 0 : -1));
  expect(await remarksOf(pulses, 1e-3)).toMatch(/shortest pulse is 6 samples long.*17 %/);
});

describe('the current of a loop', () => {
  const head = 'time (s),voltage (V),current (A)';
  /** 100 µS, and 500 µS on every way back of positive voltages; the instrument holds what `limit` gives it. */
  const read = async (
    limit: (i: number) => number,
    circuit = {},
    settings: readonly { name: 'compliance_A'; value: number; from: 'file' }[] = [],
  ) => {
    const v = sine(200, 2);
    const cell = (u: number, k: number) => u * (u > 0 && k % 100 > 25 ? 5e-4 : 1e-4);
    const rows = Array.from(v, (u, k) => [k * 1e-3, u, limit(cell(u, k))]);
    const file = await fileOf(head, rows);
    const { loops, remarks } = loopsOf({ ...file, settings }, { series_ohm: 0, ...circuit });
    return {
      loop: loops[0],
      remarks: [...file.remarks, ...remarks].join('\n'),
      held: loops[0].fitted.filter((is) => !is).length,
    };
  };

  it('that is measured at the other terminal, or without its sign, is taken with the voltage', async () => {
    const plain = (await read((i) => i)).loop.current_A;
    for (const [signs, said] of [
      [(i: number) => -i, /opposite sign.*turned/],
      [Math.abs, /without its sign/],
    ] as const) {
      const { loop, remarks } = await read(signs);
      expect(loop.current_A.map((i) => i + 0)).toEqual(plain);
      expect(remarks).toMatch(said);
    }
  });

  it('that stays at a top which nobody stated is held there, in that direction alone', async () => {
    const top_A = 2.17e-4;
    const still = await read((i) => Math.min(i, top_A));
    expect(still.remarks).toMatch(/stay at 0\.0002170 A while the voltage changes/);
    expect(still.loop.circuit.compliance_A).toBe(top_A);
    const noisy = (i: number): number => Math.min(i, top_A) * (1 + 2e-3 * Math.sin(1e8 * i));
    const { loop, remarks, held } = await read(noisy);
    expect(remarks).toMatch(/stays at 217 µA while the voltage runs on/);
    expect(loop.circuit.compliance_A).toBeCloseTo(top_A, 6);
    expect(loop.circuit.complianceNegative_A).toBe(Number.POSITIVE_INFINITY);
    // every point that the limit cut, those below their highest in its noise as well
    expect(held).toBe(still.held);
    // seen from the other side the limit is of negative currents
    expect(turned(loop).circuit).toEqual({
      series_ohm: 0,
      compliance_A: Number.POSITIVE_INFINITY,
      complianceNegative_A: loop.circuit.compliance_A,
    });
  });

  it('that goes beyond a limit in one direction is held in the other; in both, the limit was meant otherwise', async () => {
    const one = await read((i) => Math.max(i, -8e-5), { compliance_A: 8e-5 });
    expect(one.loop.circuit).toMatchObject({
      compliance_A: Number.POSITIVE_INFINITY,
      complianceNegative_A: 8e-5,
    });
    // 100 µS: what lies within 1 % of the limit is held, and nothing below
    const near = sine(200, 2).filter((u) => u <= -0.99 * 0.8).length;
    expect(one.held).toBe(near);
    expect(one.remarks).toMatch(/positive currents go to .* beyond the current limit of 80\.0 µA/);
    await expect(read((i) => i, { compliance_A: 1e-6 })).rejects.toThrow(
      /beyond the current limit of 1\.00 µA: was it meant in another unit\?/,
    );
    const file = await read((i) => i, {}, [{ name: 'compliance_A', value: 1e-6, from: 'file' }]);
    expect([file.loop.circuit, file.held]).toEqual([{ series_ohm: 0 }, 0]);
    expect(file.remarks).toMatch(/its file names: it is not counted/);
  });

  it('that is no cell’s is asked about: columns may be exchanged', async () => {
    expect((await read((i) => i)).remarks).not.toMatch(/exchanged/);
    expect((await read((i) => 1e5 * i)).remarks).toMatch(
      /less than leads and contacts have: are voltage and current/,
    );
  });

  it('of 0 throughout is nothing to fit', async () => {
    await expect(read(() => 0)).rejects.toThrow(/its current is 0 at every point/);
  });
});

it('is driven at the frequency that its voltage goes round at, however many periods there are', () => {
  const volts = sine(200, 4);
  const drive_V = Float64Array.of(...volts, volts[0]);
  // four periods and the first sample once more: 200 steps
  const times_s = timesOf(drive_V, { frequency_Hz: 10 }, 'a');
  expect(times_s[200]).toBeCloseTo(0.4, 12);
  expect(frequencyOf({ drive_V, times_s })).toBeCloseTo(10, 12);
  expect(frequencyOf({ drive_V, times_s, frequency_Hz: 9.9 })).toBe(9.9);
  // the times are what is fitted
  expect(frequencyOf({ drive_V, times_s, frequency_Hz: 1000 })).toBeCloseTo(10, 12);
  expect(drivenRange([{ drive_V, times_s } as LoopData]).slowest_Hz).toBeCloseTo(10, 12);
});

it('has an area and a slope although a current was not read', () => {
  // out at 1 S and back at 2 S between 0 and 1 V: ½·(2 − 1)·1 V²; a triangle keeps its area without the corner in the middle of a side
  const volts = Float64Array.of(0, 0.5, 1, 1, 0.5, 0);
  const amps = Float64Array.of(0, 0.5, 1, 2, 1, 0);
  const marks = (lost?: number) =>
    marksOf(
      volts,
      amps.map((i, k) => (k === lost ? Number.NaN : i)),
    );
  for (const lost of [undefined, 1, 4]) {
    expect(marks(lost).area_VA).toBeCloseTo(0.5, 12);
    expect(marks(lost).lowResistanceSlope_S).toBe(2);
  }
});

it('opens where no curve of one current for every voltage leaves little of it', () => {
  const drive_V = sine(200);
  const loop = (current_A: Float64Array) =>
    ({ drive_V, current_A, fitted: drive_V.map(() => 1), circuit: { series_ohm: 0 } }) as unknown as LoopData;
  const left = (data: LoopData) => shareLeft(data, singleValuedCost(data));
  expect(left(loop(drive_V.map((v) => 1e-4 * v + 3e-5 * v ** 5)))).toBeLessThan(1e-9);
  // V and its quadrature: half of the variance each, and no curve of V follows the second
  const round = loop(drive_V.map((v, k) => v + Math.cos((2 * Math.PI * k) / 200)));
  expect(left(round)).toBeCloseTo(0.5, 6);
  expect(left(round)).toBeGreaterThan(OPENS);
});

it('follows a loop by the points that are fitted alone', () => {
  const loop = {
    current_A: Float64Array.of(1, 2, 3, 4, 100),
    fitted: Uint8Array.of(1, 1, 1, 1, 0),
  } as unknown as LoopData;
  // Σ residual² = 4·0.25 = 1, Σ (I − 2.5)² = 5
  expect(goodnessOf(loop, Float64Array.of(1.5, 1.5, 3.5, 3.5, 0))).toEqual({ r2: 0.8, rmse_A: 0.5, n: 4 });
});

it('counts periods of rising amplitudes, and none of noise about zero', () => {
  const volts = (amplitude: (t: number) => number, noise = 0) =>
    Float64Array.from({ length: 600 }, (_, k) => {
      const t = (k + 0.5) / 200;
      return amplitude(t) * Math.sin(2 * Math.PI * t) + noise * Math.sin(977 * k);
    });
  expect(periodsOf(volts((t) => 0.3 * (1 + Math.floor(t))))).toBe(3);
  expect(periodsOf(volts(() => 1, 0.05))).toBe(3);
});
