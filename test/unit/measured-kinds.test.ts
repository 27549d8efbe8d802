import { describe, expect, it } from 'vitest';
import { loopFeatures, noiseFeatures } from '../../calibration/features/index.js';
import { readMeasuredBytes } from '../../calibration/files/index.js';
import { columnOf, type MeasuredFile } from '../../calibration/measured/index.js';
import { trainLabels, trainsOf } from '../../calibration/trains/index.js';
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

describe('times as dates', () => {
  const resistance = (k: number) => (5100 + 7 * k).toFixed(1);
  const two = (n: number) => String(n).padStart(2, '0');
  it.each([
    ['day first, by points', (k: number) => `28.02.2024 23:${two(40 + k)}:30`],
    ['year first', (k: number) => `2023-07-0${1 + Math.floor(k / 12)} ${two((2 * k) % 24)}:00:00`],
    ['months first, as a day beyond 12 says', (k: number) => `11/23/2022 1:${two(k)}:05 PM`],
  ])('%s are seconds from the first row', async (_, stamp) => {
    const file = await read(rows('Timestamp,R (Ohm)', 14, (k) => [stamp(k), resistance(k)]));
    expect(kinds(file)).toEqual(['retention']);
    expect(asked(file)).toEqual([]);
    const time = columnOf(file.series[0], 'time_s')?.values ?? [];
    expect([time[0], time[3] / 3]).toEqual([0, stamp(0).startsWith('2023') ? 7200 : 60]);
    expect(file.remarks.join()).toContain('dates, taken as seconds');
  });

  it('of which nobody knows whether days or months come first are not used', async () => {
    const file = await read(rows('Time,R (Ohm)', 9, (k) => [`0${k + 1}/05/2024 12:00:00`, resistance(k)]));
    expect(columnOf(file.series[0], 'time_s')).toBeUndefined();
  });
});

it('decimal commas of three digits beside a thousand without a mark are told, not asked about', async () => {
  const text = `N;I_ON (µA);I_OFF (nA)\n${Array.from({ length: 1100 }, (_, k) => `${k + 1};${41 + (k % 30)},${217 + (k % 500)};${3 + (k % 5)},${611 - (k % 300)}`).join('\n')}\n`;
  const file = await read(text);
  expect(asked(file)).toEqual([]);
  expect(columnOf(file.series[0], 'lowResistanceCurrent_A')?.values[0]).toBeCloseTo(41.217e-6, 12);
  expect(file.remarks.join()).toMatch(/decimal marks: 1000 stands without one/);
});

it('a summary, one row a file or device, is no endurance of one cell and asks nothing', async () => {
  const of = (header: string, row: (k: number) => readonly (number | string)[]) =>
    read(rows(header, 24, row));
  const states = await of('filename,i_on_A,i_off_A', (k) => [
    `run ${k >> 1} of chip 2.csv`,
    2e-5 * (k + 1),
    3e-9,
  ]);
  const one = await of('devID,area,R5', (k) => [`B${k}`, 4, 900 * (k + 1)]);
  for (const file of [states, one]) {
    expect(kinds(file)).toEqual(['unknown']);
    expect(asked(file)).toEqual([]);
    expect(file.remarks.join()).toMatch(/a table of results, one row for each (filename|devID)/);
  }
  const cycles = await of('cycle,i_on_A,i_off_A', (k) => [k + 1, 2e-5, 3e-9]);
  expect(kinds(cycles)).toEqual(['endurance']);
});

it('beside a terminal that is swept, one left open makes no train', async () => {
  const random = new RandomStream(10, 'open terminal');
  const file = await read(
    rows('t,V0,I0,V1,I1', 120, (k) => [
      0.2 * k,
      (-k / 120).toFixed(4),
      (-2e-6 * (k / 120) ** 2).toExponential(6),
      (0.11 + 0.04 * random.normal()).toFixed(5),
      (3e-11 * random.normal()).toExponential(4),
    ]),
  );
  expect(kinds(file)).toEqual(['sweep']);
  expect(file.remarks.join()).toContain('not used, as their voltage is not swept: V1, I1');
});

it('current and voltage without headings: the answer suggested has the larger one as the voltage', async () => {
  const { questions } = await read(loop_V.map((v, k) => `${loop_A[k]},${v}`).join('\n'));
  expect(questions.map(({ flag }) => flag)).toEqual(['--answer columns=current_A,voltage_V']);
});

it('a glitch of one point sets no V_set, and is named', async () => {
  const volts = [
    ...Array.from({ length: 31 }, (_, k) => k / 20),
    ...Array.from({ length: 60 }, (_, k) => (29 - k) / 20),
    ...Array.from({ length: 30 }, (_, k) => (k - 29) / 20),
  ];
  let on = false;
  const text = rows('V (V),I (A)', volts.length, (k) => {
    if (k < 45 && volts[k] >= 1.05) on = true;
    if (k > 45 && volts[k] <= -0.9) on = false;
    const glitch = k === 9 ? 400 : 1;
    return [volts[k], (glitch * volts[k]) / (on ? 2100 : 1.7e5)];
  });
  const [cell] = loopFeatures(await read(text));
  expect([cell.verdict.name, cell.cycles[0].set?.at_V]).toEqual(['bipolar', 1.05]);
  expect(cell.remarks.join()).toContain('one point stands alone, ten times off both neighbours');
});

it('an off state that drowns in noise is no row of glitches: every set is found', async () => {
  const random = new RandomStream(12, 'floor');
  const volts = Array.from({ length: 361 }, (_, k) => {
    const at = k % 120;
    return (at <= 30 ? at : at <= 90 ? 60 - at : at - 120) / 20;
  });
  let on = false;
  const text = rows('V (V),I (A)', volts.length, (k) => {
    if (volts[k] >= 1.1) on = true;
    if (volts[k] <= -1.1) on = false;
    return [volts[k], (volts[k] / (on ? 1500 : 2e8) + 1.5e-9 * random.normal()).toExponential(5)];
  });
  const [cell] = loopFeatures(await read(text));
  expect(cell.cycles.map(({ set }) => set?.at_V)).toEqual([1.1, 1.1, 1.1]);
  expect(cell.remarks.join()).not.toContain('glitch');
});

describe('reads at rest', () => {
  const random = new RandomStream(11, 'rests');
  const noisy = (state: number) => Number((state + 0.08 * random.normal()).toFixed(4));
  const up = (n: number) => 2 + (14 * -Math.expm1(-n / 18)) / -Math.expm1(-50 / 18);
  const down = (n: number) => 16 - (14 * -Math.expm1(-n / 13)) / -Math.expm1(-50 / 13);
  const pulsed = (way: (n: number) => number) => Array.from({ length: 50 }, (_, k) => noisy(way(k + 1)));
  const rest = (state: number) => Array.from({ length: 16 }, () => noisy(state));
  const label = async (states: readonly number[]) =>
    trainLabels(await read(rows('Pulse,G (uS)', states.length, (k) => [k + 1, states[k]])));

  it('before each train are left out of it, and its label is that of the pulses', async () => {
    const { cells, remarks } = await label([...rest(2), ...pulsed(up), ...rest(16), ...pulsed(down)]);
    expect(remarks.join()).toMatch(/3\d reads at rest/);
    const [{ labels, points }] = cells[0].up;
    expect(Math.abs(points - 51)).toBeLessThanOrEqual(1);
    const [bare] = (await label([...pulsed(up), ...pulsed(down)])).cells[0].up;
    expect(labels.free.label).toBeCloseTo(bare.labels.free.label, 0);
  });

  it('are none where a cell starts slowly, or has come to its end', async () => {
    const slow = Array.from({ length: 90 }, (_, k) => noisy(2 + 14 / (1 + Math.exp((45 - k) / 8))));
    const full = Array.from({ length: 90 }, (_, k) => noisy(2 + 14 * -Math.expm1(-k / 7)));
    for (const states of [slow, full]) {
      const { cells, remarks } = await label(states);
      expect(remarks.join()).not.toContain('at rest');
      expect(cells[0].up[0].points).toBe(90);
    }
  });
});

describe('trains that stand in rows, one a line', () => {
  const falls = Array.from({ length: 14 }, (_, k) => (8e-7 * 0.7 ** k).toExponential(4));
  const rises = Array.from({ length: 11 }, (_, k) => (5e-9 + 7e-8 * k).toExponential(4));

  it('are read with their cells; what the conductance does says which way the pulses drive', async () => {
    const lines = ['(A1, 0, 2)', '(A1, 0, 3)'].flatMap((cell) => [
      `${cell},tprog=0.001,Gprog, ${falls.join(', ')}`,
      `${cell},terase=0.002,Gerase, ${rises.join(', ')},`,
    ]);
    const file = await read(lines.join('\n'));
    expect(file.series.map(({ kind, direction, cell }) => [kind, direction, cell])).toEqual([
      ['train', 'down', '(A1,0,2)'],
      ['train', 'up', '(A1,0,2)'],
      ['train', 'down', '(A1,0,3)'],
      ['train', 'up', '(A1,0,3)'],
    ]);
    expect(columnOf(file.series[1], 'conductance_S')?.values[2]).toBe(1.45e-7);
    expect(asked(file)).toEqual([]);
    const { cells } = trainLabels(file);
    expect(cells.map(({ up, down }) => [up.length, down.length])).toEqual([
      [1, 1],
      [1, 1],
    ]);
  });

  it('again and again are repetitions of one cell', async () => {
    const once = [`Gprog; ${falls.join('; ')}`, `Gerase; ${rises.join('; ')}`];
    const file = await read(['chip 7, cell 3', ...once, ...once, ...once].join('\n'));
    expect(file.series.map(({ cycle }) => cycle)).toEqual([1, 1, 2, 2, 3, 3]);
    const { cells } = trainLabels(file);
    expect(cells.map(({ up, down }) => [up.length, down.length])).toEqual([[3, 3]]);
  });
});
