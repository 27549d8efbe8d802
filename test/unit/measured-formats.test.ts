import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readMeasuredBytes } from '../../calibration/files/index.js';
import { columnOf, type MeasuredFile, settingOf } from '../../calibration/measured/index.js';

const read = (text: string, name = 'file.txt', answers = {}): Promise<MeasuredFile> =>
  readMeasuredBytes(new TextEncoder().encode(text), name, { answers });
const valuesOf = (file: MeasuredFile, series: number, role: Parameters<typeof columnOf>[1]): number[] =>
  Array.from(columnOf(file.series[series], role)?.values ?? []);

describe('formats that a reader of tables would misread', () => {
  it('EasyEXPERT: user names by the channels, stepped curves apart, compliance as censored, no newline at the end', async () => {
    const rows = [1, 2].flatMap((g) =>
      [0, 1, 2, 3, 4, 5].map((k) => `DataValue, ${k / 10}, ${Math.min(k * g * 1e-6, 8e-6)}, 0.5`),
    );
    const file = await read(
      [
        '',
        'SetupTitle, IV of mine',
        'TestParameter, Channel.VName, Up, Vg',
        'TestParameter, Channel.IName, Through, Ig',
        'TestParameter, Measurement.Primary.Compliance, 8E-06',
        'MetaData, TestRecord.RecordTime, 12/04/2022 08:42:23',
        'Dimension1, 6, 6, 6',
        'Dimension2, 2, 2, 2',
        'DataName, Up, Through, something',
        ...rows,
      ].join('\r\n'),
    );
    expect(file.format).toBe('Keysight EasyEXPERT');
    expect(file.questions).toEqual([]);
    expect(file.series.map(({ name, kind, lines }) => [name, kind, lines])).toEqual([
      ['curve 1', 'sweep', [10, 15]],
      ['curve 2', 'sweep', [16, 21]],
    ]);
    expect(valuesOf(file, 1, 'voltage_V')).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(valuesOf(file, 1, 'current_A').at(-1)).toBe(8e-6);
    expect(settingOf(file, 'compliance_A')).toBe(8e-6);
    expect(Array.from(file.series[1].censored ?? [])).toEqual([0, 0, 0, 0, 1, 1]);
    expect(file.series[0].censored).toBeUndefined();
  });

  it('ArC ONE: cells from W1B1, a curve tracer as a sweep with I = V/R, reads and pulses as a train, packed or not', async () => {
    const text = [
      'my session',
      'Mon Nov 23 16:20:00 2026',
      'Wordline,Bitline,Resistance,Amplitude (V),Pulse width (s),Tag,ReadTag,ReadVoltage',
      '1,1,10000,0.5,0,S R,S R2 V=0.5,0.5',
      '1,1,9000,1.2,0.0001,P,S R2 V=0.5,0.5',
      '1,2,5000,0.1,0,CT2_s,CT_0.1,0.1',
      '1,2,4000,0.2,0,CT2_i,CT_0.2,0.2',
      '1,2,3000,0.1,0,CT2_e,CT_0.1,0.1',
    ].join('\r\n');
    const packed = await readMeasuredBytes(gzipSync(text), 'session.csv.gz');
    for (const file of [await read(text, 'session.csv'), packed]) {
      expect(file.series.map(({ name, kind, cell }) => [name, kind, cell])).toEqual([
        ['W1B1', 'train', 'W1B1'],
        ['W1B2 CT2', 'sweep', 'W1B2'],
      ]);
      expect(valuesOf(file, 0, 'resistance_Ohm')).toEqual([10000, 9000]);
      expect(valuesOf(file, 1, 'current_A')).toEqual([0.1 / 5000, 0.2 / 4000, 0.1 / 3000]);
    }
  });

  it("NeuroSim's script: pulse numbers as they are, also fractions, and one question that may stay open", async () => {
    const file = await read(
      'exp_LTP_raw=[0\t1.5E-06\n0.5  2.5E-06\n1.714 3E-06];\n% remark\nexp_LTD_raw = [2 3e-6; 1, 2e-6; 0 1e-6];\nnf = 3;\n',
      'nonlinear_fit.m',
    );
    expect(file.series.map(({ name, kind, direction }) => [name, kind, direction])).toEqual([
      ['exp_LTP_raw', 'train', 'up'],
      ['exp_LTD_raw', 'train', 'down'],
    ]);
    expect(valuesOf(file, 0, 'pulse')).toEqual([0, 0.5, 1.714]);
    expect(valuesOf(file, 1, 'conductance_S')).toEqual([3e-6, 2e-6, 1e-6]);
    expect(file.questions.map(({ key, blocks }) => [key, blocks])).toEqual([['quantity', false]]);
  });

  it('CrossSim: bins, points of the distribution and steps, bin by bin', async () => {
    const file = await read(
      '1st Row = Gbins, 2nd Row = CDF Points\n 1e-4, 2e-4\n 0, 0.5, 1\n\n 1e-6, 2e-6\n 3e-6, 4e-6\n 5e-6, 6e-6\n',
    );
    expect(file.series[0].kind).toBe('step-table');
    expect(valuesOf(file, 0, 'conductance_S')).toEqual([1e-4, 1e-4, 1e-4, 2e-4, 2e-4, 2e-4]);
    expect(valuesOf(file, 0, 'probability')).toEqual([0, 0.5, 1, 0, 0.5, 1]);
    expect(valuesOf(file, 0, 'step_S')).toEqual([1e-6, 3e-6, 5e-6, 2e-6, 4e-6, 6e-6]);
  });

  it('a digitised curve: scaled by all ticks, their residual told, the placeholder axis asked for and then taken', async () => {
    const text =
      '# x_min=0.0\n# x_max=100.0\n# y_tick=100,4.0\n# y_tick=200,2.1\n# y_tick=300,0.0\nX_value,Y_value,Pixel_X,Pixel_Y\n10,9,1,100\n20,9,2,200\n30,9,3,300\n40,9,4,250\n';
    const asked = await read(text);
    expect(asked.questions.map(({ key, blocks }) => [key, blocks])).toEqual([['xUnit', true]]);
    // least squares through (100, 4), (200, 2.1), (300, 0): 6.0333 − 0.02 p; the middle tick is off by 0.0667
    expect(asked.remarks.join()).toContain('0.0667');
    const told = await read(text, 'c.csv', { xUnit: 'V', yUnit: 'uA', xRange: '0,2' });
    expect(told.questions).toEqual([]);
    expect(valuesOf(told, 0, 'voltage_V').map((v) => Number(v.toFixed(9)))).toEqual([0.2, 0.4, 0.6, 0.8]);
    expect(valuesOf(told, 0, 'current_A').map((i) => Number((i * 1e6).toFixed(4)))).toEqual([
      4.0333, 2.0333, 0.0333, 1.0333,
    ]);
  });

  it('an old Tektronix: settings beside the samples', async () => {
    const side = [
      'Record Length,81',
      'Sample Interval,4e-6',
      'Source,CH1',
      'Vertical Units,V',
      'Horizontal Units,s',
      ',',
    ];
    const file = await read(side.map((cells, k) => `${cells},,${k * 4e-6}, ${k / 10},`).join('\n'));
    expect(file.series[0].kind).toBe('waveform');
    expect(valuesOf(file, 0, 'time_s').map((t) => Math.round(t * 1e9))).toEqual([
      0, 4000, 8000, 12_000, 16_000, 20_000,
    ]);
    expect(valuesOf(file, 0, 'voltage_V')).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  it('a Clarius cycle export: a group a test, empty ones left out, the footer no row', async () => {
    const file = await read(
      `\ufeffCycle,SET#1,SET#1,SET#1,EMPTY#1,EMPTY#1,RESET#1,RESET#1,RESET#1,RESET#1\nIndex,ILRS,VSET,RATIO,ILRS,VSET,ILRS,VRESET,AI,Time\n${[1, 2, 3, 4, 5].map((k) => `${k},${k}e-5,1.${k},9,,,${k}e-6,0.${k}`).join('\n')}\nSubsite Name,reram\nTotal Cycles,1000\nTotal Execution Time:,00:14:54:41\n`,
    );
    expect(file.series.map(({ name, kind }) => [name, kind])).toEqual([
      ['SET#1', 'endurance'],
      ['RESET#1', 'endurance'],
    ]);
    expect(valuesOf(file, 0, 'lowResistanceCurrent_A')).toEqual([1e-5, 2e-5, 3e-5, 4e-5, 5e-5]);
    expect(valuesOf(file, 1, 'resetVoltage_V')).toEqual([0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  it('binary files name the way to text', async () => {
    const bytes = Uint8Array.from([0x54, 0x44, 0x53, 0x6d, 0, 0, 0, 1, 2, 3, 0, 0, 0]);
    await expect(readMeasuredBytes(bytes, 'run.tdms')).rejects.toThrow(
      /run.tdms: this is LabVIEW TDMS; .*to_csv/,
    );
  });
});
