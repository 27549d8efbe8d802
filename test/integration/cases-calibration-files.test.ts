import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMeasuredFile } from '../../calibration/files/index.js';
import { type ColumnRole, columnOf, type MeasuredFile, settingOf } from '../../calibration/measured/index.js';

// Files that instruments wrote, with right answers of others. They are not in the repository.
const data = process.env.OHMPROP_DATA ?? '';
const cases = join(data, 'cases', 'calibration');
const formats = join(data, 'formats');

const values = ({ series }: MeasuredFile, role: ColumnRole, at = 0): number[] =>
  Array.from(columnOf(series[at], role)?.values ?? []);
const rangeOf = (all: readonly number[]) => [Math.min(...all), Math.max(...all)];
const expected = (folder: string) => JSON.parse(readFileSync(join(cases, folder, 'expected.json'), 'utf8'));
const blocking = ({ questions }: MeasuredFile) =>
  questions.filter(({ blocks }) => blocks).map(({ key }) => key);

describe.skipIf(data === '' || !existsSync(cases))('cases of calibration (need OHMPROP_DATA)', () => {
  it('B1: nine columns, semicolons and decimal commas; the measured voltage used, the applied one kept', async () => {
    const wanted = expected('B1-decimal-comma');
    const file = await readMeasuredFile(join(cases, 'B1-decimal-comma', 'autolab.txt'));
    expect(file.questions).toEqual([]);
    expect(values(file, 'voltage_V')).toHaveLength(wanted.rows);
    expect(rangeOf(values(file, 'voltage_V'))).toEqual(wanted.V_measured);
    expect(rangeOf(values(file, 'appliedVoltage_V'))).toEqual(wanted.V_applied);
    expect(rangeOf(values(file, 'current_A'))).toEqual(wanted.I);
    expect(file.series[0].currentRanges?.map(({ row, range }) => [row, range])).toEqual(
      wanted.current_ranges_from_row,
    );
  });

  it('B2: names by blanks, rows by tabs', async () => {
    const wanted = expected('B2-a-resistor');
    const file = await readMeasuredFile(join(cases, 'B2-a-resistor', '10-FS-1.5v-0.05sv-0.05sd.txt'));
    expect([file.series[0].kind, file.questions, values(file, 'current_A').length]).toEqual([
      'sweep',
      [],
      wanted.rows,
    ]);
    expect(rangeOf(values(file, 'voltage_V'))).toEqual(wanted.V_range);
  });

  it('A2, A3, A4, A5: pulse numbers as they are, every pulse', async () => {
    for (const [folder, name, points] of [
      ['A2-window-mismatch', 'pasted.m', [50, 50]],
      ['A3-periodic-artefact', 'pasted.m', [60, 60]],
      ['A4-narrow-window', 'pasted.m', [48, 48]],
      ['A5-fractional-pulse-numbers', 'raw.tsv', expected('A5-fractional-pulse-numbers').points],
    ] as const) {
      const file = await readMeasuredFile(join(cases, folder, name));
      expect(blocking(file), folder).toEqual([]);
      expect(
        file.series.map(({ direction, kind }) => [direction, kind]),
        folder,
      ).toEqual([
        ['up', 'train'],
        ['down', 'train'],
      ]);
      expect(
        [0, 1].map((at) => values(file, 'pulse', at).length),
        folder,
      ).toEqual(points);
    }
    const { LTP, LTD } = expected('A2-window-mismatch');
    const mismatch = await readMeasuredFile(join(cases, 'A2-window-mismatch', 'pasted.m'));
    expect(rangeOf(values(mismatch, 'conductance_S'))).toEqual([LTP.min, LTP.max]);
    expect(rangeOf(values(mismatch, 'conductance_S', 1))).toEqual([LTD.min, LTD.max]);
  });

  it('C2: five series of noise and their rate', async () => {
    const file = await readMeasuredFile(join(cases, 'C2-noise-series', 'five_cells_400Hz.csv'));
    expect(file.series.map(({ kind, columns }) => [kind, columns[0].values.length])).toEqual(
      Array(5).fill(['noise', 4000]),
    );
    expect(settingOf(file, 'rate_Hz')).toBe(400);
  });

  it('C3: a workbook without headings is asked about; told, it is a train at its read voltage', async () => {
    const path = join(cases, 'C3-workbook', 'conductance_CMS.xlsx');
    expect(blocking(await readMeasuredFile(path))).toEqual(['columns']);
    const answers = { columns: 'amplitude_V,voltage_V,current_A' };
    const ferro = await readMeasuredFile(join(cases, 'C3-workbook', 'ferro_sheet1.csv'), { answers });
    expect([ferro.series[0].kind, new Set(values(ferro, 'voltage_V'))]).toEqual(['train', new Set([0.1])]);
    expect(values(ferro, 'amplitude_V').filter((v) => v > 0)).toHaveLength(
      expected('C3-workbook').ferro.pulses_up,
    );
  });

  it('C5: scaled by all ticks, the residual told, the placeholder asked about', async () => {
    const wanted = expected('C5-digitised-curve');
    const file = await readMeasuredFile(join(cases, 'C5-digitised-curve', 'digitised.csv'));
    expect([blocking(file), file.series[0].columns[1].values.length]).toEqual([['xUnit'], wanted.rows]);
    expect(file.remarks.join()).toContain(wanted.y_from_pixels.max_tick_residual.toPrecision(3));
  });

  it('C6: tables of steps both ways', async () => {
    for (const [name, key] of [
      ['dG_increasing.txt', 'increasing'],
      ['dG_decreasing.txt', 'decreasing'],
    ] as const) {
      const wanted = expected('C6-step-table')[key];
      const file = await readMeasuredFile(join(cases, 'C6-step-table', name));
      expect(values(file, 'step_S')).toHaveLength(wanted.G_bins * wanted.cdf_points);
      expect(rangeOf(values(file, 'step_S'))).toEqual(wanted.step_range_S);
      expect(rangeOf(values(file, 'conductance_S'))).toEqual([wanted.G_first_S, wanted.G_last_S]);
    }
  });

  it('C7: no train of identical pulses', async () => {
    const wanted = expected('C7-amplitude-ramp');
    const file = await readMeasuredFile(join(cases, 'C7-amplitude-ramp', 'ramp.csv'));
    expect(file.series.map(({ kind }) => kind)).toEqual(['amplitude-ramp', 'amplitude-ramp']);
    expect(rangeOf(values(file, 'amplitude_V'))).toEqual(wanted.amplitude_V);
    expect(values(file, 'resistance_Ohm')).toHaveLength(wanted.rows);
  });

  it('C8: five shapes of one lab; the file without a current is asked about; amplitudes from names', async () => {
    for (const [name, wanted] of Object.entries<Record<string, unknown>>(expected('C8-five-exports').files)) {
      const path = join(cases, 'C8-five-exports', name);
      const answers = { namePattern: '*_{amplitude}' };
      const file = await readMeasuredFile(path, { answers });
      expect(settingOf(file, 'amplitude_V'), name).toBe(wanted.amplitude_from_name_V);
      if (wanted.header === null) {
        expect([file.series[0].kind, blocking(file)]).toEqual(['unknown', ['columns']]);
        continue;
      }
      expect(blocking(file), name).toEqual([]);
      expect([values(file, 'voltage_V')[0], values(file, 'current_A')[0]], name).toEqual([
        wanted.first_V,
        wanted.first_I_A,
      ]);
      expect(values(file, 'voltage_V'), name).toHaveLength(wanted.rows_in_excerpt as number);
    }
  });

  it('C9: retention by its name, its time in an unknown unit', async () => {
    const wanted = expected('C9-rising-retention');
    const file = await readMeasuredFile(join(cases, 'C9-rising-retention', 'retention.csv'));
    expect([file.series[0].kind, file.questions.map(({ key }) => key)]).toEqual(['retention', ['timeUnit']]);
    expect(values(file, 'conductance_S')).toHaveLength(wanted.points);
  });

  it('D1: a thousand cycles, the footer left out', async () => {
    const file = await readMeasuredFile(join(data, 'devices', 'endurance', '05_endurance_ratio.csv'));
    expect(file.series.map(({ name, columns }) => [name, columns[0].values.length])).toEqual([
      ['SET_negative#1', 1000],
      ['RESET_positive#1', 1000],
    ]);
    expect(file.questions).toEqual([]);
  });
});

describe.skipIf(data === '' || !existsSync(formats))('formats of instruments (need OHMPROP_DATA)', () => {
  it('every one without a question, the last row included', async () => {
    const last: Readonly<Record<string, readonly [kind: string, role: ColumnRole, value: number]>> = {
      'arc_one_session_SYNTHETIC.csv': ['train', 'resistance_Ohm', 10102.1],
      'keithley4200_clarius_cycle_excerpt.csv': ['endurance', 'setVoltage_V', 1.42999994754791],
      'keithley4200_clarius_run_excerpt.txt': ['sweep', 'current_A', -1.352323e-7],
      'keysight_b1500_easyexpert_excerpt.csv': ['sweep', 'voltage_V', 0.05],
      'keysight_infiniivision_scope_excerpt.csv': ['waveform', 'time_s', -3.9985],
      'labview_pulse_dat_excerpt.dat': ['train', 'current_A', 1.836e-3],
      'numpy_savetxt_pulse_excerpt.csv': ['train', 'amplitude_V', 4.4],
      'smu_item_indexed_excerpt.csv': ['sweep', 'current_A', -3.07696090828813e-10],
    };
    for (const [name, [kind, role, value]] of Object.entries(last)) {
      const file = await readMeasuredFile(join(formats, name));
      expect([file.series[0].kind, blocking(file), values(file, role).at(-1)], name).toEqual([
        kind,
        [],
        value,
      ]);
    }
  });
});
