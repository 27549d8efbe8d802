import { describe, expect, it } from 'vitest';
import { type DriveKind, readCellPlace, readDrive, readLineList } from '../../core/index.js';

const all: readonly DriveKind[] = ['sine', 'triangle', 'pulses', 'read', 'file'];

describe('a drive', () => {
  it.each([
    ['sine:1V,10Hz,2', { kind: 'sine', positive_V: 1, negative_V: -1, frequency_Hz: 10, periods: 2 }],
    ['sine:500mV', { kind: 'sine', positive_V: 0.5, negative_V: -0.5 }],
    [
      'sine:1.2V,-0.8V,1k,3',
      { kind: 'sine', positive_V: 1.2, negative_V: -0.8, frequency_Hz: 1000, periods: 3 },
    ],
    [
      'triangle:1.5V,-1.2V,1s,5',
      { kind: 'triangle', positive_V: 1.5, negative_V: -1.2, period_s: 1, periods: 5 },
    ],
    ['triangle: 1, 0, 20ms', { kind: 'triangle', positive_V: 1, negative_V: 0, period_s: 0.02 }],
    [
      'pulses:+1.2V,1us,100/-1.3V,1us,100',
      {
        kind: 'pulses',
        trains: [
          { amplitude_V: 1.2, width_s: 1e-6, count: 100 },
          { amplitude_V: -1.3, width_s: 1e-6, count: 100 },
        ],
      },
    ],
    ['pulses:-2V', { kind: 'pulses', trains: [{ amplitude_V: -2 }] }],
    ['read:100mV', { kind: 'read', read_V: 0.1 }],
    ['C:\\bench\\wave.csv', { kind: 'file', path: 'C:\\bench\\wave.csv' }],
  ])('%s', (text, drive) => {
    expect(readDrive(text, all, '--drive')).toEqual(drive);
  });

  it.each([
    ['sin:1V,10Hz', /is no drive; write sine:1V,10Hz,2 or .*did you mean sine:…/],
    ['1V', /"1V" is no drive; write/],
    ['sine:', /"sine:" cannot be read; write for instance sine:1V,10Hz,2/],
    ['sine:1V,10Hz,2,3,4', /cannot be read/],
    ['sine:1S,10Hz', /"1S" is not a quantity in V/],
    ['sine:1V,10s', /"10s" is not a quantity in Hz/],
    ['sine:0V,10Hz', /nothing to sweep at 0 V/],
    ['sine:1V,0Hz', /"0Hz"; a frequency is above 0/],
    ['sine:1V,1Hz,0', /"0"; periods are a whole number from 1/],
    ['sine:1V,1Hz,1.5', /"1.5"; periods are a whole number/],
    ['triangle:1V,1V,1s', /"1V"; the negative peak carries its sign/],
    ['triangle:1V,-1V,1Hz', /"1Hz" is not a quantity in s/],
    ['pulses:1V,1us,100/', /cannot be read/],
    ['pulses:0V,1us', /a pulse of 0 V moves nothing/],
    ['pulses:1V,-1us', /the width of a pulse is above 0/],
    ['pulses:1V,1us,1e3', /"1e3"; pulses are a whole number/],
  ])('%s is refused, saying why', (text, message) => {
    expect(() => readDrive(text, all, '--drive')).toThrow(message);
  });

  it('of a kind that is not taken says which are', () => {
    expect(() => readDrive('read:0.1', ['sine', 'file'], '--drive')).toThrow(
      /--drive: "read:0.1" cannot be used here; write sine:1V,10Hz,2 or FILE.csv/,
    );
  });
});

describe('lines and cells', () => {
  it('are read with their ranges', () => {
    expect(readLineList('3,5-7', '--lines')).toEqual([3, 5, 6, 7]);
    expect(readCellPlace(' 3 , 12', '--cell')).toEqual({ row: 3, column: 12 });
  });

  it.each(['', '7-5', '-1', '1.5', '3,,4', '0-1000000', '0-999999,5', '99999999999', 'all'])(
    '%j is no list of lines',
    (text) => {
      expect(() => readLineList(text, '--lines')).toThrow(/--lines: .* is no list of lines; write .*3,5-7/);
    },
  );

  it.each(['3', '3;5', '-1,2', '1,2,3', '1.0,2', 'W1B1'])('%j is no cell', (text) => {
    expect(() => readCellPlace(text, '--cell')).toThrow(/--cell: .* is no cell; write row,column/);
  });
});
