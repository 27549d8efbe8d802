import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeNpy, readNpz, writeNpz } from '../../records/index.js';
import { NgspiceEngine } from '../../solver/ngspice/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

let folder = '';

const crossbar = (...args: string[]) => ohmprop(['crossbar', ...args]);

function file(name: string, text?: string): string {
  const path = join(folder, name);
  if (text !== undefined) writeFileSync(path, text);
  return path;
}

interface Golden {
  R: (number | null)[][];
  V: number[][];
  W: number[][][];
  Iout: number[][];
}

const golden = JSON.parse(
  readFileSync(new URL('../golden/crossbar/xb16_open_short.json', import.meta.url), 'utf8'),
) as Golden;
const wires = ['--wire-row-ohm', '1.3', '--wire-col-ohm', '2.1'];

describe('ohmprop crossbar', () => {
  beforeAll(() => {
    folder = scratch('crossbar');
    file('r.csv', golden.R.map((row) => row.map((r) => r ?? 'open').join(',')).join('\n'));
    file('v.csv', golden.V.map((row) => row.join(',')).join('\n'));
  });

  it('solves files to the golden currents, as JSON and NPZ', async () => {
    const args = ['--resistances', file('r.csv'), '--inputs', file('v.csv'), ...wires];
    const { code, stdout } = await crossbar('solve', ...args, '--json', '--out', file('o.npz'));
    expect(code).toBe(0);
    const result = JSON.parse(stdout) as {
      cols: number;
      inputs: number;
      outputCurrents_A: number[][];
      power_W: number[];
    };
    expect([result.cols, result.inputs, result.power_W.length]).toEqual([16, 1, 1]);
    const outputs = golden.Iout.flat();
    result.outputCurrents_A.flat().forEach((current, j) => {
      expect(Math.abs(current / outputs[j] - 1)).toBeLessThan(1e-9);
    });
    const arrays = await readNpz(file('o.npz'));
    expect(arrays.wordVoltages_V.shape).toEqual([1, 16, 16]);
    expect(arrays.wordVoltages_V.data[17]).toBeCloseTo(golden.W[1][1][0], 10);
    const transfer = await crossbar('solve', ...args, '--json', '--transfer');
    const { outputCurrents_A } = JSON.parse(transfer.stdout) as typeof result;
    expect(Math.abs(outputCurrents_A[3][0] / outputs[3] - 1)).toBeLessThan(1e-9);
  });

  it.each([
    ['a ragged file', '1,2\n3\n', /row 1 .*column 1 is missing/],
    ['an empty file', '', /row 0, column 0/],
    ['a negative cell', '1,2\n3,-4\n', /row 1, column 1/],
    ['a word that is nothing', '1,2\nx,4\n', /row 1, column 0 .*"x"/],
    ['a separator at the end of every line', '1,2,\n3,4,\n', /column 2 .* empty in every line, as each ends/],
    [
      'a separator at the beginning of every line',
      ';1;2\n;3;4\n',
      /column 0 .* empty in every line; write open/,
    ],
    ['a line of separators alone', '1,2\n,\n3,4\n', /line 2: row 1 .* only separators/],
    ['fields separated by spaces', '1 2\n3 4\n', /separated by commas.*savetxt/],
    ['a file that is no text', 'PK\x03\x04\0\0', /neither CSV in UTF-8 nor NPY/],
  ])('refuses %s with exit code 2', async (_, text, message) => {
    const { code, stdout, stderr } = await crossbar(
      'solve',
      '--resistances',
      file('bad.csv', text),
      '--inputs',
      file('v.csv'),
    );
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
  });

  it('says of the inputs what an input is, and takes no more threads than there can be', async () => {
    const cells = ['--resistances', file('r.csv'), '--threads', '8'];
    const bad = await crossbar('solve', ...cells, '--inputs', file('word.csv', '1\nshort\n'));
    expect(bad.code).toBe(2);
    expect(bad.stderr).toMatch(/row 1, column 0 \(from 0\): got "short"; a voltage in V is needed/);
    const good = await crossbar('solve', ...cells, '--inputs', file('v.csv'), ...wires, '--json');
    expect(good.code).toBe(0);
    const many = await crossbar(
      'solve',
      '--threads',
      '100000',
      '--resistances',
      'r.csv',
      '--inputs',
      'v.csv',
    );
    expect([many.code, many.stderr]).toEqual([2, expect.stringMatching(/--threads: needs \d+ or less/)]);
  });

  it('takes no infinite number of an array for a cell that somebody chose, and warns of the word', async () => {
    const inputs = ['--inputs', file('two.csv', '1\n2\n')];
    const array = (corner: number) => {
      const cells = file('cells.npy');
      writeFileSync(cells, Buffer.concat(encodeNpy(Float64Array.of(1, 1, 1, corner), [2, 2])));
      return cells;
    };
    for (const [kind, corner] of [
      ['--conductances', Number.POSITIVE_INFINITY],
      ['--conductances', Number.NEGATIVE_INFINITY],
      ['--resistances', Number.NEGATIVE_INFINITY],
    ] as const) {
      const { code, stderr } = await crossbar('solve', kind, array(corner), ...inputs);
      expect(code).toBe(2);
      expect(stderr).toMatch(/row 1, column 1 \(from 0\): got -?Infinity; a cell is a number in/);
    }
    const open = await crossbar(
      'solve',
      '--resistances',
      array(Number.POSITIVE_INFINITY),
      ...inputs,
      '--json',
    );
    expect(JSON.parse(open.stdout)).toMatchObject({ outputCurrents_A: [[3], [1]] });
    const words = ['--conductances', file('words.csv', '1,1\n1,inf\n'), ...inputs];
    const word = await crossbar('solve', ...words, '--json');
    expect(JSON.parse(word.stdout)).toMatchObject({ outputCurrents_A: [[3], [1]] });
    expect(word.stderr).toMatch(/warning: .*"inf" is taken for an open cell/);
  });

  it('answers with a row a bit line and a column an input vector, as the inputs were given', async () => {
    const args = [
      '--conductances',
      file('three.csv', '1,2,3\n4,5,6\n'),
      '--inputs',
      file('columns.csv', '1,2\n0,1\n'),
    ];
    const lines = [
      [1, 6],
      [2, 9],
      [3, 12],
    ];
    for (const flags of [[], ['--transfer']]) {
      const { stdout } = await crossbar('solve', ...args, ...flags, '--json');
      expect(JSON.parse(stdout)).toMatchObject({ rows: 2, cols: 3, inputs: 2, outputCurrents_A: lines });
    }
    const out = file('solution.json');
    expect((await crossbar('solve', ...args, '--out', out)).code).toBe(0);
    const written = JSON.parse(readFileSync(out, 'utf8'));
    expect(written).toMatchObject({ outputCurrents_A: lines, power_W: [6, 39] });
    expect(written.wordVoltages_V[1]).toEqual([
      [2, 2, 2],
      [1, 1, 1],
    ]);
  });

  it('takes quantities with units, in flags and in cells', async () => {
    const bare = ['--conductances', file('bare.csv', '1e-5,2e-3\n'), '--inputs', file('bare-v.csv', '0.2\n')];
    const units = [
      '--conductances',
      file('units.csv', '10uS,2mS\n'),
      '--inputs',
      file('units-v.csv', '200mV\n'),
    ];
    const plain = await crossbar('solve', ...bare, '--wire-row-ohm', '1000', '--tolerance', '1e-9', '--json');
    const named = await crossbar(
      'solve',
      ...units,
      '--wire-row-ohm',
      '1kohm',
      '--tolerance',
      '1e-9',
      '--json',
    );
    expect(JSON.parse(named.stdout)).toMatchObject({
      status: 'settled',
      outputCurrents_A: JSON.parse(plain.stdout).outputCurrents_A,
    });
    const wrong = await crossbar('solve', ...units, '--wire-row-ohm', '1kS');
    expect(wrong.stderr).toMatch(/--wire-row-ohm.*1kS/);
    const cell = await crossbar('solve', '--resistances', file('units.csv'), '--inputs', file('units-v.csv'));
    expect(cell.code).toBe(2);
    expect(cell.stderr).toMatch(/units\.csv, line 1: row 0, column 0 \(from 0\): got "10uS"/);
  });

  it('reads decimal commas where commas do not separate', async () => {
    const v = file('comma-v.csv', '1\n1\n');
    const currents = async (text: string) => {
      const args = ['--conductances', file('comma.csv', text), '--inputs', v, '--json'];
      return JSON.parse((await crossbar('solve', ...args)).stdout).outputCurrents_A;
    };
    const points = await currents('0.5,0.3,0.1\n1e-1,2mS,open\n');
    expect(await currents('0,5;0,3;0,1\n1e-1;2mS;open\n')).toEqual(points);
    expect(await currents('0,5\t0,3\t0,1\n0,1\t0,002\t\n')).toEqual(points);
  });

  it('reads the former names of drive schemes with one warning, and says the present ones', async () => {
    const args = ['--resistances', file('r.csv'), '--inputs', file('v.csv'), ...wires, '--json', '--scheme'];
    for (const [former, present] of [
      ['all', 'parallel'],
      ['row', 'row-by-row'],
    ]) {
      const old = await crossbar('solve', ...args, former);
      const now = await crossbar('solve', ...args, present);
      expect(old.stderr.match(/warning/g)).toHaveLength(1);
      expect(old.stderr).toContain(`--scheme ${former} is now --scheme ${present}`);
      expect(now.stderr).not.toContain('warning');
      expect(JSON.parse(old.stdout).outputCurrents_A).toEqual(JSON.parse(now.stdout).outputCurrents_A);
    }
    const unknown = await crossbar('solve', ...args, 'rows');
    expect(unknown.stderr).toMatch(/parallel, row-by-row, v\/2, v\/3/);
  });

  it('goes through the transfer matrix under any scheme that keeps bit lines at 0 V', async () => {
    const args = ['--resistances', file('r.csv'), '--inputs', file('v.csv'), ...wires, '--json', '--scheme'];
    const currents = async (...flags: string[]) =>
      (JSON.parse((await crossbar('solve', ...args, ...flags)).stdout) as { outputCurrents_A: number[][] })
        .outputCurrents_A[3][0];
    expect(
      Math.abs((await currents('row-by-row', '--transfer')) / (await currents('row-by-row')) - 1),
    ).toBeLessThan(1e-9);
    const half = await crossbar('solve', ...args, 'v/2', '--transfer');
    expect(half.code).toBe(2);
    expect(half.stderr).toMatch(/sensed lines at 0 V/);
  });

  it('exports text that ngspice solves to the same voltages', async () => {
    const cir = file('x.cir');
    const { code } = await crossbar(
      'export',
      '--resistances',
      file('r.csv'),
      '--inputs',
      file('v.csv'),
      ...wires,
      '-o',
      cir,
    );
    expect(code).toBe(0);
    const ngspice = await NgspiceEngine.start();
    try {
      const volts = await ngspice.run(readFileSync(cir, 'utf8'), 250);
      for (let i = 0; i < 16; i++) {
        for (let j = 0; j < 16; j++) {
          expect(volts[`v(w_${i}_${j})`][0]).toBeCloseTo(golden.W[i][j][0], 9);
        }
      }
    } finally {
      await ngspice.close();
    }
  });

  it('refuses a short right between a driver and a pad', async () => {
    file('short.csv', '1e-3,short\n2e-3,1e-3\n');
    const cells = ['--conductances', file('short.csv')];
    for (const args of [
      ['solve', ...cells, '--inputs', '1V'],
      ['solve', ...cells, '--inputs', '1V', '--inputs-on', 'columns'],
      [
        'solve',
        ...cells,
        '--inputs',
        '1V',
        '--wire-ohm',
        '2',
        '--convention',
        'chen',
        '--sense-ends',
        'both',
        '--drive-both-ends',
      ],
      ['map', ...cells, '--voltage', '1V'],
    ]) {
      const { code, stderr } = await crossbar(...args);
      expect(code, args.join(' ')).toBe(2);
      expect(stderr).toMatch(/is a short, and nothing else is in the way/);
    }
    for (const more of [
      ['--driver-ohm', '1'],
      ['--wire-ohm', '2', '--convention', 'chen'],
      ['--float-cols', '1'],
      ['--scheme', 'v/2', '--select', '1,0', '--inputs', '0'],
    ]) {
      expect(
        (await crossbar('solve', ...cells, ...(more.includes('--inputs') ? [] : ['--inputs', '1V']), ...more))
          .code,
      ).toBe(0);
    }
  });

  it('sweeps cells with models', async () => {
    // one cell of 50 ohm between two segments
    const line = '--over wire --values 0,1,5 --size 1 --cells vteam-kvatinsky --states 0 --json';
    const { code, stdout } = await crossbar('sweep', ...line.split(' '));
    expect(code).toBe(0);
    for (const [k, { value, relativeError }] of JSON.parse(stdout).points.entries()) {
      expect(value).toBe([0, 1, 5][k]);
      expect(relativeError).toBeCloseTo(1 - 50 / (50 + 2 * value), 8);
    }
  });

  it('draws a report in one file, one of its maps, and a sweep', async () => {
    const html = file('report.html');
    const args = ['--resistances', file('r.csv'), '--inputs', file('v.csv'), ...wires, '-o', html];
    const map = ['--map', 'sneak', '-o', file('sneak.svg'), '--figure', '85mm', '-o', file('cells.csv')];
    const narrow = ['-o', file('narrow.html'), '--figure', '85mm'];
    expect((await crossbar('report', ...args.slice(0, -2), ...narrow)).code).toBe(0);
    expect(readFileSync(file('narrow.html'), 'utf8')).toContain(`width:${Math.round(1.25 * 85)}mm`);
    const report = await crossbar('report', ...args, ...map, '--json');
    expect(report.code).toBe(0);
    expect(JSON.parse(report.stdout)).toMatchObject({ rows: 16, files: { length: 4 } });
    const page = readFileSync(html, 'utf8');
    expect(page).toContain('Sneak-path share');
    expect(page.match(/<svg/g)?.length).toBe(5);
    expect(readFileSync(file('sneak.svg'), 'utf8')).toMatch(/<svg[^>]* width="85mm"/);
    expect(readFileSync(file('sneak.csv'), 'utf8')).toMatch(/^word_line,bit_line,share_percent\n0,0,/);
    expect(readFileSync(file('cells.csv'), 'utf8').trim().split('\n')).toHaveLength(257);
    const sweep = await crossbar(
      'sweep',
      '--over',
      'size',
      '--values',
      '4,8',
      '-o',
      file('sweep.csv'),
      '--json',
    );
    expect(sweep.code).toBe(0);
    const { points } = JSON.parse(sweep.stdout) as {
      points: { relativeError: number; worstDrop_V: number }[];
    };
    expect(points[1].relativeError).toBeGreaterThan(points[0].relativeError);
    expect(readFileSync(file('sweep.csv'), 'utf8').trim().split('\n')).toHaveLength(3);
  });

  it('takes --wire-ohm for both lines, and what a line says of its own before it', async () => {
    const args = ['--resistances', file('r.csv'), '--inputs', file('v.csv'), '--json'];
    const currents = async (...flags: string[]) =>
      JSON.parse((await crossbar('solve', ...args, ...flags)).stdout).outputCurrents_A;
    const both = await currents('--wire-ohm', '2.1ohm', '--wire-row-ohm', '1.3');
    expect(both).toEqual(await currents(...wires));
    expect(await currents('--wire-ohm', '2')).toEqual(
      await currents('--wire-row-ohm', '2', '--wire-col-ohm', '2'),
    );
  });

  it('names the swept quantity with its unit, and writes its values as they were given', async () => {
    const over = ['--over', 'wire', '--size', '4'];
    const files = ['-o', file('wire.csv'), '-o', file('wire.svg')];
    expect((await crossbar('sweep', ...over, ...files, '--values', '0,1ohm,10ohm')).code).toBe(0);
    expect(readFileSync(file('wire.csv'), 'utf8')).toMatch(
      /^wire_ohm,relativeError,worstDrop_V,power_W,method\n0,/,
    );
    const svg = readFileSync(file('wire.svg'), 'utf8');
    expect(svg).toContain('>10</text>');
    const least = await crossbar('sweep', ...over, '--ratio', '0.5');
    expect(least.code).toBe(2);
    expect(least.stderr).toMatch(/--ratio: needs 1 or more, got "0.5"/);
    const unit = await crossbar('sweep', ...over, '--values', '1S');
    expect(unit.stderr).toMatch(/--values: "1S" is not a quantity in ohm/);
    const half = await crossbar('sweep', '--values', '1:2:3');
    expect(half.stderr).toMatch(/--values: got 1.5 for size; a whole number/);
    const old = await crossbar('sweep', ...over, '--values', '1', '--output', file('stem'), '--json');
    expect(old.stderr.match(/warning: --output is now -o STEM\.csv/g)).toHaveLength(1);
    expect(JSON.parse(old.stdout).files).toEqual(['csv', 'svg', 'png'].map((end) => file(`stem.${end}`)));
  });

  it('refuses flags that would change nothing', async () => {
    const cells = ['--resistances', file('r.csv'), '--inputs', file('v.csv')];
    for (const [args, message] of [
      [['solve', ...cells, '--select', '1,1'], /--select: the scheme parallel drives every line/],
      [['report', ...cells, '--map', 'sneak', '-o', file('idle.html')], /--map: there is no picture to draw/],
      [['sweep', '--over', 'size', '--size', '8'], /--size: --over size varies it/],
      [['sweep', '--over', 'wire', '--wire-ohm', '2'], /--wire-ohm: --over wire varies it/],
      [['sweep', '--over', 'on-off', '--ratio', '2'], /--ratio: --over on-off varies it/],
    ] as const) {
      const { code, stderr } = await crossbar(...args);
      expect([args, code, stderr]).toEqual([args, 2, expect.stringMatching(message)]);
    }
  });

  it('refuses a sweep to a size that will not fit before it makes any cells', async () => {
    const { code, stderr } = await crossbar('sweep', '--values', '4,20000');
    expect(code).toBe(2);
    expect(stderr).toMatch(/20000 × 20000 cells needs \d+\.\d GiB/);
  });

  it('solves many arrays of one file in one call, each as by itself', async () => {
    const g = [1e-3, 2e-3, 5e-4, 0, 1e-4, 3e-3, 2e-4, 7e-4, 1e-3, 1e-3, 1e-3, 1e-3];
    const stack = encodeNpy(Float64Array.from(g), [3, 2, 2]);
    writeFileSync(file('many.npy'), Buffer.concat(stack));
    await writeNpz(file('W.npz'), { trained: { shape: [3, 2, 2], data: Float64Array.from(g) } });
    const rest = ['--inputs', file('two.csv', '0.1,0.3\n0.2,-0.1\n'), '--wire-ohm', '5'];
    const { code, stdout } = await crossbar('solve', '--conductances', file('many.npy'), ...rest, '--json');
    const many = JSON.parse(stdout);
    expect([code, many.arrays, many.status]).toEqual([0, 3, 'settled']);
    for (let k = 0; k < 3; k++) {
      const [a, b, c, d] = g.slice(4 * k);
      const one = await crossbar(
        'solve',
        '--conductances',
        file('one.csv', `${a},${b}\n${c},${d}`),
        ...rest,
        '--json',
      );
      const alone = JSON.parse(one.stdout);
      expect(many.outputCurrents_A[k]).toEqual(alone.outputCurrents_A);
      expect(many.power_W[k]).toEqual(alone.power_W);
    }
    const named = await crossbar(
      'solve',
      '--conductances',
      `${file('W.npz')}:trained`,
      ...rest,
      '--json',
      '-o',
      file('I.npz'),
    );
    expect(JSON.parse(named.stdout).outputCurrents_A).toEqual(many.outputCurrents_A);
    expect((await readNpz(file('I.npz'))).outputCurrents_A.shape).toEqual([3, 2, 2]);
    const wrong = await crossbar('solve', '--conductances', `${file('W.npz')}:other`, ...rest);
    expect([wrong.code, wrong.stderr]).toEqual([
      2,
      expect.stringMatching(/no array "other"; it has "trained"/),
    ]);
    for (const command of ['report', 'export']) {
      const { stderr } = await crossbar(command, '--conductances', file('many.npy'), ...rest);
      expect(stderr).toMatch(/takes one array, the file has 3/);
    }
    const bad = encodeNpy(Float64Array.from([1, 1, 1, -1]), [2, 1, 2]);
    writeFileSync(file('bad.npy'), Buffer.concat(bad));
    const negative = await crossbar('solve', '--conductances', file('bad.npy'), '--inputs', '1V');
    expect(negative.stderr).toMatch(/array 1, row 0, column 1 \(from 0\): got -1/);
  });
});
