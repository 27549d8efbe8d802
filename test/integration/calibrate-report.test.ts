import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const noise = new RandomStream(7, 'loops');
const volts = [
  ...Array.from({ length: 31 }, (_, i) => 0.05 * i),
  ...Array.from({ length: 60 }, (_, i) => 1.45 - 0.05 * i),
  ...Array.from({ length: 30 }, (_, i) => -1.45 + 0.05 * i),
];

/** Sweeps of a cell that sets near 1 V and resets near −0.8 V: 10 kΩ and 1 MΩ. */
function loops(cycles: number, unit_A = 1): string {
  const rows = Array.from({ length: cycles }, (_, cycle) => {
    const [set, reset] = [1 + 0.08 * noise.normal(), -0.8 + 0.05 * noise.normal()];
    let on = false;
    return volts.map((v) => {
      if (v > set) on = true;
      if (v < reset) on = false;
      return `${cycle + 1},${v.toFixed(2)},${(v / (on ? 1e4 : 1e6) / unit_A) * (1 + 0.005 * noise.normal())}`;
    });
  });
  return ['Cycle,Voltage (V),Current (A)', ...rows.flat()].join('\n');
}

const resistor = (): string =>
  ['V (V),I (A)', ...volts.map((v) => `${v.toFixed(2)},${v / 2427 + 1e-8 * noise.normal()}`)].join('\n');

const trains = (): string => {
  const rise = (n: number, a: number) => (1 - Math.exp(-n / a)) / (1 - Math.exp(-50 / a));
  return [
    'pulse,potentiation (uS),depression (uS)',
    ...Array.from({ length: 51 }, (_, n) => `${n},${1 + 9 * rise(n, 15)},${10 - 9 * rise(n, 10)}`),
  ].join('\n');
};

function folder(files: Readonly<Record<string, string>>): string {
  const root = scratch();
  mkdirSync(join(root, 'wafer 7', 'dc'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'wafer 7', name), text);
  return root;
}

describe('calibrate report', () => {
  it('makes a page, figures with their numbers, and tables of a folder, asked nothing', async () => {
    const root = folder({
      'dc/A1.csv': loops(5),
      'dc/resistor.csv': resistor(),
      'trains.csv': trains(),
      'photo.png': 'x',
      'notes.txt': 'aborted by the user\n',
    });
    const { code, stdout } = await ohmprop(['calibrate', 'report', 'wafer 7', '-o', 'out/', '--json'], {
      cwd: root,
    });
    expect(code).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer.counts).toEqual(
      expect.arrayContaining([
        { what: 'bipolar', files: 1 },
        { what: 'ohmic', files: 1 },
        { what: 'pulse trains', files: 1 },
      ]),
    );
    expect(answer.skipped.map(({ file }: { file: string }) => file)).toEqual(
      expect.arrayContaining(['wafer 7/photo.png', 'wafer 7/notes.txt']),
    );
    const out = join(root, 'out');
    const page = readFileSync(join(out, 'report.html'), 'utf8');
    expect(page).toContain('<h1>wafer 7</h1>');
    expect(page).not.toMatch(/NaN|undefined|\[object|<script/);
    // What does not switch has no set voltage.
    const rows: Record<string, string>[] = parse(readFileSync(join(out, 'features.csv'), 'utf8'), {
      columns: true,
    });
    const rowOf = (file: string) => rows.find((row) => row.file === file) as Record<string, string>;
    expect(rowOf('dc/resistor.csv')).toMatchObject({ what: 'ohmic', switches: 'no', set_V: '' });
    const cell = rowOf('dc/A1.csv');
    expect(Number(cell.set_V)).toBeGreaterThan(0.8);
    expect(Number(cell.set_V)).toBeLessThan(1.25);
    expect(Number(cell.R_on_ohm)).toBeCloseTo(1e4, -3);
    // The trains are exponentials: both rules of the ends give one label, negative for the depression.
    const train = rowOf('trains.csv');
    expect(Number(train.NL_up_free)).toBeCloseTo(Number(train.NL_up_fixed), 6);
    expect(Number(train.NL_down_fixed)).toBeLessThan(-Number(train.NL_up_fixed));
    // The cell that a network takes, and that nothing else makes one.
    expect(readdirSync(join(out, 'cells'))).toEqual(['trains.cell.json']);
    const listed = await ohmprop(['cell', 'list', 'out/cells', '--json'], { cwd: root });
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('trains.cell.json') });
    const figures = readdirSync(join(out, 'figures'));
    expect(figures).toEqual(expect.arrayContaining(['loops.svg', 'loops.csv', 'trains.svg', 'trains.csv']));
    for (const name of figures.filter((file) => file.endsWith('.svg'))) {
      expect(readFileSync(join(out, 'figures', name), 'utf8')).toMatch(/<svg [^>]*width="170mm"/);
      expect(figures).toContain(name.replace('.svg', '.csv'));
      // Each figure on the page is a file beside it.
      expect(page).toContain(`figures/${name}`);
    }
    const manifest = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8'));
    expect(manifest.exitStatus).toBe('done');
    expect(manifest.sources).toHaveLength(3);
    expect(manifest.sources[0]).toMatchObject({ sha256: expect.stringMatching(/^[\da-f]{64}$/) });
  });

  it('reads at the voltage that is asked for, and says so', async () => {
    const root = folder({ 'A1.csv': loops(3) });
    const { code } = await ohmprop(
      ['calibrate', 'report', 'wafer 7/A1.csv', '--read', '300mV', '--figure', '85mm', '-o', 'out/'],
      { cwd: root },
    );
    expect(code).toBe(0);
    const page = readFileSync(join(root, 'out', 'report.html'), 'utf8');
    expect(page).toContain('at 300 mV (as asked)');
    expect(readFileSync(join(root, 'out', 'figures', 'loops.svg'), 'utf8')).toContain('width="85mm"');
  });

  it('leaves nothing behind where nothing is there, and names what is missing', async () => {
    const root = folder({});
    const none = await ohmprop(['calibrate', 'report', 'wafer 7', '-o', 'out/'], { cwd: root });
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain('wafer 7');
    expect(existsSync(join(root, 'out'))).toBe(false);
    const gone = await ohmprop(['calibrate', 'report', 'wafer8'], { cwd: root });
    expect(gone).toMatchObject({ code: 2, stdout: '' });
    expect(gone.stderr).toContain('"wafer8"');
  });

  it('asks what it needs, once for all files, and reads what was answered beside them', async () => {
    const bare = loops(2, 1e-6).replace('Current (A)', 'I');
    const root = folder({ 'a.csv': bare, 'b.csv': bare });
    const asked = await ohmprop(['calibrate', 'report', 'wafer 7', '-o', 'asked/', '--json'], { cwd: root });
    const { questions } = JSON.parse(asked.stdout);
    expect(questions).toEqual([
      expect.objectContaining({
        key: 'currentUnit',
        files: 2,
        flag: expect.stringContaining('currentUnit='),
      }),
    ]);
    writeFileSync(join(root, 'wafer 7', 'calibrate.yaml'), 'currentUnit: uA\n');
    const { code, stdout } = await ohmprop(['calibrate', 'report', 'wafer 7', '-o', 'out/', '--json'], {
      cwd: root,
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ questions: [], counts: [{ what: 'bipolar', files: 2 }] });
  });

  it('is no run that could be trained on', async () => {
    const root = folder({ 'A1.csv': loops(2) });
    expect((await ohmprop(['calibrate', 'report', 'wafer 7'], { cwd: root })).code).toBe(0);
    expect(readdirSync(join(root, 'runs'))).toHaveLength(1);
    const { code, stderr } = await ohmprop(['eval', 'last'], { cwd: root });
    expect(code).toBe(2);
    expect(stderr).toContain('there is no run under runs/ yet');
  });

  it('takes no number of a file whose unit is asked for, and tells it once it is answered', async () => {
    const bare = loops(3, 1e-9).replace('Current (A)', 'I');
    const root = folder({
      'asked.csv': bare,
      'said.csv': `# all currents in nA\n${bare}`,
      'known.csv': loops(3),
    });
    const report = async (out: string, ...more: string[]) => {
      const line = ['calibrate', 'report', 'wafer 7', '-o', `${out}/`, '--json', ...more];
      const { code, stderr } = await ohmprop(line, { cwd: root });
      expect(code, stderr).toBe(0);
      const rows = parse(readFileSync(join(root, out, 'features.csv')), { columns: true }) as Record<
        string,
        string
      >[];
      return Object.fromEntries(rows.map(({ file, R_on_ohm }) => [file, R_on_ohm]));
    };
    const open = await report('asked');
    expect(open['asked.csv'] ?? '').toBe('');
    expect(Number(open['said.csv']) / 1e4).toBeCloseTo(1, 1);
    const told = await report('answered', '--answer', 'currentUnit=nA');
    expect(Number(told['asked.csv']) / 1e4).toBeCloseTo(1, 1);
  });
});

describe('a cell that is on only while it is driven', () => {
  it('has its threshold and hold voltages in the page and in both tables', async () => {
    const cwd = scratch('report-volatile');
    let on = false;
    const rows = Array.from({ length: 10 }, (_, cycle) =>
      [1, -1].flatMap((sign) =>
        Array.from({ length: 100 }, (_, i) => {
          const size = (i <= 50 ? i : 100 - i) / 50;
          if (size >= 0.6 + 0.02 * (cycle % 3)) on = true;
          if (size < 0.2) on = false;
          return `${(sign * size).toFixed(2)},${sign * size * (on ? 1e-4 : 1e-7)}`;
        }),
      ),
    ).flat();
    writeFileSync(join(cwd, 'ts.csv'), `Voltage (V),Current (A)\n${rows.join('\n')}\n0,0\n`);
    const { code, stderr } = await ohmprop(['calibrate', 'report', 'ts.csv', '-o', 'r/'], { cwd });
    expect(code, stderr).toBe(0);
    const [first] = parse(readFileSync(join(cwd, 'r/features.csv'), 'utf8'), { columns: true }) as Record<
      string,
      string
    >[];
    const at = (name: string) => Number(first[name]);
    expect(first.what).toBe('volatile');
    expect(at('threshold_positive_V')).toBeGreaterThan(0.58);
    expect(at('threshold_positive_V')).toBeLessThan(0.66);
    expect(at('threshold_positive_V_low')).toBeLessThanOrEqual(at('threshold_positive_V'));
    expect(at('hold_negative_V')).toBeCloseTo(-0.2, 9);
    const cycles = readFileSync(join(cwd, 'r/cycles.csv'), 'utf8');
    expect(cycles).toContain('threshold_positive_V,hold_positive_V,threshold_negative_V,hold_negative_V');
    const page = readFileSync(join(cwd, 'r/report.html'), 'utf8');
    expect(page).toMatch(/<sub>th<\/sub>\+/);
    expect(page).toContain('threshold voltage of the positive side');
  });
});
