import { describe, expect, it } from 'vitest';
import { readMeasuredBytes } from '../../calibration/files/index.js';
import { columnOf, type MeasuredFile } from '../../calibration/measured/index.js';

const read = (text: string, name = 'scope.csv'): Promise<MeasuredFile> =>
  readMeasuredBytes(new TextEncoder().encode(text), name);
const samples = Array.from({ length: 20 }, (_, k) => 0.25 * (k % 4));

describe('exports of oscilloscopes', () => {
  it('Rigol: Start and Increment make the time, the second line the units', async () => {
    const file = await read(
      `X,CH1,CH2,Start,Increment,\r\nSequence,Volt,Volt,-1.000000e-03,4.000000e-07\r\n${samples.map((v, k) => `${k},${v.toExponential(2)},${-v},,\r\n`).join('')}`,
    );
    expect([file.format, file.questions]).toEqual(['Rigol oscilloscope', []]);
    const [{ kind, columns, lines }] = file.series;
    expect([kind, columns.map(({ name, role }) => [name, role]), lines]).toEqual([
      'waveform',
      [
        ['time', 'time_s'],
        ['CH1', 'voltage_V'],
        ['CH2', 'voltage_V'],
      ],
      [3, 22],
    ]);
    expect(columns[0].values[3]).toBeCloseTo(-9.988e-4, 12);
    expect(Array.from(columns[1].values)).toEqual(samples);
  });

  it('LeCroy: Time and Ampl after the segments', async () => {
    const file = await read(
      `LECROYWR64Xi,12345,Waveform\nSegments,1,SegmentSize,20\nSegment,TrigTime,TimeSinceSegment1\n#1,01-Jan-2020 10:11:12,0\nTime,Ampl\n${samples.map((v, k) => `${k}e-9,${v}\n`).join('')}`,
    );
    expect([file.format, file.questions, file.series[0].kind]).toEqual([
      'LeCroy oscilloscope',
      [],
      'waveform',
    ]);
    expect(Array.from(columnOf(file.series[0], 'voltage_V')?.values ?? [])).toEqual(samples);
    expect(columnOf(file.series[0], 'time_s')?.values[7]).toBe(7e-9);
  });

  it('Siglent: settings above, names over seconds and volts', async () => {
    const file = await read(
      `Record Length,Analog:20\nSample Interval,2.000000000E-09\nVertical Units,V,V\nVertical Scale,0.5,0.5\nHorizontal Units,s\nModel Number,SDS1104X-E\nSource,CH1,CH2\nSecond,Volt,Volt\n${samples.map((v, k) => `${(k * 2e-9).toExponential(9)},${v},${-v}\n`).join('')}`,
    );
    expect([file.questions, file.series[0].kind]).toEqual([[], 'waveform']);
    expect(columnOf(file.series[0], 'time_s')?.values[5]).toBeCloseTo(1e-8, 15);
    expect(file.series[0].columns.map(({ role }) => role)).toEqual(['time_s', 'voltage_V', 'voltage_V']);
  });
});
