import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { encodeNpy } from '../../records/index.js';
import { scratch } from '../scratch.js';
import { ohmprop } from './command-line.js';

const margin = (line: string) =>
  ohmprop(['crossbar', 'margin', ...line.split(' ')], { cwd: scratch('margin') });

it('says margin, ratio, sneak share and how many patterns stand behind them', async () => {
  // without wires, 2 x 2 float: the three other cells in series beside the selected one
  const { code, stdout } = await margin(
    '--size 2 --on 10k --ratio 100 --scheme float --voltage 200mV --json',
  );
  expect(code).toBe(0);
  const answer = JSON.parse(stdout);
  const [on_A, off_A] = [0.2 * (1e-4 + 1e-6 / 3), 0.2 * (1e-6 + 1e-4 / 3)];
  expect(answer.on_A).toBeCloseTo(on_A, 12);
  expect(answer.margin).toBeCloseTo((on_A - off_A) / on_A, 8);
  expect(answer.ratio).toBeCloseTo(on_A / off_A, 7);
  expect(answer.worstPatternOff).toEqual([
    [1, 0],
    [1, 1],
  ]);
  expect(answer.patternsOff).toBe(8);
  const text = (await margin('--size 2 --on 10k --scheme float --voltage 200mV')).stdout;
  expect(text).toMatch(/margin 65\.8 %; on 20\.1 µA \(the worst of all 8 patterns\)/);
  const larger = (await margin('--size 6 --wire-ohm 20 --voltage 200mV --patterns 30')).stdout;
  expect(larger).toMatch(/worst of \d+ tried/);
  expect(larger).toMatch(/no threshold tells on from off/);
});

it('reads levels of every cell from a file, each cell in turn, one threshold for all', async () => {
  const cwd = scratch('margin');
  const levels_S = Float64Array.of(1e-6, 1e-6, 1e-6, 2e-6, 1e-4, 5e-5, 1e-4, 1e-4);
  writeFileSync(join(cwd, 'levels.npy'), Buffer.concat(encodeNpy(levels_S, [2, 2, 2])));
  const line = 'crossbar margin --conductances levels.npy --voltage 1V --scheme row-by-row --select all';
  const { code, stdout } = await ohmprop([...line.split(' '), '--json', '-o', 'm.csv'], { cwd });
  expect(code).toBe(0);
  const answer = JSON.parse(stdout);
  // nothing in the wires: each cell by itself, and the worst on cell against the worst off cell
  for (const [k, wanted] of [0.99, 0.98, 0.99, 0.98].entries()) {
    expect(answer.margins.flat()[k]).toBeCloseTo(wanted, 9);
  }
  expect(answer.marginOfOneThreshold).toBeCloseTo(1 - 2e-6 / 5e-5, 9);
  expect(readFileSync(join(cwd, 'm.csv'), 'utf8').split('\n')[2]).toMatch(/^0,1,0\.98/);
});

it('finds the largest array with a margin, and says when no size has it or the largest tried still does', async () => {
  const found = await margin(
    '--wire-ohm 20 --on 10k --voltage 200mV --scheme row-by-row --at-least 97% --json',
  );
  const { largestSize, missedBy, sizes } = JSON.parse(found.stdout);
  expect(missedBy).toBe(largestSize + 1);
  const of = (n: number) => sizes.find(({ size }: { size: number }) => size === n).margin;
  expect(of(largestSize)).toBeGreaterThanOrEqual(0.97);
  expect(of(missedBy)).toBeLessThan(0.97);
  const none = await margin('--ratio 1.2 --voltage 200mV --at-least 50%');
  expect(none.code).toBe(1);
  expect(none.stderr).toMatch(/no size has a margin of 50\.0 %: a single cell .* has 16\.7 %/);
  const more = await margin('--voltage 200mV --scheme row-by-row --at-least 50% --up-to 4');
  expect(more.code).toBe(0);
  expect(more.stdout).toMatch(/4 × 4, the largest size tried, still has a margin/);
});

it('takes cells with models between two states, and refuses what is no read', async () => {
  const line = '--size 2 --cells vteam-kvatinsky --wire-ohm 5 --voltage 100mV --scheme v/2';
  const bent = JSON.parse((await margin(`${line} --json`)).stdout);
  // 50 ohm on, 1 kohm off; half the voltage on the other cell of the bit line
  expect(bent.ratio).toBeGreaterThan(1);
  expect(bent.ratio).toBeLessThan(20);
  for (const [given, why] of [
    [`${line} --off-state 1e-9 --on-state 2e-9`, /the one that is on must carry more/],
    [`${line} --off-state 4e-9`, /lies between 0 and 3e-9/],
    ['--size 2 --voltage 0', /0 V reads nothing/],
    ['--size 2 --voltage 1V --levels 3', /--levels: goes with --cells/],
    ['--size 2 --voltage 1V --select 2,0', /--select: got row 2/],
    ['--size 2 --voltage 1V --float-rows 0 --select 0,1', /lies on a floating line/],
    ['--size 2 --voltage 1V --at-least 20%', /--size: --at-least tries sizes/],
    [`${line} --on 1k`, /--on: of linear cells/],
  ] as const) {
    const { code, stderr } = await margin(given);
    expect(code, given).toBe(2);
    expect(stderr).toMatch(why);
  }
});
