import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseSpice, readSpiceFile } from '../../circuits/spice/index.js';
import { solveSteps } from '../../cli/circuit/steps.js';
import { solveOperatingPoint } from '../../solver/mna/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

function withFile(text: string): string {
  const cwd = scratch();
  writeFileSync(join(cwd, 'c.cir'), text);
  return cwd;
}

const stepsOf = (cards: string): { label: string; values: number[] }[] =>
  parseSpice(
    `t\nV1 a 0 1\nR1 a b 1k\nD1 b 0 dd\n.model dd d(is=1e-14)\n.param r=1k\nR2 b 0 {r}\n${cards}\n.end\n`,
  ).analyses.steps.map(({ label, values }) => ({
    label,
    values: values.map((v) => Number(v.toPrecision(12))),
  }));

it.each([
  ['.step param r 1k 3k 1k', 'r', [1e3, 2e3, 3e3]],
  ['.step r 3k 1k -1k', 'r', [3e3, 2e3, 1e3]],
  ['.step param r list 5 {2*5} 1meg', 'r', [5, 10, 1e6]],
  ['.step dec param r 1 100 2', 'r', [1, 3.16227766017, 10, 31.6227766017, 100]],
  ['.step oct v1 1 8 1', 'v1', [1, 2, 4, 8]],
  ['.step lin R1:R 45 55 5', 'r1', [45, 50, 55]],
  ['.step d dd(is) list 1f 2f', 'dd(is)', [1e-15, 2e-15]],
  ['.step dd:is list 1f', 'dd(is)', [1e-15]],
  ['.step temp -55 125 90', 'temp', [-55, 35, 125]],
])('reads %s', (card, label, values) => {
  expect(stepsOf(card)).toEqual([{ label, values }]);
});

it.each([
  ['.step param r 1 3', /c:8:.*\.step lacks number|lacks step/],
  ['.step param r 1 3 -1', /a step of -1 never leads from 1 to 3/],
  ['.step dec param r 0 3 2', /dec steps need 0 < start/],
  ['.step param rr 1 3 1', /nothing depends on "rr"/],
  ['.step param r 1 2 1\n.step r list 4', /r is stepped twice/],
  ['.if (r > 1)\n.step param r 1 2 1\n.endif', /outside of subcircuits and of \.if/],
  ['.step param r 0 1 1n', /1000000001 steps are more than 100000/],
  ['.step x1:r1:r 0 1 1', /only elements of the file itself/],
])('refuses %s', (card, message) => {
  expect(() => stepsOf(card)).toThrow(message);
});

it('reads a file for other values than the first: parameters, sources, models, the temperature', () => {
  const text =
    't\n.param r=9k k={r/1k}\nV1 a 0 1\nR1 a b {r}\nR2 b 0 {k*1k}\nD1 c 0 dd\nV2 c 0 .6\n.model dd d(is=1e-14)\n.temp 50\n' +
    '.step param r list 1k 2k\n.step v1 list 1 4\n.step d dd(is) list 1e-14 3e-14\n.step temp list 27 60\n.end\n';
  const at = (values: Record<string, number>) =>
    solveOperatingPoint(parseSpice(text, { stepped: new Map(Object.entries(values)) }));
  expect(at({}).voltages_V.b).toBeCloseTo(0.5, 12);
  expect(at({ v1: 4, r: 2e3 }).currents_A.v1).toBeCloseTo(-1e-3, 12);
  const diode = (values: Record<string, number>) => -at(values).currents_A.v2;
  expect(diode({ 'dd(is)': 3e-14 }) / diode({})).toBeCloseTo(3, 3);
  expect(diode({ temp: 60 }) / diode({})).toBeGreaterThan(5);
});

const rc =
  'rc\n.param r=1k\nV1 in 0 PULSE(0 1 0 1n 1n 1 2)\nR1 in out {r}\nC1 out 0 1n\n.step param r list 1k 2k 4k\n' +
  '.tran 0.2u 4u\n.meas tran t50 WHEN v(out)=0.5 RISE=1\n.end\n';

it('runs a transient for every value into a table, JSON, raw, CSV and a figure', async () => {
  const cwd = withFile(rc);
  const files = ['-o', 'c.raw', '-o', 'c.csv', '-o', 'c.svg', '-o', 'c.html'];
  const { code, stdout, stderr } = await ohmprop(['circuit', 'run', 'c.cir', '--raw-text', ...files], {
    cwd,
  });
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^3 steps of r:\n +r +t50\n +1000 +6\.93\d+e-7\n +2000 +0\.00000138\d+\n +4000/);
  const raw = readFileSync(join(cwd, 'c.raw'), 'utf8');
  expect(raw.match(/^Plotname: .*$/gm)).toEqual(
    [1, 2, 4].map((k) => `Plotname: Transient Analysis (r = ${k}000)`),
  );
  const lines = readFileSync(join(cwd, 'c.csv'), 'utf8').trim().split('\n');
  expect(lines[0]).toBe('r,time [s],v(in) [V],v(out) [V],i(v1) [A]');
  expect(new Set(lines.slice(1).map((line) => line.split(',')[0]))).toEqual(
    new Set(['1000', '2000', '4000']),
  );
  expect(readFileSync(join(cwd, 'c.svg'), 'utf8')).toMatch(/out, r = 4000/);
  const json = JSON.parse((await ohmprop(['circuit', 'run', 'c.cir', '--json'], { cwd })).stdout);
  expect([json.stepped, json.wanted, json.steps.length]).toEqual([['r'], 3, 3]);
  type Measured = { values: object; transient: { measured: { t50: number } }[] };
  json.steps.forEach(({ values, transient }: Measured, k: number) => {
    expect(values).toEqual({ r: 1e3 * 2 ** k });
    const { measured } = transient[0];
    expect(Math.abs(measured.t50 / (Math.LN2 * 1e-6 * 2 ** k + 0.5e-9) - 1)).toBeLessThan(1e-3);
  });
});

it('steps operating points over two values and draws them over the first', async () => {
  const cwd = withFile('t\nV1 a 0 1\nR1 a b 1k\nR2 b 0 1k\n.step v1 0 3 1\n.step R2 list 1k 3k\n.op\n.end\n');
  const { code, stdout } = await ohmprop(['circuit', 'run', 'c.cir', '-o', 'c.csv', '-o', 'c.svg'], { cwd });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/8 steps of v1, r2, where each ends/)]);
  const rows = readFileSync(join(cwd, 'c.csv'), 'utf8').trim().split('\n');
  expect(rows[0]).toBe('v1,r2,v(a) [V],v(b) [V],i(v1) [A]');
  expect(rows[8].split(',').slice(0, 4).map(Number)).toEqual([3, 3000, 3, 2.25]);
  expect(readFileSync(join(cwd, 'c.svg'), 'utf8')).toMatch(/b, r2 = 3000/);
});

it('says which step failed, and that ngspice knows no steps', async () => {
  const cwd = withFile('t\nV1 a 0 1\nR1 a b 1k\nR2 b 0 1k\n.step R2 list 1k -1k\n.end\n');
  const failed = await ohmprop(['circuit', 'run', 'c.cir', '--json'], { cwd });
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(/1 of 2 steps failed, the first at r2 = -1000: .*"singular" at node b/);
  expect(JSON.parse(failed.stdout).steps).toHaveLength(2);
  const other = await ohmprop(['circuit', 'run', 'c.cir', '--engine', 'ngspice'], { cwd });
  expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/ngspice does not know/)]);
});

it('keeps the steps that are done when it is interrupted', async () => {
  const file = join(withFile(rc), 'c.cir');
  const controller = new AbortController();
  let solved = 0;
  let share = 0;
  const within: string[] = [];
  const work = {
    signal: controller.signal,
    progress: (now: number) => {
      share = now;
    },
  };
  const found = await solveSteps(file, { circuit: readSpiceFile(file) }, work, async (_, inStep) => {
    inStep.progress(0.5, '');
    within.push(share.toFixed(3));
    solved++;
    if (solved === 2) controller.abort();
    return { title: '', dc: [], transient: [], measured: [], stats: {} };
  });
  expect([found.wanted, found.steps.map(({ values }) => values)]).toEqual([3, [[1e3], [2e3]]]);
  expect(within).toEqual(['0.167', '0.500']);
});
