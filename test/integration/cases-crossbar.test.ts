import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
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

it('currents that the last bit of a voltage decides are right', async () => {
  const name = '21-tiny-currents';
  const line = 'solve --resistances R.csv --inputs V.csv --wire-row-ohm 0.0345 --wire-col-ohm 3.46';
  const { code, json, stderr } = await answer(name, line);
  const right = expected(name).output_current_A as number[];
  expect(code, stderr).toBe(0);
  expect(json).toMatchObject({ status: 'settled', limitedByRounding: false });
  expectClose(json.outputCurrents_A.flat(), right, 1e-9);
});
