import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { branchCurrent_A, cellForPulses, readCellFile } from '../../calibration/cell-files/index.js';
import { RandomStream } from '../../core/index.js';
import { bipolarCsv, staticCsv } from '../drawn-loops.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

/** Two trains of soft bounds, 2 to 12 µS, A = 25 up and 20 down, with 0.5 % noise. */
function trainsCsv(seed: number): string {
  const random = new RandomStream(seed, 'calibrate fit');
  const noise = () => 5e-8 * random.normal();
  const rows = Array.from({ length: 101 }, (_, n) => {
    const up = 2e-6 + 1e-5 * -Math.expm1(-n / 25) + noise();
    const down = 12e-6 - 1e-5 * -Math.expm1(-n / 20) + noise();
    return [n, up, down].join(',');
  });
  return `pulse,LTP (S),LTD (S)\n${rows.join('\n')}\n`;
}

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = scratch();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('ohmprop calibrate fit', () => {
  test('fits trains and writes a cell file that other commands take', async () => {
    const cwd = folderWith({ 'chip.csv': trainsCsv(1) });
    const { code, stdout } = await ohmprop(
      ['calibrate', 'fit', 'chip.csv', '-o', 'my.cell.json', '-o', 'fit.csv'],
      { cwd },
    );
    expect(code).toBe(0);
    expect(stdout).toContain('potentiation: 101 states, NL');
    expect(stdout).toContain('soft-bounds');
    expect(stdout).toMatch(/asymptote +1[12]\.\d+ uS|asymptote +1[12]\.?\d* µS/);
    expect(stdout).toContain('no repetition of a train');
    const { cell } = await readCellFile(join(cwd, 'my.cell.json'));
    const { potentiation, depression, g_min_S } = cell.pulse!;
    expect(potentiation.law.kind).toBe('soft-bounds');
    expect(potentiation.pulses).toBe(100);
    const asymptote = potentiation.parameters!.asymptote_S;
    expect(asymptote.low!).toBeLessThan(12e-6);
    expect(asymptote.high!).toBeGreaterThan(12e-6);
    // whichever law was chosen: the first pulse takes a twentieth of 10 µS
    expect(depression.train!.conductance_S[0]).toBeCloseTo(12e-6, 6);
    const down = cellForPulses(cell)!.model.depression;
    expect(down.step(1)).toBeCloseTo(-0.05, 1);
    expect(g_min_S).toBeGreaterThan(1.8e-6);
    expect(cell.provenance.sources[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(cell.population!.notSeparated![0].reason).toBe('no train was repeated');
    expect(readFileSync(join(cwd, 'fit.csv'), 'utf8')).toMatch(
      /^cell,direction,cycle,pulse,conductance_S,law,label_fixed,label_free,outlier\n/,
    );
  });

  test('takes potentiation and depression of two files called LTP and LTD for one cell, made of both', async () => {
    const rows = trainsCsv(3)
      .trim()
      .split('\n')
      .slice(1)
      .map((row) => row.split(','));
    const column = (k: number) => `pulse,G (S)\n${rows.map((row) => `${row[0]},${row[k]}`).join('\n')}\n`;
    const cwd = folderWith({ 'dev7_LTP.csv': column(1), 'dev7_LTD.csv': column(2) });
    const { code, stdout } = await ohmprop(
      ['calibrate', 'fit', 'dev7_LTP.csv', 'dev7_LTD.csv', '--model', 'soft-bounds', '-o', 'my.cell.json'],
      { cwd },
    );
    expect(code).toBe(0);
    expect(stdout).toContain('one cell with dev7_LTD.csv, as their names say');
    const { cell } = await readCellFile(join(cwd, 'my.cell.json'));
    expect(cell.pulse).toMatchObject({ potentiation: { pulses: 100 }, depression: { pulses: 100 } });
    expect(cell.provenance.sources.map(({ file }) => file).sort()).toEqual(['dev7_LTD.csv', 'dev7_LTP.csv']);
  });

  test('compares the laws that are named, and draws them', async () => {
    const cwd = folderWith({ 'chip.csv': trainsCsv(2) });
    const { code, stdout } = await ohmprop(
      ['calibrate', 'fit', 'chip.csv', '--model', 'soft-bounds,linear', '-o', 'fit.svg', '--json'],
      { cwd },
    );
    expect(code).toBe(0);
    const { cells } = JSON.parse(stdout);
    const { comparison, estimates } = cells[0].fits.potentiation;
    expect(comparison.rows.map(({ name }: { name: string }) => name)).toEqual(['soft-bounds', 'linear']);
    expect(comparison.rows[1].deltaAic).toBeGreaterThan(20);
    expect(estimates.asymptote_S.unit).toBe('S');
    const { A_pulses } = cells[0].fits.depression.estimates;
    expect(A_pulses.low).toBeLessThan(20);
    expect(A_pulses.high).toBeGreaterThan(20);
    expect(cells[0].potentiation[0].nonlinearity.fixed.label).toBeGreaterThan(0);
    expect(readFileSync(join(cwd, 'fit.svg'), 'utf8')).toContain('soft-bounds');
    const near = await ohmprop(['calibrate', 'fit', 'chip.csv', '--model', 'softbounds'], { cwd });
    expect(near.code).toBe(2);
    expect(near.stderr).toContain('did you mean soft-bounds?');
  });

  test('pulses of rising amplitude are refused a label, with a threshold in its place', async () => {
    const ramp = Array.from(
      { length: 17 },
      (_, n) => `${n},${(n / 10).toFixed(1)},${5e9 / (1 + Math.exp(12 * (n / 10 - 1))) + 2e9}`,
    );
    const cwd = folderWith({ 'ramp.csv': `pulse,pulse amplitude (V),R (ohm)\n${ramp.join('\n')}\n` });
    const { code, stdout, stderr } = await ohmprop(['calibrate', 'fit', 'ramp.csv'], { cwd });
    expect(code).toBe(2);
    expect(stdout).toContain('no NL: the amplitude rises by 0.10 V a pulse');
    expect(stdout).toContain('threshold 1.0');
    expect(stderr).toContain('nothing to fit');
  });

  test('one polarity makes no cell, and says so', async () => {
    const one = trainsCsv(3)
      .split('\n')
      .map((line) => line.split(',').slice(0, 2).join(','))
      .join('\n');
    const cwd = folderWith({ 'up.csv': one });
    const labels = await ohmprop(['calibrate', 'fit', 'up.csv'], { cwd });
    expect(labels.code).toBe(0);
    expect(labels.stdout).toContain('no cell file: no depression: a cell that trains needs both polarities');
    const cell = await ohmprop(['calibrate', 'fit', 'up.csv', '-o', 'up.cell.json'], { cwd });
    expect(cell.code).toBe(2);
    expect(cell.stderr).toContain('no depression');
    expect(existsSync(join(cwd, 'up.cell.json'))).toBe(false);
  });

  test('another window than the data’s is a wrong unit, said so', async () => {
    const cwd = folderWith({ 'chip.csv': trainsCsv(4) });
    const { code, stderr } = await ohmprop(['calibrate', 'fit', 'chip.csv', '--window', '2nS,12nS'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('a wrong unit of the column?');
    const turned = await ohmprop(['calibrate', 'fit', 'chip.csv', '--window', '12uS,2uS'], { cwd });
    expect(turned.stderr).toContain('the lower conductance stands first');
  });

  test('a window as one number is g_max/g_min below the highest conductance measured', async () => {
    const cwd = folderWith({ 'chip.csv': trainsCsv(4) });
    const line = ['calibrate', 'fit', 'chip.csv', '--model', 'linear', '-o'];
    expect((await ohmprop([...line, 'a.cell.json', '--window', '40'], { cwd })).code).toBe(0);
    expect((await ohmprop([...line, 'b.cell.json'], { cwd })).code).toBe(0);
    const [named, measured] = ['a', 'b'].map(
      (name) => JSON.parse(readFileSync(join(cwd, `${name}.cell.json`), 'utf8')).pulse,
    );
    const high = Math.max(measured.potentiation.range_S[1], measured.depression.range_S[1]);
    expect(named).toMatchObject({ window: 'assumed', g_max_S: high, g_min_S: high / 40 });
  });

  test('a window that holds none of the data makes no cell', async () => {
    const rise = (n: number) => (1 - Math.exp(-n / 15)) / (1 - Math.exp(-50 / 15));
    const rows = Array.from({ length: 51 }, (_, n) => `${n},${0.02 + 5.5 * rise(n)},${287 - 280 * rise(n)}`);
    const cwd = folderWith({ 'apart.csv': ['pulse,LTP (nS),LTD (nS)', ...rows].join('\n') });
    const line = ['calibrate', 'fit', 'apart.csv', '--model', 'linear'];
    const asked = await ohmprop(line, { cwd });
    expect(asked.stdout).toMatch(/--window LOW,HIGH \(these trains lie between 20\.0pS and 287nS\)/);
    const made = await ohmprop([...line, '--window', '1uS,10uS', '-o', 'a.cell.json'], { cwd });
    expect(made.code).toBe(2);
    expect(made.stderr).toMatch(/holds nothing of the potentiation|a wrong unit of the column\?/);
    expect(existsSync(join(cwd, 'a.cell.json'))).toBe(false);
  });

  test('several cells make one file: the middle one, and the spreads between them', async () => {
    const cwd = folderWith(Object.fromEntries([1, 2, 3, 4, 5].map((k) => [`c${k}.csv`, trainsCsv(k)])));
    const files = [1, 2, 3, 4, 5].map((k) => `c${k}.csv`);
    const { code } = await ohmprop(
      ['calibrate', 'fit', ...files, '--model', 'linear', '-o', 'all.cell.json'],
      { cwd },
    );
    expect(code).toBe(0);
    const { cell } = await readCellFile(join(cwd, 'all.cell.json'));
    expect(cell.population!.devices).toBe(5);
    const { d2dHigh, d2dStep } = cell.population!.spreads;
    // the five differ by noise of 0.5 % of the range alone
    expect(d2dHigh!.value).toBeLessThan(0.02);
    expect(d2dStep!.low!).toBeLessThan(d2dStep!.value);
    expect(cell.provenance.sources.length).toBe(5);
    expect(cell.provenance.remarks!.join()).toContain('the cell in the middle of 5');
  });
});

describe('ohmprop calibrate fit of sweeps', () => {
  const low = (v: number) => 2e-4 * v;
  const high = (v: number) => 1e-6 * Math.sinh(3 * v);

  test('writes a law for each state into the part iv, and says by which weights', async () => {
    const cwd = folderWith({ 'loop.csv': bipolarCsv(low, high) });
    const { code, stdout, stderr } = await ohmprop(
      ['calibrate', 'fit', 'loop.csv', '-o', 'my.cell.json', '-o', 'fit.csv', '-o', 'fit.svg'],
      { cwd },
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('bipolar');
    expect(stdout).toMatch(/weights: by the scatter, which is a share of the current above /);
    const { cell } = await readCellFile(join(cwd, 'my.cell.json'));
    const [on, off] = cell.iv!.branches;
    expect([on.name, off.name]).toEqual(['low resistance', 'high resistance']);
    expect(on.law.kind).toBe('ohmic');
    expect(branchCurrent_A(off, 0.6) / high(0.6)).toBeCloseTo(1, 1);
    expect(on.fit!.converged).toBe(true);
    expect(cell.pulse).toBeUndefined();
    expect(cell.iv!.comparison!.length).toBe(8);
    expect(readFileSync(join(cwd, 'fit.csv'), 'utf8')).toMatch(
      /^cell,branch,sweep,voltage_V,current_A,law_A\n/,
    );
    // one branch a subcircuit, a table of both, and a line in the list
    const spice = await ohmprop(['cell', 'export', 'my.cell.json', '--to', 'spice'], { cwd });
    expect(spice.stdout).toMatch(/sinh\(/);
    const csv = await ohmprop(['cell', 'export', 'my.cell.json', '--to', 'csv'], { cwd });
    expect(csv.code, csv.stderr).toBe(0);
    expect(csv.stdout).toMatch(/^branch,voltage_V,current_A\n/);
    const list = await ohmprop(['cell', 'list', '.'], { cwd });
    expect(list.stdout).toContain('iv low resistance (ohmic');
  });

  test('what does not switch has its static law only, and says so', async () => {
    const cwd = folderWith({ 'r.csv': staticCsv((v) => v / 2427.1) });
    const { code, stdout } = await ohmprop(['calibrate', 'fit', 'r.csv', '-o', 'r.cell.json'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('ohmic, it does not switch: a static law alone');
    const { cell } = await readCellFile(join(cwd, 'r.cell.json'));
    const [branch] = cell.iv!.branches;
    if (branch.law.kind !== 'ohmic') throw new Error(branch.law.kind);
    expect(1 / branch.law.conductance_S).toBeCloseTo(2427.1, -1);
    expect(cell.provenance.remarks!.join()).toContain('does not switch');
  });

  test('one polarity of a bent curve, nothing that conducts, and laws of trains are refused', async () => {
    const cwd = folderWith({
      'one.csv': staticCsv((v) => 1e-6 * Math.expm1(4 * v), { ends: [0, 1] }),
      'open.csv': staticCsv(() => 1e-14),
      'few.csv': staticCsv((v) => 1e-5 * v, { points: 2 }),
    });
    const one = await ohmprop(['calibrate', 'fit', 'one.csv', '-o', 'one.cell.json'], { cwd });
    expect(one.code).toBe(2);
    expect(one.stderr).toContain('one polarity only');
    expect(existsSync(join(cwd, 'one.cell.json'))).toBe(false);
    const open = await ohmprop(['calibrate', 'fit', 'open.csv'], { cwd });
    expect(open.code).toBe(2);
    expect(open.stderr).toContain('nothing conducts');
    expect((await ohmprop(['calibrate', 'fit', 'few.csv'], { cwd })).code).toBe(2);
    const wrong = await ohmprop(['calibrate', 'fit', 'one.csv', '--model', 'logistic'], { cwd });
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('laws of sweeps are ohmic, sinh, exponential, power, table');
  });
});

describe('ohmprop calibrate fit --model table', () => {
  test('makes a cell of the steps as measured, and compares nothing with them', async () => {
    const cwd = folderWith({ 'chip.csv': trainsCsv(1) });
    const { code, stdout, stderr } = await ohmprop(
      ['calibrate', 'fit', 'chip.csv', '--model', 'table', '-o', 'my.cell.json'],
      { cwd },
    );
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('law: table');
    const { cell } = await readCellFile(join(cwd, 'my.cell.json'));
    expect(cell.pulse!.potentiation.law.kind).toBe('table');
    expect(cell.pulse!.potentiation.train!.conductance_S).toHaveLength(101);
    expect(cellForPulses(cell)!.model.potentiation.step(0)).toBeCloseTo(0.04, 1);
    const mixed = await ohmprop(['calibrate', 'fit', 'chip.csv', '--model', 'table,power'], { cwd });
    expect(mixed.code).toBe(2);
    expect(mixed.stderr).toContain('compared with nothing');
  });
});

describe('conductances a thousand times those of published cells', () => {
  const workbook = (factor: number) =>
    `pulse (V),read (V),current (A)\n${[1, -1]
      .flatMap((sign) =>
        Array.from({ length: 40 }, (_, n) => {
          const g = sign > 0 ? 2.3e-6 + 5.2e-5 * -Math.expm1(-n / 15) : 5.4e-5 * Math.exp(-n / 15) + 1e-6;
          return `${sign},0.2,${0.2 * factor * g}`;
        }),
      )
      .join('\n')}\n`;
  const columns = 'columns=amplitude_V,voltage_V,current_A';

  test('are asked about, and nothing is made of them until the window is stated or the unit mended', async () => {
    const cwd = folderWith({ 'mS.csv': workbook(1000), 'uS.csv': workbook(1), 'nS.csv': workbook(1e-3) });
    const fitBook = (...words: string[]) =>
      ohmprop(['calibrate', 'fit', ...words, '--answer', columns], { cwd });
    const asked = await fitBook('mS.csv', '--json', '-o', 'bad.cell.json');
    expect(asked.code).toBe(2);
    expect(existsSync(join(cwd, 'bad.cell.json'))).toBe(false);
    const { questions } = JSON.parse(asked.stdout);
    const report = await ohmprop(
      ['calibrate', 'report', 'mS.csv', '-o', 'page/', '--answer', columns, '--json'],
      { cwd },
    );
    const [onPage] = JSON.parse(report.stdout).questions;
    expect(onPage).toMatchObject({ key: 'window', blocks: true });
    expect(onPage.flag).toMatch(/^ohmprop calibrate fit mS\.csv --window [\d.]+mS,[\d.]+mS$/);
    expect(readFileSync(join(cwd, 'page/report.html'), 'utf8')).toContain(onPage.flag);
    expect(questions).toContainEqual(expect.objectContaining({ key: 'window', blocks: true }));
    expect((await fitBook('mS.csv', '--window', '2mS,56mS')).code).toBe(0);
    expect((await fitBook('uS.csv', '--window', '2uS,56uS')).code).toBe(0);
    for (const other of ['mS.csv', 'nS.csv']) {
      const { code, stderr } = await fitBook(other, '--window', '2uS,56uS');
      expect(code, other).toBe(2);
      expect(stderr).toContain('a wrong unit of the column?');
    }
  });
});

describe('a train with a point that stands out', () => {
  const rows = (glitch: number) =>
    Array.from({ length: 51 }, (_, n) => {
      const rise = -Math.expm1(-n / 20) / -Math.expm1(-2.5);
      const noise = 0.004 * Math.sin(7.3 * n);
      const up = 2 + 8 * rise + noise + (n === 30 ? glitch : 0);
      return `${n},${up},${10 - 8 * rise - noise}`;
    }).join('\n');
  const fitCell = async (glitch: number, ...more: string[]) => fitBy('soft-bounds', glitch, ...more);
  const fitBy = async (model: string, glitch: number, ...more: string[]) => {
    const cwd = folderWith({ 'a.csv': `pulse,LTP (uS),LTD (uS)\n${rows(glitch)}\n` });
    const made = await ohmprop(
      ['calibrate', 'fit', 'a.csv', '--model', model, '-o', 'a.cell.json', ...more],
      { cwd },
    );
    return { ...made, cwd };
  };

  test('keeps it out of the window and of the label that is exported, and says both labels', async () => {
    const [sound, glitched] = [await fitCell(0), await fitCell(40)];
    const cellOf = async (cwd: string) => (await readCellFile(join(cwd, 'a.cell.json'))).cell.pulse!;
    const [a, b] = [await cellOf(sound.cwd), await cellOf(glitched.cwd)];
    expect(b.g_max_S / a.g_max_S).toBeCloseTo(1, 2);
    expect(b.potentiation.nonlinearity!.fixed!.label).toBeCloseTo(
      a.potentiation.nonlinearity!.fixed!.label,
      1,
    );
    expect(glitched.stdout).toMatch(/without 1 outlier: NL .*\n {4}with it: NL/);
    // The law is that of the points of the label: A = 20 pulses were drawn, and 10 µS at the end.
    const law = b.potentiation.parameters!;
    expect(law.A_pulses.value).toBeCloseTo(20, 0);
    expect(b.potentiation.fit!.n).toBe(Number(a.potentiation.fit!.n) - 1);
    expect(b.potentiation.fit!.rmse_S).toBeLessThan(0.01e-6);
    expect(glitched.stdout).toContain('labels are given with and without it, laws are fitted without');
    const table = await fitBy('table', 40);
    const steps = (await cellOf(table.cwd)).potentiation.law;
    expect(steps.kind === 'table' && Math.max(...steps.step_S)).toBeLessThan(1e-6);
    const neurosim = await ohmprop(['cell', 'export', 'a.cell.json', '--to', 'neurosim'], { cwd: sound.cwd });
    expect(neurosim.stderr).toContain('noise that is not known is written as 0 (sigmaCtoC, sigmaReadNoise)');
  });

  test('is no cell of a window that holds less than half of it', async () => {
    const { code, stderr } = await fitCell(0, '--window', '8uS,40uS');
    expect(code).toBe(2);
    expect(stderr).toMatch(/holds less than half|lie outside the window/);
  });
});

describe('trains that begin below zero', () => {
  const sunk = (): string => {
    const rows = Array.from({ length: 41 }, (_, n) => {
      const rise = 10 * -Math.expm1(-n / 15);
      return `${n},${rise - 2},${8 - rise}`;
    });
    return `pulse,LTP (uS),LTD (uS)\n${rows.join('\n')}\n`;
  };

  test('are fitted, and make no cell: the reason says what to correct', async () => {
    const cwd = folderWith({ 'sunk.csv': sunk() });
    const refused = await ohmprop(['calibrate', 'fit', 'sunk.csv', '-o', 'my.cell.json'], { cwd });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('its lowest conductances are at or below zero');
    expect(existsSync(join(cwd, 'my.cell.json'))).toBe(false);
  });
});
