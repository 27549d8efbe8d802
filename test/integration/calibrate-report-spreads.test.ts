import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const random = new RandomStream(31, 'spreads of a report');

/** Sweeps to ±`amplitude` of a cell that sets at `set` of it, give and take 2 %, 10 kΩ·e^`own` when on, and 1 MΩ when off. */
function loops(cycles: number, amplitude: number, own: number): string {
  const out = Array.from({ length: 31 }, (_, i) => (amplitude * i) / 30);
  const volts = [...out, ...out.toReversed(), ...out.map((v) => -v), ...out.map((v) => -v).toReversed()];
  const rows = Array.from({ length: cycles }, (_, cycle) => {
    const set = amplitude * (0.6 + 0.02 * random.normal());
    let on = false;
    return volts.map((v) => {
      if (v > set) on = true;
      if (v < -set) on = false;
      const resistance = on ? 1e4 * Math.exp(own) : 1e6;
      return `${cycle + 1},${v.toFixed(4)},${(v / resistance) * (1 + 0.005 * random.normal())}`;
    });
  });
  return ['Cycle,Voltage (V),Current (A)', ...rows.flat()].join('\n');
}

/** Reads of cells at 1 … 1000 s after they were written, as `cell,time,conductance`. */
function relaxation(): string {
  const rows = Array.from({ length: 40 }, (_, cell) =>
    [1, 10, 100, 1000].map((t) => {
      const first = 1e-5 * (1 + (cell % 4));
      return `${cell % 4},${t},${first * (1 - 0.02 * Math.log10(t)) + 1e-7 * random.normal()}`;
    }),
  );
  return ['level,time (s),conductance (S)', ...rows.flat()].join('\n');
}

/** A cell that moves from 1 to 10 µS in 12 pulses, or stays at 9 µS. */
function train(stuck: boolean): string {
  const state = (n: number) =>
    stuck ? 9 + 0.01 * Math.sin(n) : 1 + (9 * (1 - Math.exp(-n / 4))) / (1 - Math.exp(-3));
  return [
    'pulse,potentiation (uS),depression (uS)',
    ...Array.from({ length: 13 }, (_, n) => `${n},${state(n)},${state(12 - n)}`),
  ].join('\n');
}

describe('calibrate report over many cells', () => {
  it('takes files of one cell for its cycles, where their names say so', async () => {
    const root = scratch();
    mkdirSync(join(root, 'wafer'));
    for (const [cell, own] of [
      ['D1', 0.4],
      ['D2', -0.4],
    ] as const)
      for (const cycle of [1, 2, 3])
        writeFileSync(
          join(root, 'wafer', `${cell}_c${cycle}.csv`),
          loops(1, 1, own + 0.05 * random.normal()),
        );
    const report = async (...more: string[]) => {
      const out = `out${more.length}/`;
      const { code } = await ohmprop(['calibrate', 'report', 'wafer', '-o', out, ...more], { cwd: root });
      expect(code).toBe(0);
      const { population } = JSON.parse(readFileSync(join(root, out, 'features.json'), 'utf8'));
      return {
        on: population.find(({ name }: { name: string }) => name === 'on_S'),
        page: readFileSync(join(root, out, 'report.html'), 'utf8'),
      };
    };
    const { on, page } = await report('--name-pattern', '{cell}_c{cycle}');
    expect(on).toMatchObject({ devices: 2, values: 6 });
    expect(on.components.sigma.cycle.value).toBeGreaterThan(0.01);
    expect(on.components.sigma.cycle.value).toBeLessThan(0.15);
    expect(page).toContain('Files whose names give one cell are cycles of one device');
    const apart = await report();
    expect(apart.on).toMatchObject({ devices: 6, values: 6 });
    expect(apart.page).toContain('--name-pattern');
  });

  it('compares cells at one read voltage, and splits their spread', async () => {
    const root = scratch();
    mkdirSync(join(root, 'wafer'));
    for (let d = 0; d < 9; d++)
      writeFileSync(join(root, 'wafer', `D${d}.csv`), loops(4, d < 4 ? 1 : 6, 0.3 * random.normal()));
    const { code } = await ohmprop(['calibrate', 'report', 'wafer', '-o', 'out/'], { cwd: root });
    expect(code).toBe(0);
    const page = readFileSync(join(root, 'out', 'report.html'), 'utf8');
    // ±1 V alone would be read at 0.1 V, ±6 V at 0.3 V: which cells of ±1 V can be read at, too.
    expect(page).toContain('all are compared at 300 mV');
    const rows: Record<string, string>[] = parse(readFileSync(join(root, 'out', 'features.csv'), 'utf8'), {
      columns: true,
    });
    expect(new Set(rows.map((row) => row.read_V))).toEqual(new Set(['0.3']));
    expect(page).toContain('device to device σ');
    expect(page).toContain('Laws over the cells');
    const { population, comparedAt } = JSON.parse(readFileSync(join(root, 'out', 'features.json'), 'utf8'));
    expect(comparedAt).toEqual({ value_V: 0.3, own_V: [0.1, 0.3] });
    const on = population.find(({ name }: { name: string }) => name === 'on_S');
    expect(on).toMatchObject({ devices: 9, values: 36 });
    expect(on.components.sigma.device.low).toBeLessThan(0.3);
    expect(on.components.sigma.device.high).toBeGreaterThan(0.3);
    expect(readdirSync(join(root, 'out'))).not.toContain('checkpoints');
  });

  it('shows how an array relaxes, and draws it', async () => {
    const root = scratch();
    writeFileSync(join(root, 'array.csv'), relaxation());
    expect((await ohmprop(['calibrate', 'report', 'array.csv', '-o', 'out/'], { cwd: root })).code).toBe(0);
    const page = readFileSync(join(root, 'out', 'report.html'), 'utf8');
    expect(page).toContain('Relaxation of arrays');
    expect(page).toMatch(/40 cells were written once/);
    expect(existsSync(join(root, 'out', 'figures', 'relaxation.svg'))).toBe(true);
    const { files } = JSON.parse(readFileSync(join(root, 'out', 'features.json'), 'utf8'));
    expect(files[0].features.relaxation[0].groups[3].mean).toHaveLength(3);
  });

  it('names stuck cells, lists every train, and says which command fits what was not fitted', async () => {
    const root = scratch();
    mkdirSync(join(root, 'pulses'));
    for (let d = 0; d < 26; d++) writeFileSync(join(root, 'pulses', `P${d}.csv`), train(d === 3));
    expect((await ohmprop(['calibrate', 'report', 'pulses', '-o', 'out/'], { cwd: root })).code).toBe(0);
    const page = readFileSync(join(root, 'out', 'report.html'), 'utf8').replace(/<wbr>/g, '');
    expect(page).toContain('all, of 26 pulsed');
    expect(page).toContain('ohmprop calibrate fit pulses/P25.csv -o P25.cell.json');
    const rows = parse(readFileSync(join(root, 'out', 'trains.csv'), 'utf8'), { columns: true });
    // both trains of 25 cells; the stuck one has none, and is counted as stuck
    expect(rows).toHaveLength(50);
    const { stuckCells } = JSON.parse(readFileSync(join(root, 'out', 'features.json'), 'utf8'));
    expect(stuckCells.stuck).toMatchObject([{ cell: 'P3.csv', at: 'high' }]);
  }, 60_000);

  it('says why a cell makes no file, and reports the others', async () => {
    const root = scratch();
    mkdirSync(join(root, 'pulses'));
    writeFileSync(join(root, 'pulses', 'good.csv'), train(false));
    writeFileSync(join(root, 'pulses', 'negative.csv'), train(false).replace(/,(?=\d)/g, ',-'));
    const { code } = await ohmprop(['calibrate', 'report', 'pulses', '-o', 'out/'], { cwd: root });
    expect(code).toBe(0);
    expect(readdirSync(join(root, 'out', 'cells'))).toEqual(['good.cell.json']);
    expect(readFileSync(join(root, 'out', 'report.html'), 'utf8')).toContain('negative.csv');
  }, 60_000);
});
