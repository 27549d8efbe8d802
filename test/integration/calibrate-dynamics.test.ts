import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

/** Loops of a metastable switch behind 5 kΩ, with noise of 0.2 % of the largest current. */
async function drawn(cwd: string, frequencies: readonly number[], sign = 1): Promise<string[]> {
  const files: string[] = [];
  for (const f of frequencies) {
    const drive = `sine:0.8V,${f}Hz,1`;
    const args = ['cell', 'sweep', 'sdc-knowm', '--from', '0.3', '--drive', drive, '--samples', '320'];
    await ohmprop([...args, '-o', `raw${f}.csv`], { cwd });
    const [, ...rows] = (await readFile(join(cwd, `raw${f}.csv`), 'utf8')).trim().split('\n');
    const noise = new RandomStream(f, 'drawn loops');
    const lines = rows.map((row) => {
      const [, , time, drive_V, , current] = row.split(',').map(Number);
      return [time, sign * drive_V, sign * current + 2e-7 * noise.normal()].join(',');
    });
    await writeFile(
      join(cwd, `w1_${f}Hz.csv`),
      ['time (s),voltage (V),current (A)', ...lines, ''].join('\n'),
    );
    files.push(`w1_${f}Hz.csv`);
  }
  return files;
}

const fit = ['calibrate', 'fit'];

describe('ohmprop calibrate fit with models that have a state', () => {
  it('finds a metastable switch through its circuit, with intervals, and writes a cell that sweeps', async () => {
    const cwd = scratch();
    const files = await drawn(cwd, [10]);
    const { code, stdout, stderr } = await ohmprop(
      [
        ...[...fit, ...files, '--model', 'mss', '--circuit', 'series=5k', '--json'],
        ...['-o', 'w1.cell.json', '-o', 'page.html'],
      ],
      { cwd },
    );
    expect([code, stderr.replace(/^wrote .*\n/gm, '')]).toEqual([0, '']);
    const page = await readFile(join(cwd, 'page.html'), 'utf8');
    for (const part of [
      'Autocorrelation of the residuals',
      'Profile likelihoods, mss',
      '95 % band of the curve',
      'Parameters, mss',
      'Model and measuring circuit were integrated',
    ])
      expect(page).toContain(part);
    const { models } = JSON.parse(stdout);
    const [{ parameters, loops, nEffective }] = models;
    expect(loops[0].r2).toBeGreaterThan(0.999);
    expect(nEffective).toBeGreaterThan(60);
    // the truth of the preset
    const truth: Record<string, number> = {
      r_on_ohm: 2020,
      v_on_V: 0.333,
      v_off_V: 0.217,
      tau_s: 1.11e-4,
      v_t_V: 0.035,
    };
    for (const { name, value, low, high, identifiable } of parameters) {
      if (truth[name] === undefined) continue;
      expect(identifiable, name).toBe(true);
      expect(low, name).toBeLessThanOrEqual(truth[name]);
      expect(high, name).toBeGreaterThanOrEqual(truth[name]);
      expect(low < value && value < high, name).toBe(true);
    }
    const sweep = await ohmprop(
      [
        ...['cell', 'sweep', 'w1.cell.json', '--drive', 'sine:0.8V,10Hz,1', '--samples', '320'],
        ...['--band', '--json', '-o', 'band.csv'],
      ],
      { cwd },
    );
    const [{ largestCurrent_A: largest, widestBand_A }] = JSON.parse(sweep.stdout).sweeps;
    // the noise is .2 % of the largest current, the curve is known better than a point
    expect(widestBand_A / largest).toBeGreaterThan(1e-4);
    expect(widestBand_A / largest).toBeLessThan(0.02);
    const column = async (file: string, of: string): Promise<number[]> => {
      const [head, ...rows] = (await readFile(join(cwd, file), 'utf8')).trim().split('\n');
      const at = head.split(',').indexOf(of);
      return rows.map((row) => Number(row.split(',')[at]));
    };
    const [low, high, truly] = await Promise.all([
      column('band.csv', 'low_A'),
      column('band.csv', 'high_A'),
      column('raw10.csv', 'current_A'),
    ]);
    const inside = truly.filter((i, k) => i >= low[k] && i <= high[k]).length / truly.length;
    expect(inside).toBeGreaterThan(0.8);
    const set = await ohmprop(['cell', 'sweep', 'sdc-knowm', '--band'], { cwd });
    expect([set.code, set.stderr]).toEqual([
      2,
      expect.stringMatching(/--band: sdc-knowm does not say how far/),
    ]);
    const own = await ohmprop(
      ['cell', 'sweep', 'sdc-knowm', '--from', '0.3', '--drive', 'sine:0.8V,10Hz,1', '--json'],
      { cwd },
    );
    expect(largest / JSON.parse(own.stdout).sweeps[0].largestCurrent_A).toBeCloseTo(1, 2);
  });

  it('fits frequencies jointly, says first what each predicts that is left out, and turns a cell round', async () => {
    const cwd = scratch();
    const files = await drawn(cwd, [10, 40, 160], -1);
    const args = [
      ...files,
      '--model',
      'mss',
      '--circuit',
      'series=5k',
      '--quick',
      '--name-pattern',
      '{cell}_{frequency}',
    ];
    // the same loop measured at the other terminal, which what is predicted says as what is fitted does
    const turned = (await readFile(join(cwd, files[0]), 'utf8')).replace(/,([^,\n]*)$/gm, (_, i) =>
      Number.isNaN(Number(i)) ? `,${i}` : `,${-Number(i)}`,
    );
    await writeFile(join(cwd, 'other.csv'), turned);
    args.push('--predict', 'other.csv');
    const { stdout } = await ohmprop([...fit, ...args, '-o', 'w1.cell.json'], { cwd });
    expect(stdout).toMatch(/predicted, never fitted.*\n.*other\.csv.*R² (0\.99|1\.0)/);
    expect(stdout).toMatch(/note: other\.csv: the current is of the opposite sign/);
    const held = stdout
      .split('\n')
      .findIndex((line) => line.includes('left out and predicted, a frequency at a time'));
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(stdout.split('\n').findIndex((line) => line.startsWith('mss:')));
    expect(stdout).toMatch(/sets at negative voltages/);
    const { dynamics } = JSON.parse(await readFile(join(cwd, 'w1.cell.json'), 'utf8'));
    expect(dynamics.heldOut).toHaveLength(4);
    for (const { r2 } of dynamics.heldOut) expect(r2).toBeGreaterThan(0.99);
    expect(dynamics).toMatchObject({
      model: 'metastable-switch',
      mirrored: true,
      series_ohm: 5000,
    });
  });

  it('asks for the rate where there are no times, and says what a drive did not reach', async () => {
    const cwd = scratch();
    const times = Array.from({ length: 100 }, (_, k) => 0.3 * Math.sin((2 * Math.PI * k) / 100));
    const table = times.map((v) => `${v},${v * 1e-4 + 2e-6 * v ** 3}`).join('\n');
    await writeFile(join(cwd, 'flat.csv'), `voltage (V),current (A)\n${table}\n`);
    const asked = await ohmprop([...fit, 'flat.csv', '--model', 'mss'], { cwd });
    expect(asked.code).toBe(2);
    expect(asked.stderr).toMatch(/no column of times.*--answer rate=20kHz.*frequency=10Hz/);
    const flat = await ohmprop(
      [...fit, 'flat.csv', '--model', 'mss', '--quick', '--answer', 'frequency=10Hz'],
      { cwd },
    );
    expect(flat.stdout).toMatch(/no loop opens.*static part alone/);
    expect(flat.stdout).toMatch(/ohmic|sinh|power/);
    // a filter that the cell was not measured through: the loop opens, and a model behind that cannot
    const [open] = await drawn(cwd, [10]);
    const filtered = await ohmprop(
      [
        ...fit,
        open,
        '--model',
        'mss',
        '--quick',
        '--circuit',
        'series=5k,bandwidth=1Hz',
        '-o',
        'w1_10Hz.svg',
      ],
      { cwd },
    );
    expect(filtered.stdout).toMatch(/no model named follows a loop .* of its variance: the loop opens/);
    // numbers of a figure go beside the measured file that would have their name
    expect(filtered.stderr).toMatch(/wrote w1_10Hz\.svg\.csv/);
    expect(await readFile(join(cwd, open), 'utf8')).toMatch(/^time \(s\),/);
    const slow = await ohmprop(
      [...fit, 'flat.csv', '--model', 'mss', '--answer', 'frequency=10Hz', '--answer', 'rate=20Hz'],
      { cwd },
    );
    expect(slow.stderr).toMatch(/too slow \(aliasing\)/);
  });

  it.each([
    [['--model', 'mss', '--circuit', 'serie=5k'], /did you mean series\?/],
    [['--model', 'mss', '--circuit', 'compliance=0'], /compliance: needs a number above 0/],
    [['--model', 'mss,sinh'], /mss have a state.*sinh is a law without one/],
    [['--model', 'vtaem'], /did you mean vteam/],
    [['--model', 'mss', '--film', 'thickness=10nm'], /--film is for static laws/],
    [['--model', 'mss', '--window', '1uS,1mS'], /--window is for laws of pulse trains/],
    [['--model', 'mss', '--answer', 'frequency=-10Hz'], /frequency: needs a number above 0, got "-10Hz"/],
    [['--film', 'thick=10nm'], /did you mean thickness\?/],
    [['--film', 'permittivity=25/4'], /needs LOW\/HIGH/],
    [['--circuit', 'series=5k'], /--circuit is for models with a state/],
  ])('refuses %j', async (args, message) => {
    const cwd = scratch();
    await writeFile(join(cwd, 'a.csv'), 'time (s),voltage (V),current (A)\n0,0,0\n1,1,1e-3\n');
    const { code, stderr } = await ohmprop([...fit, 'a.csv', ...args], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
