import { describe, expect, it } from 'vitest';
import { featuresOf } from '../../calibration/features/index.js';
import {
  answersFor,
  answersOfFlags,
  readAnswerSheet,
  readMeasuredBytes,
} from '../../calibration/files/index.js';
import { columnOf, type MeasuredFile } from '../../calibration/measured/index.js';
import { lines, loop_A, loop_V } from './measured-texts.js';

const read = (text: string, name = 'file.csv', answers = {}): Promise<MeasuredFile> =>
  readMeasuredBytes(new TextEncoder().encode(text), name, { answers });
const asked = ({ questions }: MeasuredFile) =>
  questions.map(({ key, blocks }) => `${key}${blocks ? '!' : ''}`);
const values = (file: MeasuredFile, role: Parameters<typeof columnOf>[1], series = 0) =>
  Array.from(columnOf(file.series[series], role)?.values ?? []);

describe('what a file cannot tell is asked, not guessed', () => {
  it('a current too large to be in A: its unit; then it is taken', async () => {
    const text = `V,I\n${lines((v, i) => `${v},${(i * 1e6).toPrecision(9)}`)}`;
    expect(asked(await read(text))).toEqual(['currentUnit!']);
    const told = await read(text, 'file.csv', { currentUnit: 'uA' });
    expect(asked(told)).toEqual([]);
    expect(values(told, 'current_A').map((i) => Number(i.toPrecision(9)))).toEqual([...loop_A]);
  });

  it('a unit taken for granted is told', async () => {
    const file = await read(`V,I\n${lines((v, i) => `${v},${i}`)}`);
    expect(asked(file)).toEqual([]);
    expect(file.remarks).toEqual(expect.arrayContaining(['I: no unit written, taken as A']));
  });

  it('two columns without a heading: what they are, with what they look like', async () => {
    const file = await read(lines((v, _, k) => `${k / 12},${v}`));
    expect(file.series.map(({ kind }) => kind)).toEqual(['unknown']);
    expect(asked(file)).toEqual(['columns!']);
    expect(file.questions[0].text).toMatch(
      /column 1 rises .*; column 2 goes up and down in steps .*sweep of voltage/,
    );
    const told = await read(
      lines((v, _, k) => `${k / 12},${v}`),
      'f.csv',
      { columns: 'time_ms,voltage_V' },
    );
    expect(values(told, 'time_s')[12]).toBe(1e-3);
  });

  it('two columns without a heading that only a sweep and its current can be: taken, and told', async () => {
    const file = await read(lines((v, i) => `${v},${i / 100}`));
    expect(file.series.map(({ kind }) => kind)).toEqual(['sweep']);
    expect(asked(file)).toEqual([]);
    expect(values(file, 'voltage_V')).toEqual([...loop_V]);
    expect(file.remarks.join()).toContain('no heading: by their values column 1 is taken for the voltage');
    // a current of milliamperes may be the voltage of a second channel: no numbers before somebody says so
    const large = await read(lines((v, i) => `${v},${(i * 0.05) / Math.max(...loop_A)}`));
    expect(large.series.map(({ kind }) => kind)).toEqual(['sweep']);
    expect(asked(large)).toEqual(['currentUnit!']);
    // a second voltage of like size is asked for
    expect(asked(await read(lines((v, i) => `${v},${i / Math.max(...loop_A)}`)))).toEqual(['columns!']);
    // one way alone may be a time around a trigger
    const ramp = Array.from({ length: 60 }, (_, k) => `${(k - 30) / 30},${(k - 30) * 1e-8}\n`).join('');
    expect(asked(await read(ramp))).toEqual(['columns!']);
  });

  it('a resistance over a swept voltage is a current, unless it was read apart', async () => {
    const table = (head: string) =>
      `${head}\n${lines((v, i) => `${v},${v === 0 ? '' : (v / i / 1000).toPrecision(9)}`)}`;
    const swept = await read(table('V (V),R (kOhm)'));
    expect(swept.series[0].kind).toBe('sweep');
    values(swept, 'current_A').forEach((i, k) => {
      if (loop_V[k] !== 0) expect(i).toBeCloseTo(loop_A[k], 10);
    });
    expect(swept.remarks.join()).toContain('no current: taken as V (V) over R (kOhm)');
    for (const apart of [
      await read(table('V (V),R_read (kOhm)')),
      await read(`# read voltage: 0.1 V\n${table('V (V),R (kOhm)')}`, 'f.csv', { readVoltage: '0.1V' }),
    ])
      expect(apart.series.map((one) => columnOf(one, 'current_A'))).toEqual([undefined]);
  });

  it('both states over the cycles are one table', async () => {
    const rows = Array.from({ length: 20 }, (_, k) => `${k + 1},${1000 + k},${90000 - k}`).join('\n');
    for (const head of ['cycle,R_LRS (Ohm),R_HRS (Ohm)', 'cycles,Ron (Ohm),Roff (Ohm)']) {
      const file = await read(`${head}\n${rows}`);
      expect(file.series.map(({ kind, columns }) => [kind, columns.length])).toEqual([['endurance', 3]]);
      expect(asked(file)).toEqual([]);
    }
  });

  it("a file's name says resistance, whole numbers beside it are told and not used", async () => {
    const file = await read(
      Array.from(
        { length: 40 },
        (_, k) => `${30 + 4 * Math.floor(k / 2)}.000,${11000 + 37 * ((k * 7) % 40)}\n`,
      ).join(''),
      'read_resistance_test.csv',
    );
    expect(file.series[0].columns.map(({ role }) => role)).toEqual(['resistance_Ohm']);
    expect(asked(file)).toEqual(['kind']);
    expect(file.remarks.join()).toContain('column 1, 40 whole numbers from 30 to 106, is not used');
  });

  it('log I and a current density are no current; |I| is one where no other is, with the sign of the voltage', async () => {
    const magnitude = await read(`Voltage (V),|I| (A)\n${lines((v, i) => `${v},${Math.abs(i)}`)}`);
    expect(asked(magnitude)).toEqual([]);
    expect(magnitude.remarks.join()).toContain('a magnitude, taken with the sign of the voltage');
    for (const heading of [
      'absI',
      'log(I)',
      'log10(I)',
      'J (A/cm2)',
      'Current density (A/cm^2)',
      'Compliance (A)',
      'I range (A)',
    ]) {
      const file = await read(`Voltage (V),${heading}\n${lines((v, i) => `${v},${i}`)}`);
      expect(asked(file), heading).toEqual(['columns!']);
      expect(values(file, 'current_A'), heading).toEqual([]);
    }
  });

  it('12,345 between tabs: a decimal comma or thousands', async () => {
    const text = `Time (s)\tResistance (Ohm)\n${[1, 2, 3, 4, 5].map((k) => `${k}\t12,34${k}`).join('\n')}\n`;
    expect(asked(await read(text))).toEqual(['commas!']);
    expect(values(await read(text, 'f', { commas: 'decimal' }), 'resistance_Ohm')[0]).toBe(12.341);
    expect(values(await read(text, 'f', { commas: 'thousands' }), 'resistance_Ohm')[0]).toBe(12341);
    // 0,341 can only be a decimal comma
    expect(asked(await read(text.replace('12,341', '0,341')))).toEqual([]);
  });

  it('two voltages that both move, one current', async () => {
    const text = `Vx (V),Vy (V),I (A)\n${lines((v, i) => `${v},${2 * v + 0.1},${i}`)}`;
    const file = await read(text);
    expect(asked(file)).toEqual(['columns!']);
    expect(file.questions[0].text).toContain('Vx (V) or Vy (V)');
    expect(asked(await read(text, 'f', { columns: 'voltage_V,-,current_A' }))).toEqual([]);
  });

  it('a retention without headings: the unit of the time, and the numbers meanwhile', async () => {
    const text = `# times as given, no header in the workbook, see there\n${[1, 2, 3, 4, 5].map((k) => `${k},2.1${k}e-5`).join('\n')}\n`;
    const file = await read(text, 'retention.csv');
    expect(file.series.map(({ kind, lines }) => [kind, lines])).toEqual([['retention', [2, 6]]]);
    expect(asked(file)).toEqual(['timeUnit']);
    expect(values(await read(text, 'retention.csv', { timeUnit: 'min' }), 'time_s')).toEqual([
      60, 120, 180, 240, 300,
    ]);
  });
});

describe('a name or a heading that says enough', () => {
  it('letter, name and unit: one series a name', async () => {
    const file = await read(
      `time_s,I_level1_A,I_level2_A\n${[1, 2, 4, 8, 16, 32].map((t) => `${t},1e-6,2e-6\n`).join('')}`,
      'temperature_retention.csv',
    );
    expect(asked(file)).toEqual([]);
    expect(file.series.map(({ name, kind }) => [name, kind])).toEqual([
      ['I_level1_A', 'retention'],
      ['I_level2_A', 'retention'],
    ]);
    expect(values(file, 'current_A', 1)).toEqual([2e-6, 2e-6, 2e-6, 2e-6, 2e-6, 2e-6]);
  });

  it('three bare columns in a file called iv: steps, a voltage through both signs, a current that follows', async () => {
    const file = await read(
      lines((v, i, k) => `${k * 0.1},${v},${i}`),
      'iv_curve_X.csv',
    );
    expect([asked(file), file.series[0].kind]).toEqual([[], 'sweep']);
    expect(values(file, 'voltage_V')).toEqual([...loop_V]);
    expect(file.remarks.join()).toContain("by the file's name");
    // A current that does not follow is not taken for one.
    expect(
      asked(
        await read(
          lines((v, i, k) => `${k * 0.1},${v},${-i}`),
          'iv_curve_X.csv',
        ),
      ),
    ).toEqual(['columns!']);
  });

  it('one bare column in a file called resistance: its unit only where the size cannot tell', async () => {
    const rows = (scale: number) =>
      Array.from({ length: 30 }, (_, k) => `${scale * (100 + ((k * 7) % 11))}\n`).join('');
    expect(asked(await read(rows(10), 'resistance_3.csv'))).toEqual(['kind']);
    expect(asked(await read(rows(0.1), 'conductance_b.csv'))).toEqual(['conductanceUnit!', 'kind']);
  });

  it('columns of which only one is known: all names are told, and offered by shape and size', async () => {
    const file = await read(
      `foo,bar,R5,baz\n${Array.from({ length: 20 }, (_, k) => `${0.3 * k},${k % 5},${1000 + k},${k % 3}\n`).join('')}`,
    );
    expect(asked(file)).toEqual(['columns!']);
    expect(file.questions[0].text).toContain('foo, bar, R5, baz');
    expect(file.questions[0].flag).toBe('--answer columns=time_s,-,resistance_Ohm,-');
  });

  it('trains of currents: the read voltage, which need not be said', async () => {
    const text = `pulse,LTP current (A),LTD current (A)\n${Array.from({ length: 12 }, (_, k) => `${k},${k + 1}e-6,${20 - k}e-6\n`).join('')}`;
    expect(asked(await read(text))).toEqual(['readVoltage']);
    expect(asked(await read(text, 'f.csv', { readVoltage: '0.1V' }))).toEqual([]);
    expect(asked(await read(`Read Voltage (V): 0.2\n${text}`))).toEqual([]);
  });
});

describe('what is left out is told', () => {
  it('the rows at which the range of the current changes', async () => {
    const text = `Voltage (V);Current (A);Current range\n${Array.from({ length: 12 }, (_, k) => `${0.1 * k};${k}e-7;${k < 4 || k > 9 ? '100 nA' : '1 µA'}\n`).join('')}`;
    const file = await read(text);
    expect(file.series[0].currentRanges).toEqual([
      { row: 1, range: '100 nA' },
      { row: 5, range: '1 µA' },
      { row: 11, range: '100 nA' },
    ]);
    expect(file.remarks.join()).toContain('1 µA from row 5');
  });

  it('overrange marks in any column, overloads, words in a cell', async () => {
    const file = await read(
      'Voltage (V),Current (A),Resistance (Ohm)\n0,1e-9,9.91e37\n0.1,9.9e37,5\n0.2,-4.95e28,5\n0.3,3e-9,-9.9e37\n0.4,OVERFLOW,5\n0.5,4e-9,5\n0.6,bad,5\n0.7,5e-9,5\n',
    );
    expect(values(file, 'current_A').map((i) => (Number.isNaN(i) ? null : i))).toEqual([
      1e-9,
      null,
      null,
      3e-9,
      null,
      4e-9,
      null,
      5e-9,
    ]);
    expect(values(file, 'resistance_Ohm')[0]).toBeNaN();
    expect(file.remarks.join('\n')).toMatch(/3 values of 9.9e37 are overrange marks/);
    expect(file.remarks.join('\n')).toMatch(/beyond 1000000 A/);
  });

  it('points at the limit of the current: set by the file or an answer, or seen as a flat top', async () => {
    const clipped = (header: string) =>
      `${header}V (V),I (A)\n${lines((v, i) => `${v},${Math.max(-1, Math.min(5e-5, i))}`)}`;
    const set = await read(clipped('Compliance (A): 5e-5\n'));
    const seen = await read(clipped(''));
    const answered = await read(clipped(''), 'f', { compliance: '50uA' });
    const at = (file: MeasuredFile) => Array.from(file.series[0].censored ?? []).reduce((a, b) => a + b, 0);
    const wanted = loop_A.filter((i) => i >= 0.99 * 5e-5).length;
    // Negative currents go to -120 µA: no limit holds there.
    expect([at(set), at(answered)]).toEqual([wanted, wanted]);
    expect(set.remarks.join('\n')).toContain(
      'points are at the current limit of 0.00005 A; it does not hold everywhere: negative currents go to -0.00012 A',
    );
    expect(at(seen)).toBe(loop_A.filter((i) => i >= 0.998 * 5e-5).length);
    expect(seen.remarks.join()).toContain('a current limit that the file does not name');
    expect((await read(`V (V),I (A)\n${lines((v, i) => `${v},${i}`)}`)).series[0].censored).toBeUndefined();
  });
});

describe('a limit that was set for one polarity', () => {
  it('leaves a bipolar cell bipolar, its reset beyond the limit', async () => {
    let on = false;
    const rows = Array.from({ length: 3 }, () => loop_V.map((v) => 1.5 * v))
      .flat()
      .map((v) => {
        if (v > 0.9) on = true;
        if (v < -0.8) on = false;
        return `${v},${Math.min(1e-4, v / (on ? 1e3 : 1e6))}\n`;
      });
    const file = await read(`# compliance = 100 uA\nV (V),I (A)\n${rows.join('')}`);
    const { verdict, loops } = featuresOf(file);
    expect(verdict?.name).toBe('bipolar');
    const [{ set, on_S, off_S, readAt_V }] = loops[0].cycles;
    // Set where the current jumps into the limit; both states as the other polarity shows them, which no limit holds.
    expect(set?.at_V).toBeCloseTo(0.975, 9);
    expect([readAt_V < 0, 1 / on_S, 1 / off_S].map((x) => (x === true ? x : Math.round(Number(x))))).toEqual([
      true,
      1000,
      1000000,
    ]);
  });
});

describe('flat tops that are no limit', () => {
  const flags = async (top: (v: number) => number) => {
    const rows = Array.from({ length: 200 }, (_, k) => `${k / 40},${top(k / 40)}\n`).join('');
    return (await read(`V (V),I (A)\n${rows}`)).series[0].censored !== undefined;
  };

  it('saturation and a photocurrent that are reached slowly, at no round number', async () => {
    expect(await flags((v) => 0.1354 * Math.tanh(1.5 * v))).toBe(false);
    expect(await flags((v) => -(0.1218 - 1e-9 * (Math.exp(Math.min(18.7, v / 0.265)) - 1)))).toBe(false);
  });

  it('a top that is cut off is a limit, round or not', async () => {
    expect(await flags((v) => Math.min(1e-3, 5e-4 * v))).toBe(true);
    expect(await flags((v) => (v < 2 ? 1e-6 * v : 1.234e-3))).toBe(true);
  });
});

describe('several curves in a file', () => {
  it('side by side, device by device, block by block, by a column of devices', async () => {
    const beside = await read(`V (V),I (A),,V (V),I (A)\n${lines((v, i) => `${v},${i},,${v / 2},${i / 2}`)}`);
    expect(beside.series.map(({ name, kind }) => [name, kind])).toEqual([
      ['curve 1', 'sweep'],
      ['curve 2', 'sweep'],
    ]);
    expect(values(beside, 'voltage_V', 1)).toEqual(loop_V.map((v) => v / 2));
    const devices = await read(
      `Voltage (V),Device 1 Current (A),Device 2 Current (A)\n${lines((v, i) => `${v},${i},${2 * i}`)}`,
    );
    expect(devices.series.map(({ cell }) => cell)).toEqual(['Device 1 Current (A)', 'Device 2 Current (A)']);
    const blocks = await read(
      [1, 2, 3].map((c) => `Cycle ${c}\nV\tI\n${lines((v, i) => `${v}\t${i * c}`)}\n`).join(''),
    );
    expect(blocks.series.map(({ cycle, kind }) => [cycle, kind])).toEqual([
      [1, 'sweep'],
      [2, 'sweep'],
      [3, 'sweep'],
    ]);
    expect(values(blocks, 'current_A', 2)).toEqual(loop_A.map((i) => Number(String(i * 3))));
    const long = await read(
      `device_id,V (V),I (A)\n${['A1', 'B7'].map((id) => lines((v, i) => `${id},${v},${i}`)).join('')}`,
    );
    expect(long.series.map(({ cell, columns }) => [cell, columns[0].values.length])).toEqual([
      ['A1', 81],
      ['B7', 81],
    ]);
  });

  it('an amplitude that climbs is no train of identical pulses', async () => {
    const ramp = await read(
      'Setup title\tramped\ntest date\t03.02.2025\nMeasurement parameters\nsmu,pulser,stepSize,width,\nSMU1,PG1,0.100000,0.000010,\n\nindex, pulse amplitude (V), R_low\n0, 0.0, 5000.5\n1, 0.1, 4000.5\n2, 0.2, 3000.5\n3, 0.3, 2000.5\n4, 0.4, 1000.5\n',
    );
    expect(ramp.series.map(({ kind }) => kind)).toEqual(['amplitude-ramp']);
    expect(values(ramp, 'amplitude_V')).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
  });
});

describe('answers', () => {
  it('a sheet for a folder: for all files, and for those whose name fits', () => {
    const sheet = readAnswerSheet(
      'currentUnit: uA\nfiles:\n  "W3_*.csv": { currentUnit: nA, area: 25e-12 }\n',
      'calibrate.yaml',
    );
    expect(answersFor(sheet, 'a.csv')).toEqual({ currentUnit: 'uA' });
    expect(answersFor(sheet, 'W3_1.csv')).toEqual({ currentUnit: 'nA', area: '2.5e-11' });
    expect(() => readAnswerSheet('curentUnit: uA\n', 'calibrate.yaml')).toThrow(
      /calibrate.yaml: "curentUnit" is no question; the keys are columns, /,
    );
    expect(() => answersOfFlags(['currentUnit'])).toThrow(/KEY=VALUE/);
  });

  it('file names by a pattern', async () => {
    const text = `V (V),I (A)\n${lines((v, i) => `${v},${i}`)}`;
    const named = await read(text, 'W3_-1.1V_2.csv', { namePattern: '{cell}_{amplitude}_{cycle}' });
    expect([named.series[0].cell, named.series[0].cycle, named.settings]).toEqual([
      'W3',
      2,
      [{ name: 'amplitude_V', value: -1.1, from: 'file name' }],
    ]);
    const worded = await read(text, 'DG01_p1V_m2V_10mVsteps 3.csv', { namePattern: '*_m{amplitude}V_*' });
    expect(worded.settings[0].value).toBe(2);
    expect((await read(text, 'other.csv', { namePattern: '{cell}_{cycle}' })).remarks[0]).toBe(
      'the name does not fit the pattern {cell}_{cycle}',
    );
    await expect(read(text, 'a.csv', { namePattern: '{voltage}' })).rejects.toThrow(
      /"voltage" is none of readVoltage, /,
    );
  });
});
