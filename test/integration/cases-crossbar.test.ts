import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readNpz, writeNpz } from '../../records/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

// Situations that people who build arrays met, with answers from dense solves, ngspice and published tables
// (golden/cases/README.md).

const folder = fileURLToPath(new URL('../golden/cases/crossbar/', import.meta.url));
const expected = (name: string) => JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8'));

async function answer(name: string, line: string) {
  const { code, stdout, stderr } = await ohmprop(`crossbar ${line} --json`.split(' '), {
    cwd: join(folder, name),
  });
  return { code, stderr, json: JSON.parse(stdout) };
}

function expectClose(got: readonly number[], right: readonly number[], relative: number): void {
  expect(got.length).toBe(right.length);
  for (const [k, value] of right.entries()) {
    expect(Math.abs(got[k] / value - 1), `${got[k]} for ${value}`).toBeLessThan(relative);
  }
}

describe('a source straight on the first cell', () => {
  const name = '01-first-segment';
  const line = '--resistances R.csv --inputs V.csv --wire-row-ohm 10 --wire-col-ohm 10';
  const right = expected(name);

  it('has the published currents and errors, by its segment or by the name of the convention', async () => {
    for (const first of ['--first-row-ohm 0', '--convention crossbar-microcap']) {
      const { json } = await answer(name, `solve ${line} ${first}`);
      expectClose(json.outputCurrents_A.flat(), right.output_current_A, right.tolerance_relative);
      const { json: errors } = await answer(name, `report ${line} ${first}`);
      expectClose([errors.meanRelativeError], [right.mean_relative_error], 1e-9);
      expectClose([errors.largestRelativeError], [right.largest_relative_error], 1e-9);
      expectClose([errors.relativeError], [right.rms_relative_error], 1e-9);
    }
  });

  it('may have more at the sense end, or the first segment of others', async () => {
    const { json: more } = await answer(name, `report ${line} --first-row-ohm 0 --sense-ohm 100`);
    const end = right.same_with_100_ohm_more_at_the_sense_end;
    expectClose([more.meanRelativeError], [end.mean_relative_error], 1e-9);
    const { json: last } = await answer(name, `report ${line} --first-row-ohm 0 --last-col-ohm 110`);
    expectClose([last.meanRelativeError], [end.mean_relative_error], 1e-9);
    const { json: usual } = await answer(name, `report ${line} --convention badcrossbar`);
    expectClose([usual.meanRelativeError], [right.with_a_first_segment.mean_relative_error], 1e-9);
  });

  it.each(['4', '8', '32', '64'])(
    '%s word lines, all cells and inputs alike, as the published table has them',
    async (size) => {
      const uniform = `--random ${size}x${size} --on 10k --ratio 1 --inputs 700mV --wire-ohm 10 --first-row-ohm 0`;
      const { json } = await answer(name, `report ${uniform}`);
      expectClose([json.meanRelativeError], [right.uniform_array_mean_relative_error[size]], 1e-9);
    },
  );

  it('says its segment once', async () => {
    const args = `crossbar solve ${line} --first-row-ohm 0 --convention pytorx`.split(' ');
    const { code, stderr } = await ohmprop(args, { cwd: join(folder, name) });
    expect(code).toBe(2);
    expect(stderr).toMatch(/--first-row-ohm: --convention pytorx says it/);
  });
});

describe('the same array driven through its columns', () => {
  const name = '03-column-input';
  const line = '--resistances R.csv --wire-row-ohm 20 --wire-col-ohm 50 --driver-ohm 100 --sense-ohm 10';
  const right = expected(name);

  it('has the currents of its rows', async () => {
    const { json: forward } = await answer(name, `solve ${line} --inputs V_rows.csv`);
    expectClose(forward.outputCurrents_A.flat(), right.forward_A, 1e-9);
    for (const way of ['', ' --transfer']) {
      const { json } = await answer(name, `solve ${line} --inputs V_cols.csv --inputs-on columns${way}`);
      expect(json).toMatchObject({ rows: 3, cols: 4 });
      expectClose(json.outputCurrents_A.flat(), right.backward_A, 1e-9);
    }
  });

  it('gives the same answer drawn the other way up', async () => {
    // transposed and both orders reversed is the same circuit driven through its rows
    const cwd = scratch('turned');
    const { writeFileSync } = await import('node:fs');
    const R = readFileSync(join(folder, name, 'R.csv'), 'utf8')
      .trim()
      .split('\n');
    const cells = R.map((row) => row.split(','));
    const turned = cells[0]
      .map((_, j) =>
        cells
          .map((row) => row[j])
          .reverse()
          .join(','),
      )
      .reverse();
    const V = readFileSync(join(folder, name, 'V_cols.csv'), 'utf8')
      .trim()
      .split('\n');
    writeFileSync(join(cwd, 'R.csv'), turned.join('\n'));
    writeFileSync(join(cwd, 'V.csv'), V.reverse().join('\n'));
    const args =
      'crossbar solve --resistances R.csv --inputs V.csv --wire-row-ohm 50 --wire-col-ohm 20 --driver-ohm 100 --sense-ohm 10 --json -o o.json';
    expect((await ohmprop(args.split(' '), { cwd })).code).toBe(0);
    const other = JSON.parse(readFileSync(join(cwd, 'o.json'), 'utf8'));
    const here = `solve ${line} --inputs V_cols.csv --inputs-on columns -o ${join(cwd, 'here.json')}`;
    await answer(name, here);
    const drawn = JSON.parse(readFileSync(join(cwd, 'here.json'), 'utf8'));
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 4; j++) {
        expect(drawn.wordVoltages_V[0][i][j]).toBeCloseTo(other.bitVoltages_V[0][3 - j][2 - i], 12);
        expect(drawn.bitVoltages_V[0][i][j]).toBeCloseTo(other.wordVoltages_V[0][3 - j][2 - i], 12);
        expect(drawn.deviceCurrents_A[0][i][j]).toBeCloseTo(other.deviceCurrents_A[0][3 - j][2 - i], 15);
      }
    }
  });
});

describe('one cell read in an array of which nothing else is connected', () => {
  const name = '17-sneak-floating';
  const { output_current_A, tolerance_relative } = expected(name);

  it.each(['--scheme row-by-row --float-rows 1-7 --float-cols 1-7', '--scheme float'])(
    '%s',
    async (scheme) => {
      const { json } = await answer(name, `solve --resistances R.csv --inputs V.csv ${scheme} --select 0,0`);
      expectClose([json.outputCurrents_A[0][0]], [output_current_A], tolerance_relative);
    },
  );
});

describe('a signed matrix times a vector', () => {
  const name = '13-signed-weights';
  const line = 'solve --weights W.csv --window 10uS,100uS --inputs x.csv';
  const right = expected(name);

  it('is what arithmetic says, whichever cells make a weight', async () => {
    for (const pairs of ['columns', 'rows', 'reference']) {
      const { json } = await answer(name, `${line} --pairs ${pairs}`);
      expectClose(json.weights.products.flat(), right.y, 1e-9);
      expectClose(json.weights.exactProducts.flat(), right.y, 1e-12);
      expect(json.weights.fullScale).toBe(right.full_scale_w);
      expect(json.weights.relativeError).toBeLessThan(1e-12);
    }
    const { json } = await answer(name, line);
    expectClose(json.weights.pairCurrents_A.flat(), right.pair_current_difference_A, 1e-9);
    const cwd = scratch('weights');
    await answer(name, `${line} -o ${join(cwd, 'o.npz')}`);
    const { conductances_S } = await readNpz(join(cwd, 'o.npz'));
    const [plus, minus] = [right.positive_column_S, right.negative_column_S] as number[][][];
    const paired = plus.flatMap((row, i) => row.flatMap((g, j) => [g, minus[i][j]]));
    expectClose(Array.from(conductances_S.data, Number), paired, 1e-12);
  });

  it('loses through wires what the same cells lose, and says how much', async () => {
    const { json } = await answer(name, `${line} --wire-ohm 100`);
    expect(json.weights.relativeError).toBeGreaterThan(1e-3);
    const { products, exactProducts, largestRelativeError } = json.weights;
    const off = products.map(([y]: number[], j: number) => Math.abs(y - exactProducts[j][0]));
    expectClose([largestRelativeError], [Math.max(...off) / 0.25], 1e-9);
    // each pair's currents are those of its own two columns
    const currents: number[] = json.outputCurrents_A.flat();
    const pairs = json.weights.pairCurrents_A.map(([I]: number[]) => I);
    expectClose(
      pairs,
      [0, 1, 2].map((j) => currents[2 * j] - currents[2 * j + 1]),
      1e-12,
    );
  });

  it('is cut into arrays, cells of levels, lines with converters, from an archive too', async () => {
    const cwd = scratch('weights');
    const source = join(folder, name, 'W.csv');
    await answer(name, `${line} --tile 2x2`).then(({ json }) => {
      expect(json.tiles[1]).toBe(json.weights.products.length);
      expectClose(json.weights.products.flat(), right.y, 1e-9);
    });
    const rows = readFileSync(source, 'utf8')
      .trim()
      .split(/\r?\n/)
      .map((row) => row.split(/[,;\t]/).map(Number));
    const data = Float64Array.from(rows.flat());
    await writeNpz(join(cwd, 'W.npz'), { w1: { shape: [rows.length, rows[0].length], data } });
    const archived = await answer(
      name,
      `solve --weights ${join(cwd, 'W.npz')}:w1 --window 10uS,100uS --inputs x.csv`,
    );
    expectClose(archived.json.weights.products.flat(), right.y, 1e-9);
    const { json } = await answer(
      name,
      `${line} --tile 4x4 --levels 8 --dac-bits 6 --node-bits 6 --wire-ohm 50`,
    );
    const { errors, parts, relativeError } = json.weights;
    expect(errors.rmsOverRms).toBe(relativeError);
    for (const part of ['cells', 'drivers', 'wires', 'readOut']) expect(parts[part]).toBeGreaterThan(0);
    const page = join(cwd, 'page.html');
    await answer(name, `report ${line.slice('solve '.length)} --levels 8 --node-bits 6 -o ${page}`);
    expect(readFileSync(page, 'utf8')).toMatch(/Where the error comes from/);
  });

  it('stands in cells of a model, set at a read voltage, one array or several, and in their report', async () => {
    const cells = 'solve --weights W.csv --window 100uS,1mS --inputs x.csv --cells tio2-strukov --read 100mV';
    const { json } = await answer(name, cells);
    // at frozen states these cells are conductances
    expectClose(json.weights.products.flat(), expected(name).y, 1e-6);
    expect(json.weights.parts.curves).toBeLessThan(1e-9);
    const wired = await answer(name, `${cells} --wire-ohm 5`);
    const plain = await answer(name, 'solve --weights W.csv --window 100uS,1mS --inputs x.csv --wire-ohm 5');
    expectClose(wired.json.weights.products.flat(), plain.json.weights.products.flat(), 1e-6);
    const cut = await answer(name, `${cells} --wire-ohm 5 --tile 8x8`);
    expect(cut.json.weights.products.flat()).toHaveLength(wired.json.weights.products.flat().length);
    const { json: report } = await answer(name, `report ${cells.slice('solve '.length)} --wire-ohm 5`);
    expect(report.weights.products[0][0]).toBe(wired.json.weights.products[0][0]);
  });

  it.each([
    ['solve --weights W.csv --inputs x.csv', /--window LOW,HIGH is needed/],
    ['solve --weights W.csv --window 100uS,10uS --inputs x.csv', /the lower conductance stands first/],
    ['solve --weights W.csv --window 10 --inputs x.csv', /a ratio, which says how far they go/],
    ['solve --weights W.csv --window 10uS --inputs x.csv', /--window: .*needs two conductances in S/],
    [`${line} --scheme v/2`, /leave out --scheme/],
    [`${line} --transfer`, /--transfer: of cells/],
    ['solve --random 2x2 --pairs rows', /--pairs goes with --weights/],
    ['solve --random 2x2 --tile 2x2', /--tile goes with --weights/],
    ['solve --stdin --tile 2x2', /--tile: not with --stdin/],
    ['solve --stdin --node-bits 8', /--node-bits: not with --stdin/],
    [`${line} --slices 2`, /give --levels too/],
    [`${line} --line-full-scale 1uA`, /range of --node-bits; give that too/],
    [`${line} --node-bits 8 --line-full-scale 1V`, /--line-full-scale/],
    [`${line} --tile 1x1`, /an array of 1 bit lines holds no weight/],
    [`${line} --tile 4x4 --float-rows 1`, /names lines of one array/],
    [`${line} --tile 4x4 --conductances W.csv`, /give one of/],
    [`${line} --tile 4x4 --seed 3`, /--seed goes with --random/],
    [`${line} --cells tio2-strukov`, /--weights with --cells: --read V is needed/],
    [`${line} --cells tio2-strukov --read 0.1V --states 0.5`, /--states: --weights says where each cell is/],
    [`${line} --cells tio2-strukov --read 0.1V --random 2x2`, /give one of/],
    [
      `${line} --cells tio2-strukov --read 0.1V`,
      /a cell of 47\.50 µS is asked for; at 100 mV .* 62\.50 µS to/,
    ],
    [`${line} --cells tio2-strukov --read 0.1V --tile 8x8`, /a cell of 47\.50 µS is asked for/],
    [`${line} --tile 4x4 --gate 1V`, /--gate goes with --cells/],
    [`${line} --tile 4x4 --read 100mV`, /--read goes with --cells/],
    [`${line} --tile 4x4 --select 0,1`, /parallel drives every line/],
  ])('%s is refused', async (args, why) => {
    const { code, stderr } = await ohmprop(['crossbar', ...args.split(' ')], { cwd: join(folder, name) });
    expect(code).toBe(2);
    expect(stderr).toMatch(why);
  });
});

it('currents that the last bit of a voltage decides are right', async () => {
  const name = '21-tiny-currents';
  const line = 'solve --resistances R.csv --inputs V.csv --wire-row-ohm 0.0345 --wire-col-ohm 3.46';
  const { code, json, stderr } = await answer(name, line);
  const right = expected(name).output_current_A as number[];
  expect(code, stderr).toBe(0);
  expect(json).toMatchObject({ status: 'settled', limitedByRounding: false });
  expectClose(json.outputCurrents_A.flat(), right, 1e-9);
});

describe('nonlinear cells of a YAML model, with wires', () => {
  const name = '02-model-cells';
  const line = '--cells cell.yaml --states X.csv --inputs V.csv --wire-row-ohm 5 --wire-col-ohm 5';

  it('carry the currents of a Newton solve of their nodes', async () => {
    const { json } = await answer(name, `solve ${line}`);
    expect(json).toMatchObject({ status: 'settled', method: 'newton' });
    expectClose(json.outputCurrents_A.flat(), expected(name).output_current_A, 1e-8);
  });

  it('are reported against what they carry without wires, and written as SPICE', async () => {
    const { json } = await answer(name, `report ${line}`);
    const { json: ideal } = await answer(name, 'solve --cells cell.yaml --states X.csv --inputs V.csv');
    expectClose(json.idealCurrents_A, ideal.outputCurrents_A.flat(), 1e-9);
    const { json: spice } = await answer(name, `export ${line}`);
    expect(spice.spice).toMatch(/^b_rd_0_0 w_0_0 b_0_0 I = .*sinh/m);
  });

  it('are mapped, each when it is selected, behind selectors too', async () => {
    const cells = '--cells cell.yaml --states X.csv --wire-ohm 5';
    for (const more of ['', ' --selector threshold --selector-set v_th=0.3V']) {
      const { json: map } = await answer(name, `map ${cells}${more} --scheme v/3 --voltage 700mV`);
      const at = `--scheme v/3 --select ${map.cell_A.mostAt.join(',')} --inputs 700mV`;
      const cwd = scratch('mapped');
      await answer(name, `solve ${cells}${more} ${at} -o ${join(cwd, 'o.npz')}`);
      const { deviceCurrents_A } = await readNpz(join(cwd, 'o.npz'));
      const [row, column] = map.cell_A.mostAt;
      expectClose([map.cell_A.most], [Number(deviceCurrents_A.data[row * 8 + column])], 1e-8);
    }
  });

  it.each([
    [`solve ${line} --set gfx=1`, /has no parameter "gfx"/],
    [`solve ${line} --gate 2V`, /--gate goes with --transistor/],
    [`solve ${line} --transistor VTO=0.5`, /--gate V is needed/],
    [`solve ${line} --selector zener`, /known are diode, threshold/],
    [`solve ${line} --inputs-on columns --transistor VTO=0.5 --gate 2V`, /driven on their rows/],
    ['sweep --over on-off --cells cell.yaml', /of resistors; cells with models have states/],
    ['sweep --values 2,3 --cells cell.yaml --states X.csv', /one number for all cells/],
    ['sweep --values 2,3 --selector diode', /--selector goes with --cells/],
    [`solve ${line} --transfer`, /no sums over their inputs/],
    ['solve --cells cell.yaml --inputs V.csv', /--states FILE is needed/],
    ['solve --cells cell.yaml --random 8x8 --states 2 --inputs V.csv', /lies between 0 and 1/],
    ['solve --random 8x8 --inputs V.csv --selector diode', /--selector goes with --cells MODEL/],
  ])('%s is refused', async (args, why) => {
    const { code, stderr } = await ohmprop(['crossbar', ...args.split(' ')], { cwd: join(folder, name) });
    expect(code).toBe(2);
    expect(stderr).toMatch(why);
  });
});

describe('one write of a passive array', () => {
  const name = '05-half-select-program';
  const right = expected(name).cells;

  it('leaves cell and neighbours where the closed form has them', async () => {
    const line = 'program --cells ion.yaml --write 0,0 --scheme v/2 --pulse 1V,0.5s';
    const { json } = await answer(name, line);
    expectClose(
      [json.states.flat(), json.conductances_S.flat()].flat(),
      [
        ...['selected', 'half_selected', 'half_selected', 'unselected'].map((which) => right[which].x),
        ...['selected', 'half_selected', 'half_selected', 'unselected'].map((which) => right[which].G_S),
      ],
      1e-6,
    );
    expect(json.disturbance.largestAt).toEqual([0, 1]);
  });

  it('is repeated until targets are reached, in a run directory that solve takes', async () => {
    const cwd = scratch('programmed');
    cpSync(join(folder, name, 'ion.yaml'), join(cwd, 'ion.yaml'));
    writeFileSync(join(cwd, 'g.csv'), '80uS,\n,90uS\n');
    const run = async (line: string) => ohmprop(`crossbar ${line}`.split(' '), { cwd });
    const line =
      'program --cells ion.yaml --target g.csv --within 5% --pulse 1V,5ms --scheme v/2 --wire-ohm 2';
    const { code, stdout, stderr } = await run(`${line} -o done/ --json`);
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout);
    expect(report).toMatchObject({ finalWithin: 2, accepted: 2 });
    for (const [cell, target_S] of [
      [report.conductances_S[0][0], 80e-6],
      [report.conductances_S[1][1], 90e-6],
    ]) {
      expect(Math.abs(cell / target_S - 1)).toBeLessThan(0.055);
    }
    expect(readFileSync(join(cwd, 'done/pulses.csv'), 'utf8')).toMatch(/^row,column,event,count,/);
    expect(readFileSync(join(cwd, 'done/disturbance.svg'), 'utf8')).toMatch(/<svg/);
    expect(report.disturbance.largest_S).not.toBe(0);
    // Where every cell was to change none can have been disturbed, and none is named.
    writeFileSync(join(cwd, 'one.csv'), '80uS\n');
    const one = await run('program --cells ion.yaml --target one.csv --within 5% --pulse 1V,5ms -o one/');
    expect(one.stdout).toContain('every cell was to change');
    expect(JSON.parse(readFileSync(join(cwd, 'one/report.json'), 'utf8')).disturbance).toBeNull();
    expect(readFileSync(join(cwd, 'one/disturbance.svg'), 'utf8')).toContain('was to change');
    const solved = await run('solve --conductances done/G_final.npy --inputs 100mV --json');
    const [first] = JSON.parse(solved.stdout).outputCurrents_A;
    const sum_S = report.conductances_S[0][0] + report.conductances_S[1][0];
    expectClose(first, [0.1 * sum_S], 1e-9);
  });

  it.each([
    ['program --cells ion.yaml', /give --target FILE, or --write/],
    ['program --cells ion.yaml --write 0,0 --pulse 1V', /an amplitude and a width/],
    ['program --cells ion.yaml --write 0,0=9S --pulse 1V,1ms', /outside 62.5 µS … 10.0 mS|lies outside/],
    ['program --cells ion.yaml --write 5,5 --random 2x2', /got row 5, column 5/],
    ['program --cells ion.yaml --write 0,0=80uS,1,1', /80uS/],
    ['program --cells ion.yaml --write 0,0 --write 1,1=80uS', /do not go together/],
    ['program --cells ion.yaml --write 0,0 --scheme parallel', /needs one of row-by-row/],
    ['program --cells ion.yaml --write 0,0 --read 0V', /read_V: got 0/],
  ])('%s is refused', async (args, why) => {
    const { code, stderr } = await ohmprop(['crossbar', ...args.split(' ')], { cwd: join(folder, name) });
    expect(code).toBe(2);
    expect(stderr).toMatch(why);
  });
});
