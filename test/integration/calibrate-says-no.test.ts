import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

// What a tool for measured cells must refuse or flag, each in the smallest drawn file that shows it.

const table = (heading: string, rows: readonly (readonly (number | string)[])[]): string =>
  [heading, ...rows.map((row) => row.join(','))].join('\n');

function folderWith(name: string, text: string): string {
  const cwd = scratch();
  writeFileSync(join(cwd, name), `${text}\n`);
  return cwd;
}

/** The answers of `fit -o my.cell.json` and `report`: what the terminal said, whether a cell file came of it, and the page. */
async function answers(name: string, text: string, ...answer: string[]) {
  const cwd = folderWith(name, text);
  const fit = await ohmprop(['calibrate', 'fit', name, ...answer, '-o', 'my.cell.json'], { cwd });
  const report = await ohmprop(['calibrate', 'report', name, ...answer, '-o', 'page/'], { cwd });
  expect(report.code).toBe(0);
  return {
    cwd,
    fit,
    cell: existsSync(join(cwd, 'my.cell.json')),
    page: readFileSync(join(cwd, 'page/report.html'), 'utf8'),
    pageCells: existsSync(join(cwd, 'page/cells')),
  };
}

describe('what a measured file is no cell for', () => {
  it('a resistor: no switching, no states, no set voltage', async () => {
    const random = new RandomStream(5, 'a resistor');
    const volts = Array.from({ length: 81 }, (_, n) => (n < 41 ? n - 20 : 60 - n) / 20);
    const rows = volts.map((v) => [v, v / 3300 + 2e-8 * random.normal()]);
    const { cwd, fit, cell, page, pageCells } = await answers('R7.csv', table('V (V),I (A)', rows));
    expect(page).toMatch(/a straight line: 3\.\d+ ± [\d.]+ kΩ.*no switching/);
    expect(page).toContain('no set or reset voltages, and no model');
    expect(pageCells).toBe(false);
    // Its one law of current and voltage is of use in a crossbar; a network cannot be trained with it.
    expect([fit.code, cell]).toEqual([0, true]);
    const told = await ohmprop(['calibrate', 'fit', 'R7.csv'], { cwd });
    expect(told.stdout).toContain('it does not switch: a static law alone, no states and no dynamics');
    const trained = await ohmprop(['cell', 'pulse', 'my.cell.json'], { cwd });
    expect(trained.code).toBe(2);
    expect(trained.stderr).toMatch(/part pulse|part "pulse"|pulse/);
  });

  it('an amplitude ramp: pulses that are not identical have no nonlinearity', async () => {
    const rows = Array.from({ length: 14 }, (_, n) => [n + 1, 0.15 * n, n < 8 ? 7.1e5 : 1.9e5 - 4e3 * n]);
    const { fit, cell, page, pageCells } = await answers(
      'steps.csv',
      table('pulse,pulse amplitude (V),R (Ohm)', rows),
    );
    expect([fit.code, cell, pageCells]).toEqual([2, false, false]);
    expect(fit.stderr).toContain(
      'the amplitude rises by 0.15 V a pulse: the pulses are not identical, a nonlinearity label is not defined',
    );
    expect(page).toContain('these are not identical pulses, so there is no nonlinearity label');
  });

  it('two windows: trains that do not meet are no cell until the window is named; a value below zero is told', async () => {
    const rows = Array.from({ length: 30 }, (_, n) => [
      n + 1,
      n === 0 ? -2e-11 : 2e-10 * n,
      3e-7 * Math.exp(-n / 11),
    ]);
    const text = table('pulse,LTP (S),LTD (S)', rows);
    const { fit, cell, page, pageCells } = await answers('pair.csv', text);
    expect([fit.code, cell, pageCells]).toEqual([2, false, false]);
    expect(fit.stderr).toMatch(
      /depression starts 52 times above the end of potentiation .*: not one cycle of one cell.*--window LOW,HIGH/,
    );
    expect(page).toContain('not one cycle of one cell');
    expect(page).toContain('1 value at or below zero');
  });

  it('conductances a thousand times those of cells: asked, in the unit and in the window', async () => {
    const rows = [1, -1].flatMap((sign) =>
      Array.from({ length: 30 }, (_, n) => {
        const share = sign > 0 ? -Math.expm1(-n / 12) : Math.exp(-n / 12);
        return [sign, 0.25, (0.25 * (3.1 + 44 * share)) / 1e3];
      }),
    );
    const { fit, cell, page, pageCells } = await answers(
      'book.csv',
      table('pulse (V),read (V),current (A)', rows),
      '--answer',
      'columns=amplitude_V,voltage_V,current_A',
    );
    expect([fit.code, cell, pageCells]).toEqual([2, false, false]);
    expect(fit.stderr).toMatch(/published cells have a few mS at the most.*Is the current in mA or µA/);
    expect(page).toContain('Is the current in mA or µA');
  });

  it('a window of 3 %: too small to train on as it is, and what to do instead', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => [
      n + 1,
      92 - 2.7 * Math.exp(-n / 9) + 0.01 * Math.sin(7 * n),
      89.3 + 2.7 * Math.exp(-n / 9) + 0.01 * Math.cos(5 * n),
    ]);
    const { cwd, fit, cell, page } = await answers('narrow.csv', table('pulse,LTP (uS),LTD (uS)', rows));
    expect([fit.code, cell]).toEqual([0, true]);
    const words = 'too small to train on as it is (raw training takes about 10); differential pairs';
    expect(page).toContain(words);
    expect((await ohmprop(['calibrate', 'fit', 'narrow.csv'], { cwd })).stdout).toMatch(
      /on\/off 1\.0\d+: too small/,
    );
  });

  it('a retention that bends nowhere: no time constant; an answer of fit in words, not "0 cells"', async () => {
    const random = new RandomStream(3, 'a rising retention');
    let drift = 0;
    const rows = Array.from({ length: 240 }, (_, n) => {
      drift = 0.7 * drift + 0.012 * random.normal();
      return [n + 1, 33.4 * (1 + 0.0006 * n + drift)];
    });
    const { fit, cell, page } = await answers('retention.csv', table('time (s),G (uS)', rows));
    expect(page).toMatch(/The state rises by 1\d\.\d %/);
    expect(page).toMatch(/cannot be told apart; ruled out: [^.]*power/);
    expect(page).toMatch(/exponential to a baseline.*?not identifiable/s);
    expect([fit.code, cell]).toEqual([2, false]);
    expect(fit.stderr).toContain('no sweep and no train of pulses; it holds retention');
  });
});

describe('calibrate fit where nothing is fitted', () => {
  it.each(['my.cell.json', 'my.csv', 'my.svg'])('-o %s asks the question and writes nothing', async (out) => {
    const rows = Array.from({ length: 20 }, (_, n) => `${n < 10 ? 1 : -1},0.25,${0.00045 + 0.0001 * n}`);
    const cwd = folderWith('x.csv', rows.join('\n'));
    const { code, stderr } = await ohmprop(['calibrate', 'fit', 'x.csv', '-o', out], { cwd });
    expect([code, existsSync(join(cwd, out))]).toEqual([2, false]);
    expect(stderr).toMatch(/what are the columns\?.*from 0\.00045 to 0\.00235[^0-9].*--answer/s);
  });
});

describe('calibrate report says what would be counted wrongly', () => {
  const loop = (on: number): string[] => {
    const ways = [1, -1].flatMap((sign) =>
      Array.from({ length: 40 }, (_, k) => (sign * (k < 20 ? k : 40 - k)) / 14),
    );
    let set = false;
    return ways.map((v, k) => {
      if (v > 0.95) set = true;
      if (v < -0.85) set = false;
      return `${v.toFixed(4)},${(v * (set ? on : on / 80) + 1e-10 * Math.sin(k * k)).toExponential(5)}`;
    });
  };

  it('cycles that are copies, temperatures that nobody parts, words of a column, a cell that fails', async () => {
    const [one, two] = [loop(7e-4), loop(6.6e-4)];
    const times = Array.from({ length: 24 }, (_, k) => Math.round(10 ** (k / 6)));
    const cwd = scratch();
    const files = {
      'twice.csv': ['V (V),I (A)', ...one, ...one],
      'fresh.csv': ['V (V),I (A)', ...one, ...two],
      'heat.csv': ['T (K),V (V),I (A)', ...one.map((row) => `290,${row}`), ...two.map((row) => `340,${row}`)],
      'ret_a.csv': ['time (s),R (Ohm)', ...times.map((t, k) => `${t},${(t > 900 ? 7e4 : 1.3e3) + (k % 3)}`)],
    };
    for (const [name, rows] of Object.entries(files)) writeFileSync(join(cwd, name), `${rows.join('\n')}\n`);
    expect((await ohmprop(['calibrate', 'report', ...Object.keys(files), '-o', 'page/'], { cwd })).code).toBe(
      0,
    );
    const page = readFileSync(join(cwd, 'page/report.html'), 'utf8');
    expect(page).toMatch(/twice\.csv: the same readings to the last digit: cycle 2 has those of cycle 1/);
    expect(page).not.toMatch(/fresh\.csv[^.]*: the same readings/);
    expect(page).toContain('T (K) takes several temperatures');
    expect(page).toMatch(/rises 53\.\d times in one step between 681 s and 1\.00 ks.*a failure or a switch/);
    writeFileSync(join(cwd, 'life.csv'), 'Part,Ended at,Broken\nK1,812,yes\nK2,1407,no\nK3,655,yes\n');
    const asked = await ohmprop(['calibrate', 'inspect', 'life.csv'], { cwd });
    expect(asked.stdout + asked.stderr).toMatch(
      /Part holds words \(K1, K2, K3\).*Broken holds words \(yes, no\)/,
    );
  });
});
