import { describe, expect, it } from 'vitest';
import { noiseFeatures } from '../../calibration/features/index.js';
import { readMeasuredBytes } from '../../calibration/files/index.js';
import { columnOf, type MeasuredFile } from '../../calibration/measured/index.js';
import { trainsOf } from '../../calibration/trains/index.js';
import { RandomStream } from '../../core/index.js';
import { loop_A, loop_V } from './measured-texts.js';

const read = (text: string, name = 'file.csv', answers = {}): Promise<MeasuredFile> =>
  readMeasuredBytes(new TextEncoder().encode(text), name, { answers });
const rows = (header: string, n: number, row: (k: number) => readonly (number | string)[]): string =>
  `${header}\n${Array.from({ length: n }, (_, k) => row(k).join(',')).join('\n')}\n`;
const kinds = ({ series }: MeasuredFile) => series.map(({ kind }) => kind);
const asked = ({ questions }: MeasuredFile) =>
  questions.map(({ key, blocks }) => `${key}${blocks ? '!' : ''}`);

describe('a state over time', () => {
  it('read by a coarse converter is noise, and the converter is named; it is no train of pulses', async () => {
    const random = new RandomStream(7, 'coarse');
    // 3 nA of noise about 2.4 µA, in steps of 4 nA
    const text = rows('Time (s),I (A)', 6000, (k) => [
      (k * 2e-3).toFixed(3),
      (4e-9 * Math.round(600 + 0.75 * random.normal())).toExponential(6),
    ]);
    const file = await read(text);
    expect(kinds(file)).toEqual(['noise']);
    expect(noiseFeatures(file)[0].remarks.join()).toMatch(/steps of 4\.00 nA, 1\.\d σ: the converter's/);
  });

  it('that goes away steadily is retention, however evenly and quickly it was read; noise that wanders is not', async () => {
    const random = new RandomStream(8, 'goes away');
    const drifting = (name: string) =>
      read(
        rows('Time (s),G (uS)', 420, (k) => [k + 1, 12 * (k + 1) ** -0.04 * (1 + 0.002 * random.normal())]),
        name,
      );
    expect(kinds(await drifting('a7.csv'))).toEqual(['retention']);
    let walk = 0;
    const wandering = rows('Time (s),G (uS)', 420, (k) => {
      walk = 0.97 * walk + random.normal();
      return [k + 1, 12 + 0.01 * (walk + random.normal())];
    });
    expect(kinds(await read(wandering))).toEqual(['noise']);
  });

  it('over decades of time is retention, whatever word its name holds', async () => {
    const text = rows('Time (s),R (Ohm)', 70, (k) => [10 ** (k / 17), 8e4 * 10 ** (-k / 400)]);
    for (const name of ['x.csv', 'denoised.csv', 'low_noise_run.csv'])
      expect(kinds(await read(text, name)), name).toEqual(['retention']);
  });

  it('called noise that drifts is told so, with σ about the drift', async () => {
    const random = new RandomStream(9, 'drift');
    const text = rows('time (s),I (nA)', 2000, (k) => [k / 50, 200 + 0.03 * k + 0.7 * random.normal()]);
    const [noise] = noiseFeatures(await read(text, 'noise_3.csv'));
    expect(noise.remarks.join()).toMatch(
      /drifts by (59|60)\.\d nA .* 99 % of the variance.*straight line σ is (6[89]|7[012])\d pA/,
    );
  });
});

describe('units that cannot be', () => {
  const loop = (header: string, volts: number, amps: number) =>
    rows(header, loop_V.length, (k) => [loop_V[k] * volts, loop_A[k] * amps]);

  it('a power of ten in a heading is read, on the side where a cell can be', async () => {
    for (const [header, amps] of [
      ['V (V),I x 1e6 (A)', 1e6],
      ['V (V),I × 10^6 (A)', 1e6],
      ['V (V),I*1e-6 (A)', 1e6],
    ] as const) {
      const file = await read(loop(header, 1, amps));
      expect(asked(file), header).toEqual([]);
      expect(columnOf(file.series[0], 'current_A')?.values[5], header).toBeCloseTo(loop_A[5], 15);
    }
    const train = await read(rows('pulse,G x 1e-6 (S)', 40, (k) => [k + 1, 3 + 0.2 * k]));
    expect(columnOf(train.series[0], 'conductance_S')?.values[5]).toBeCloseTo(4e-6, 15);
    // 470 Ω times a thousand, or 470 kΩ over a thousand: nobody knows
    const both = await read(
      rows('Time (s),R x 1e3 (Ohm)', 40, (k) => [k, 47_000 + k]),
      'retention.csv',
    );
    expect(asked(both)).toEqual(['resistanceUnit!']);
  });

  it('kiloamperes and kilovolts as headed are asked about; an answer settles it', async () => {
    const amperes = loop('V (V),I (A)', 1, 1e6);
    expect(asked(await read(amperes))).toEqual(['currentUnit!']);
    const told = await read(amperes, 'file.csv', { currentUnit: 'uA' });
    expect(asked(told)).toEqual([]);
    expect(columnOf(told.series[0], 'current_A')?.values[5]).toBeCloseTo(loop_A[5], 15);
    expect(asked(await read(loop('V (V),I (A)', 1000, 1)))).toEqual(['voltageUnit!']);
    expect(asked(await read(rows('pulse,G (S)', 40, (k) => [k + 1, 3 + 0.2 * k])))).toEqual([
      'conductanceUnit!',
    ]);
    expect(asked(await read(loop('V (mV),I (uA)', 1000, 1e6)))).toEqual([]);
  });
});

it('a ramp of pulse widths is no train of identical pulses; two widths of two polarities are', async () => {
  const ramp = await read(
    rows('pulse,width (us),G (uS)', 24, (k) => [k + 1, (0.2 * 1.25 ** k).toPrecision(4), 2 + 0.4 * k]),
  );
  const { trains, refused } = trainsOf(ramp);
  expect(trains).toEqual([]);
  expect(refused[0].reason).toMatch(/^pulses are 200 ns to 33\.\d µs wide: no identical pulses, so no NL/);
  const two = await read(
    rows('pulse,amplitude (V),width (us),G (uS)', 48, (k) => [
      k + 1,
      k < 24 ? 1.1 : -1.4,
      k < 24 ? 10 : 30,
      k < 24 ? 2 + 0.4 * k : 11.6 - 0.4 * (k - 24),
    ]),
  );
  expect(trainsOf(two).trains.map(({ direction }) => direction)).toEqual(['up', 'down']);
});
