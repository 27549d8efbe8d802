import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { textFaults } from '../unit/figure-texts.js';
import { ohmprop } from './command-line.js';

const csvOf = (path: string) =>
  readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split(','));

describe('the figures of a run', () => {
  let cwd: string;
  let figures: string;
  beforeAll(async () => {
    cwd = scratch('figures');
    const trained = await ohmprop(
      ['train', '--preset', 'iris', '--epochs', '2', '--seed', '1', '--out', 'run'],
      { cwd },
    );
    expect([trained.code, trained.stderr]).toEqual([0, expect.any(String)]);
    figures = join(cwd, 'run/figures');
  });

  it('are pictures with real text, and tables beside them', () => {
    const names = readdirSync(figures);
    const svgs = names.filter((name) => name.endsWith('.svg'));
    expect(svgs.length).toBeGreaterThanOrEqual(5);
    for (const name of svgs) {
      expect(names).toContain(name.replace('.svg', '.png'));
      expect(names).toContain(name.replace('.svg', '.csv'));
      const svg = readFileSync(join(figures, name), 'utf8');
      expect(textFaults(svg)).toEqual([]);
      expect(svg).toMatch(/<desc>Redraw: ohmprop (report|trace) \S*run/);
    }
  });

  it('begin at epoch 0, with the error of the untrained network, and end with the run’s own', async () => {
    const [columns, ...rows] = csvOf(join(figures, 'learning.csv'));
    expect(columns).toEqual(['epoch', 'trainError_percent', 'testError_percent', 'cost_V2']);
    expect(rows.map(([epoch]) => epoch)).toEqual(['0', '1', '2']);
    const metrics = readFileSync(join(cwd, 'run/metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(Number(rows[2][2])).toBeCloseTo(100 * metrics[1].testError, 9);
    const untrained = Number(rows[0][2]);
    expect(untrained).toBeGreaterThan(Number(rows[2][2]));
    // A run that goes on from this one begins where this one ended.
    const next = await ohmprop(
      ['train', '--preset', 'iris', '--epochs', '1', '--from', 'run', '--out', 'next'],
      { cwd },
    );
    expect(next.code).toBe(0);
    const [, first] = csvOf(join(cwd, 'next/figures/learning.csv'));
    expect(first.slice(0, 3)).toEqual(['0', 'NaN', rows[2][2]]);
  });

  it('are drawn again by `report` at the width that is asked for', async () => {
    const { code, stdout } = await ohmprop(['report', 'run', '--figure', '8.5cm', '--json'], { cwd });
    const files = [join(cwd, 'run/report.html'), ...readdirSync(figures).map((name) => join(figures, name))];
    expect([code, JSON.parse(stdout).files.sort()]).toEqual([0, files.sort()]);
    const svg = readFileSync(join(figures, 'learning.svg'), 'utf8');
    expect(svg).toContain('width="85mm"');
    expect(svg).toMatch(/<desc>Redraw: ohmprop report \S*run --figure 85mm<\/desc>/);
    const page = readFileSync(join(cwd, 'run/report.html'), 'utf8');
    expect(page).toMatch(/<code>ohmprop report \S*run --figure 85mm<\/code>/);
    expect((await ohmprop(['report', 'run', '--figure', '5mm'], { cwd })).code).toBe(2);
  });

  it('are drawn again from the directory, whatever `last` is by then', async () => {
    const trained = await ohmprop(['train', '--data', 'xor', '--epochs', '1', '--json'], { cwd });
    const { run } = JSON.parse(trained.stdout);
    const tested = await ohmprop(['eval', 'last', '--json'], { cwd });
    expect(JSON.parse(tested.stdout).run).toBe(run);
    const circuit = await ohmprop(['circuit', 'export', 'last', '--json'], { cwd });
    expect(JSON.parse(circuit.stdout).run).toBe(run);
    expect((await ohmprop(['trace', '--part', 'test', 'last', '-o', 'last.svg'], { cwd })).code).toBe(0);
    const svg = readFileSync(join(cwd, 'last.svg'), 'utf8');
    expect(svg).toContain(`<desc>Redraw: ohmprop trace --part test ${run} -o last.svg</desc>`);
  });

  it('pick the output of the target out, and show how far the energy is above its end', () => {
    const svg = readFileSync(join(figures, 'relaxation-of-test-sample-0.svg'), 'utf8');
    expect(svg).toMatch(/aria-label="output of the target [^"]+"/);
    expect(svg).toMatch(/E − E_end \([pnµm]?W\)/);
    const [columns, ...rows] = csvOf(join(figures, 'relaxation-of-test-sample-0.csv'));
    const above = columns.indexOf('energy_above_end_W');
    const free = rows.filter(([phase]) => phase === 'free').map((row) => Number(row[above]));
    expect(free[0]).toBeGreaterThan(0);
    expect(free.at(-1)).toBe(0);
  });
});
