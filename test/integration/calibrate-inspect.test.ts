import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../scratch.js';
import { lines } from '../unit/measured-texts.js';
import { ohmprop } from './command-line.js';

describe('calibrate inspect', () => {
  it('says what it believes, and writes nothing', async () => {
    const cwd = scratch();
    writeFileSync(
      join(cwd, 'loop.txt'),
      `Zeit [s];Spannung [V];Strom [mA]\n${lines((v, i, k) => `${k};${v};${i * 1e3}`.replaceAll('.', ','))}`,
    );
    const { code, stdout, stderr } = await ohmprop(['calibrate', 'inspect', 'loop.txt'], { cwd });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('loop.txt: text, decimal commas');
    expect(stdout).toContain('table: sweep, 81 rows (lines 2 to 82)');
    expect(stdout).toContain('Strom [mA] → current_A: −120 µA to 120 µA');
  });

  it('ends with 2 and questions that scripts can answer, once for a folder', async () => {
    const cwd = scratch();
    for (const name of ['a.csv', 'b.csv'])
      writeFileSync(join(cwd, name), `V,I\n${lines((v, i) => `${v},${i * 1e6}`)}`);
    const asked = await ohmprop(['calibrate', 'inspect', 'a.csv', 'b.csv', '--json'], { cwd });
    expect(asked.code).toBe(2);
    const { questions, error } = JSON.parse(asked.stdout);
    expect(error.code).toBe('calibrate.questions');
    expect(questions).toHaveLength(2);
    expect(questions[0]).toMatchObject({
      file: 'a.csv',
      key: 'currentUnit',
      blocks: true,
      flag: '--answer currentUnit=uA',
    });
    expect(questions[0].choices[0]).toBe('uA');
    // the answer, written beside the files: read from then on
    const written = await ohmprop(
      ['calibrate', 'inspect', 'a.csv', 'b.csv', '--answer', 'currentUnit=uA', '-o', 'calibrate.yaml'],
      { cwd },
    );
    expect(written.code).toBe(0);
    expect(readFileSync(join(cwd, 'calibrate.yaml'), 'utf8')).toContain('currentUnit: "uA"');
    const again = await ohmprop(['calibrate', 'inspect', 'b.csv', '--json'], { cwd });
    expect(again.code).toBe(0);
    const [{ series }] = JSON.parse(again.stdout).measured;
    expect(series[0].columns[1]).toMatchObject({ role: 'current_A', unit: 'A', high: 0.00012 });
    // a flag goes before the sheet
    const other = await ohmprop(['calibrate', 'inspect', 'b.csv', '--answer', 'currentUnit=nA', '--json'], {
      cwd,
    });
    expect(JSON.parse(other.stdout).measured[0].series[0].columns[1].high).toBe(1.2e-7);
  });

  it('goes on over files that cannot be read, and says which', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'good.csv'), `V (V),I (A)\n${lines((v, i) => `${v},${i}`)}`);
    writeFileSync(join(cwd, 'bad.pdf'), '%PDF-1.4 \0\0\0\0\x01\x02\x03');
    const { code, stdout } = await ohmprop(['calibrate', 'inspect', 'bad.pdf', 'good.csv', '--json'], {
      cwd,
    });
    const { measured, unread } = JSON.parse(stdout);
    expect(code).toBe(2);
    expect(measured.map(({ path }: { path: string }) => path)).toEqual(['good.csv']);
    expect(unread[0].error.message).toMatch(/bad.pdf: this is a PDF; digitise its curve/);
  });

  it('names of columns cannot steer a terminal', async () => {
    const cwd = scratch();
    writeFileSync(join(cwd, 'evil.csv'), `V (V),I\u001b]0;T\u0007 (A)\n${lines((v, i) => `${v},${i}`)}`);
    const { stdout } = await ohmprop(['calibrate', 'inspect', 'evil.csv'], { cwd });
    expect(stdout).not.toContain('\u001b');
  });
});
