import { describe, expect, it } from 'vitest';
import { loopsOf, timesOf } from '../../calibration/dynamics/index.js';
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
