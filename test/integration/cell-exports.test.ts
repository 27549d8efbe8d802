import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  cellExports,
  cellForPulses,
  cellOfAihwkit,
  cellOfModel,
  cellOfStepTables,
  readAihwkit,
  readStepTable,
  stepsOfTable,
  writeCellFile,
} from '../../calibration/cell-files/index.js';
import { normalQuantile } from '../../core/index.js';
import { curvatureOf, type PulseModel, pulsePreset, pulsePresets } from '../../devices/cells/pulse/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const cwd = scratch('cell-exports');
const here = (...args: string[]) => ohmprop(args, { cwd });
const provenance = { program: 'test', sources: [] };
const asFile = (model: PulseModel) => ({ ...cellOfModel(model), provenance });
const textOf = async (to: keyof typeof cellExports, model: PulseModel) =>
  (await cellExports[to](asFile(model))).files.map(({ text }) => text);

/** Steps of two cells over the window, largest difference of the largest step. */
function difference(a: PulseModel, b: PulseModel): number {
  let [worst, largest] = [0, 0];
  for (let k = 0; k <= 40; k++) {
    for (const way of ['potentiation', 'depression'] as const) {
      worst = Math.max(worst, Math.abs(a[way].step(k / 40) - b[way].step(k / 40)));
      largest = Math.max(largest, Math.abs(a[way].step(k / 40)));
    }
  }
  return worst / largest;
}

describe('cell export', () => {
  it.each(pulsePresets.map(({ name }) => name))('%s comes back from a cell file', (name) => {
    const model = pulsePreset(name);
    const back = cellForPulses(asFile(model))?.model as PulseModel;
    expect(difference(model, back)).toBeLessThan(model.potentiation.tabulationError > 0 ? 1e-3 : 1e-9);
    expect(back.spreads).toEqual(
      Object.fromEntries(
        Object.entries(model.spreads).filter(([key, value]) =>
          key === 'd2dLogNormal' ? value : Number(value) > 0,
        ),
      ),
    );
  });

  it.each(['linear', 'ag-asi-jo', 'wo3-tang', 'hfo2-gong', 'hfo2-array-om-gong'])(
    '%s comes back from aihwkit, its spreads too',
    async (name) => {
      const model = pulsePreset(name);
      const [python] = await textOf('aihwkit', model);
      expect(python).toMatch(/^from aihwkit.simulator.configs import (LinearStep|PiecewiseStep)Device$/m);
      const { parts } = cellOfAihwkit(name, readAihwkit(python, 'a.py'), 'a.py');
      const back = cellForPulses({ ...parts, provenance })?.model as PulseModel;
      expect(difference(model, back)).toBeLessThan(name === 'hfo2-gong' ? 0.02 : 1e-7);
      const { c2cRange, ...others } = model.spreads;
      for (const [key, value] of Object.entries(others)) {
        if (typeof value === 'number') expect(Number(back.spreads[key as 'c2c'] ?? 0)).toBeCloseTo(value, 6);
      }
    },
  );

  it('reads the presets of aihwkit as they are printed', () => {
    // ReRamArrayOM: of devices.md's table, soft bounds with a log-normal spread and 13.5 % corrupt
    const printed = `SoftBoundsReferenceDevice(construction_seed=0, dw_min=0.0949, up_down=0, w_max=1, w_min=-1,
      dw_min_dtod=0.7829, dw_min_dtod_log_normal=True, up_down_dtod=0.01, w_max_dtod=0.35, w_min_dtod=0.57,
      dw_min_std=0.4158, write_noise_std=1.4113, corrupt_devices_prob=0.135)`;
    const { parts, remarks } = cellOfAihwkit('om', readAihwkit(printed, 'om.txt'), 'om.txt');
    const back = cellForPulses({ ...parts, provenance })?.model as PulseModel;
    const preset = pulsePreset('hfo2-array-om-gong');
    expect(difference(preset, back)).toBeLessThan(1e-9);
    expect(back.spreads).toMatchObject({ d2dStep: 0.7829, d2dLogNormal: true, stuck: 0.135 });
    expect(back.spreads.write).toBeCloseTo(preset.spreads.write as number, 9);
    expect(remarks).toEqual([expect.stringMatching(/1 µS to 50 µS are assumed/)]);
    expect(() => readAihwkit('SoftBoundDevice(dw_min=1)', 'x')).toThrow(/did you mean SoftBoundsDevice\?/);
    expect(() => readAihwkit('hello', 'x')).toThrow(/no device of aihwkit is in it/);
  });

  it('to CrossSim writes the layout of its tables, which read back as the same cell', async () => {
    const model = { ...pulsePreset('ag-asi-jo'), spreads: { c2cRange: 0.02 } };
    const [up, down] = await textOf('crosssim', model);
    expect(up.split('\n')[3]).toBe('');
    const tables = [up, down].map((text) => readStepTable(text, 't')) as [never, never];
    const { parts } = cellOfStepTables('x', ...tables);
    const back = cellForPulses({ ...parts, provenance })?.model as PulseModel;
    expect(back.g_min_S / model.g_min_S).toBeCloseTo(1, 6);
    expect(back.g_max_S / model.g_max_S).toBeCloseTo(1, 6);
    for (const w of [0.1, 0.5, 0.9]) {
      expect(back.potentiation.step(w)).toBeCloseTo(model.potentiation.step(w), 4);
      expect(back.depression.step(w)).toBeCloseTo(model.depression.step(w), 4);
    }
    expect(back.spreads.c2cRange).toBeCloseTo(0.02, 3);
  });

  it('draws normal steps from the right quantiles', () => {
    // Abramowitz & Stegun table 26.1
    for (const [p, z] of [
      [0.5, 0],
      [0.8413447461, 1],
      [0.975, 1.959963985],
      [0.001, -3.090232306],
    ]) {
      expect(normalQuantile(p)).toBeCloseTo(z, 7);
    }
  });

  it('to NeuroSim gives the labels, A and σ that the preset was made of', async () => {
    const { code, stdout, stderr } = await here('cell', 'export', 'ag-asi-jo', '--to', 'neurosim', '--json');
    expect(code, stderr).toBe(0);
    const values = JSON.parse(stdout);
    expect(values).toMatchObject({ maxConductance: 38.4615e-9, sigmaCtoC: 0.035, writeVoltageLTP: 3.2 });
    expect(values.NL_LTP).toBeCloseTo(2.4, 2);
    expect(values.NL_LTD).toBeCloseTo(-4.88, 2);
    expect(values.A_LTP_pulses / (curvatureOf(2.4) * values.maxNumLevelLTP)).toBeCloseTo(1, 2);
  });

  it('to a table has the law, and a band that widens', async () => {
    expect((await here('cell', 'export', 'wo3-tang', '--to', 'csv', '-o', 'wo3.csv')).code).toBe(0);
    const rows = readFileSync(join(cwd, 'wo3.csv'), 'utf8')
      .trim()
      .split('\n')
      .map((row) => row.split(','));
    expect(rows[0]).toEqual(['direction', 'pulse', 'measured_S', 'model_S', 'low_S', 'high_S']);
    const width = (row: string[]) => Number(row[5]) - Number(row[4]);
    expect(width(rows[50])).toBeGreaterThan(width(rows[5]));
    expect(Number(rows[50][4])).toBeLessThan(Number(rows[50][3]));
  });

  it('refuses an ending of another format before anything is written', async () => {
    const { code, stderr } = await here('cell', 'export', 'linear', '--to', 'spice', '-o', 'x.py');
    expect(code).toBe(2);
    expect(stderr).toMatch(/--to spice goes into a name that ends in \.cir, got one that ends in \.py/);
    expect(existsSync(join(cwd, 'x.py'))).toBe(false);
    expect((await here('cell', 'export', 'linear', '--to', 'crosssim', '-o', 'tables/')).code).toBe(0);
    expect(existsSync(join(cwd, 'tables/dG_decreasing.txt'))).toBe(true);
  });

  it('makes a cell file that trains, of a table and of tables of others', async () => {
    for (const [from, file] of [
      ['wox-kim', 'wox.cell.json'],
      ['crosssim:tables/dG_increasing.txt,tables/dG_decreasing.txt', 'steps.cell.json'],
    ]) {
      const made = await here('cell', 'export', from, '--to', 'cell', '-o', file);
      expect(made.code, made.stderr).toBe(0);
      const run = await here(
        'train',
        '--data',
        'xor',
        '--epochs',
        '1',
        '--cells',
        file,
        '--out',
        `run-${file}`,
      );
      expect(run.code, run.stderr).toBe(0);
    }
  });
});

describe('a subcircuit', () => {
  const iv = {
    branches: [
      {
        name: 'low resistance',
        law: { kind: 'sinh' as const, current_A: 1e-5, per_V: 2 },
        voltage_V: [-1, 1] as [number, number],
      },
      {
        name: 'high resistance',
        law: { kind: 'polynomial' as const, coefficients: [1e-6, 0, 2e-6] },
        voltage_V: [-1, 1] as [number, number],
      },
      {
        name: 'tunnelling',
        law: { kind: 'exponential' as const, current_A: 2e-6, per_V: 3 },
        voltage_V: [0, 1] as [number, number],
      },
      {
        name: 'space charge',
        law: { kind: 'power' as const, current_A: 4e-6, exponent: 2 },
        voltage_V: [0, 1] as [number, number],
      },
      {
        name: 'level',
        law: { kind: 'table' as const, voltage_V: [-1, 0, 1], current_A: [-2e-6, 0, 4e-6] },
        voltage_V: [-1, 1] as [number, number],
      },
    ],
  };
  beforeAll(async () => {
    await writeCellFile(join(cwd, 'iv.cell.json'), { name: 'iv', iv }, { sources: [] });
    await writeCellFile(
      join(cwd, 'memory.cell.json'),
      { name: 'memory', dynamics: { preset: 'sdc-nugent' } },
      { sources: [] },
    );
  });

  it('of each branch carries the current of its law', async () => {
    expect((await here('cell', 'export', 'iv.cell.json', '--to', 'spice', '-o', 'iv.cir')).code).toBe(0);
    const at = [-0.5, 0.5];
    const cards = at.flatMap((v, k) => [
      `v${k} a${k} 0 ${v}`,
      ...iv.branches.map((_, b) => `vs${k}${b} a${k} m${k}${b} 0\nx${k}${b} m${k}${b} 0 iv_${b + 1}`),
    ]);
    writeFileSync(join(cwd, 'deck.cir'), `iv\n.include iv.cir\n${cards.join('\n')}\n.op\n.end\n`);
    const { code, stdout, stderr } = await here('circuit', 'run', 'deck.cir', '--json');
    expect(code, stderr).toBe(0);
    const text = JSON.parse(stdout);
    const currents = new Map<string, number>(Object.entries(branchCurrents(text)));
    const closed = [
      (v: number) => 1e-5 * Math.sinh(2 * v),
      (v: number) => 1e-6 * v + 2e-6 * v ** 3,
      (v: number) => 2e-6 * Math.sign(v) * Math.expm1(3 * Math.abs(v)),
      (v: number) => 4e-6 * v * Math.abs(v),
      (v: number) => (v < 0 ? 2e-6 * v : 4e-6 * v),
    ];
    for (const [k, v] of at.entries()) {
      for (const [b, law] of closed.entries()) {
        expect(Number(currents.get(`vs${k}${b}`)) / law(v), `branch ${b} at ${v}`).toBeCloseTo(1, 5);
      }
    }
  });

  it('of equations reads as SPICE', async () => {
    const { code, stdout } = await here('cell', 'export', 'memory.cell.json', '--to', 'spice');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\.subckt memory p n\nb1 p n I = .*V\(x\)/);
    writeFileSync(join(cwd, 'memory.cir'), `memory\n${stdout}\nv1 a 0 0.1\nx1 a 0 memory\n.op\n.end\n`);
    const run = await here('circuit', 'check', 'memory.cir', '--json');
    expect(run.code, run.stderr + run.stdout).toBe(0);
  });
});

function branchCurrents(answer: object): Record<string, number> {
  const found: Record<string, number> = {};
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      const name = /^(?:i\()?(vs\d\d)\)?$/i.exec(key)?.[1];
      if (name !== undefined && typeof inner === 'number') found[name] = inner;
      else visit(inner);
    }
  };
  visit(answer);
  return found;
}

const data = process.env.OHMPROP_DATA;

describe.skipIf(data === undefined)("CrossSim's tables of an ENODe (needs OHMPROP_DATA)", () => {
  it('are read whole, with the medians of the reference', async () => {
    const folder = join(data as string, 'cases/calibration/C6-step-table');
    const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'));
    for (const way of ['increasing', 'decreasing'] as const) {
      const file = `dG_${way}.txt`;
      const table = readStepTable(readFileSync(join(folder, file), 'utf8'), file);
      const { G_bins, G_first_S, G_last_S, cdf_points, middle_bin_G_S, median_step_S } = expected[way];
      expect([table.bins_S.length, table.cdf.length]).toEqual([G_bins, cdf_points]);
      expect([table.bins_S[0], table.bins_S[G_bins - 1]]).toEqual([G_first_S, G_last_S]);
      const middle = table.bins_S.indexOf(middle_bin_G_S);
      expect(stepsOfTable(table).median_S[middle]).toBeCloseTo(median_step_S, 12);
      copyFileSync(join(folder, file), join(cwd, file));
    }
    const cells = 'crosssim:dG_increasing.txt,dG_decreasing.txt';
    const { code, stderr } = await here(
      'train',
      '--data',
      'xor',
      '--epochs',
      '1',
      '--cells',
      cells,
      '--out',
      'e',
    );
    expect(code, stderr).toBe(0);
  });
});

describe('crossbar --cells', () => {
  it('takes static branches as resistors at the stated voltage, and says so', async () => {
    const branches = [
      {
        name: 'low',
        law: { kind: 'sinh' as const, current_A: 1e-5, per_V: 2 },
        voltage_V: [-1, 1] as [number, number],
      },
      {
        name: 'high',
        law: { kind: 'ohmic' as const, conductance_S: 1e-6 },
        voltage_V: [-1, 1] as [number, number],
      },
    ];
    await writeCellFile(join(cwd, 'two.cell.json'), { name: 'two', iv: { branches } }, { sources: [] });
    writeFileSync(join(cwd, 'states.csv'), '1\n0.25\n');
    writeFileSync(join(cwd, 'v.csv'), '0.2\n0.2\n');
    const solve = ['crossbar', 'solve', '--inputs', 'v.csv', '--cells', 'two.cell.json'];
    const { code, stdout, stderr } = await here(
      ...solve,
      '--cell-states',
      'states.csv',
      '--read',
      '0.2V',
      '--json',
    );
    expect(code, stderr).toBe(0);
    const on = (1e-5 * Math.sinh(0.4)) / 0.2;
    const sum = 0.2 * (on + 1e-6 + 0.25 * (on - 1e-6));
    expect(JSON.parse(stdout).outputCurrents_A[0][0] / sum).toBeCloseTo(1, 9);
    expect(stderr).toMatch(
      /taken as resistors of 1\.00 µS to 20\.5 µS, what they are at 200 mV; at half of it/,
    );
    expect((await here(...solve, '--cell-states', 'states.csv', '--read', '2V')).stderr).toMatch(
      /low from -?−?1\.00 V to 1\.00 V/,
    );
    expect(stderr).not.toContain('inputs go to');
    writeFileSync(join(cwd, 'high.csv'), '0.2\n-1.3\n');
    const high = solve.map((word) => (word === 'v.csv' ? 'high.csv' : word));
    expect((await here(...high, '--cell-states', 'states.csv', '--read', '0.2V')).stderr).toContain(
      'inputs go to 1.30 V, and the states of these cells were measured up to 1.00 V',
    );
    expect((await here(...solve, '--cell-states', 'states.csv')).stderr).toMatch(/--read V is needed/);
    await writeCellFile(
      join(cwd, 'bent.cell.json'),
      { name: 'bent', dynamics: { preset: 'sdc-nugent' } },
      { sources: [] },
    );
    const bent = ['crossbar', 'solve', '--inputs', 'v.csv', '--cells', 'bent.cell.json'];
    expect((await here(...bent, '--cell-states', 'states.csv', '--read', '0.2V')).stderr).toMatch(
      /it has "dynamics" and no "iv"; crossbars of cells that bend with their voltage are not solved yet/,
    );
  });

  const ohmic = (name: string, conductance_S: number, voltage_V: [number, number], more = {}) => ({
    name,
    law: { kind: 'ohmic' as const, conductance_S },
    voltage_V,
    ...more,
  });
  const solved = async (branches: ReturnType<typeof ohmic>[], read: string) => {
    await writeCellFile(
      join(cwd, 'some.cell.json'),
      { name: 'some', iv: { branches } },
      { sources: [] },
      { force: true },
    );
    writeFileSync(join(cwd, 'one.csv'), '0.5\n');
    writeFileSync(join(cwd, 'volt.csv'), '1\n');
    return await here(
      ...['crossbar', 'solve', '--inputs', 'volt.csv', '--cells', 'some.cell.json'],
      ...['--cell-states', 'one.csv', '--read', read, '--json'],
    );
  };
  const outOf = (stdout: string): number => JSON.parse(stdout).outputCurrents_A[0][0];

  it('takes of a law a side the side that is read, and a cell of one state as what it is', async () => {
    const sides = [
      ohmic('low, positive', 4e-6, [0.1, 1]),
      ohmic('low, negative', 8e-6, [-1, -0.1]),
      ohmic('high', 2e-6, [-1, 1]),
    ];
    expect(outOf((await solved(sides, '0.05V')).stdout)).toBeCloseTo(3e-6, 12);
    expect(outOf((await solved(sides, '-0.5V')).stdout)).toBeCloseTo(5e-6, 12);
    const one = await solved([ohmic('static', 7e-6, [-1, 1])], '0.2V');
    expect(outOf(one.stdout)).toBeCloseTo(7e-6, 12);
    expect(one.stderr).toContain('the only state of the file');
  });

  it('refuses a fit that is none, and a state that was not measured on that side', async () => {
    const lost = await solved(
      [ohmic('low', 4e-6, [-1, 1], { fit: { converged: false } }), ohmic('high', 2e-6, [-1, 1])],
      '0.2V',
    );
    expect([lost.code, lost.stderr]).toEqual([2, expect.stringContaining('branch low has not converged')]);
    const half = await solved([ohmic('low', 4e-6, [-1, 1]), ohmic('high', 2e-6, [0, 1])], '-0.2V');
    expect([half.code, half.stderr]).toEqual([
      2,
      expect.stringContaining('every state is needed at −200 mV'),
    ]);
  });
});
