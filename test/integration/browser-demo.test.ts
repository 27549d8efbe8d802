import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import { productErrors, solveCrossbar } from '../../faces/crossbar.js';
import { noChromium, startChromium } from '../chromium.js';
import { scratch } from '../scratch.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const requested: string[] = [];
const said: string[] = [];
let browser: Browser;
let page: Page;

/** The page of examples/browser, built as its README says and opened from the disk, where there is no server. */
beforeAll(async () => {
  if (noChromium) return;
  const folder = join(scratch('demo'), 'page');
  execFileSync(process.execPath, [join(root, 'examples/browser/build.mjs'), folder], { cwd: root });
  browser = await startChromium();
  page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
  page.on('request', (request) => requested.push(request.url()));
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  await page.goto(pathToFileURL(join(folder, 'index.html')).href);
  await page.waitForSelector('html[data-ready]');
});

afterAll(async () => {
  await browser?.close();
});

const textOf = (id: string) => page.locator(`#${id}`).textContent();
const worked = () => page.evaluate<number>('performance.getEntriesByName("crossbar work").length');
const height = () => page.evaluate<number>('document.documentElement.scrollHeight');

/** Mean output error of the array that the page draws, by the library here. */
function meanErrorOf(size: number, on_ohm: number, wire_ohm: number): string {
  const stream = new RandomStream(1, 'devices');
  const conductances_S = Float64Array.from(
    { length: size * size },
    () => 10 ** (-2 * stream.uniform()) / on_ohm,
  );
  const ideal_A = new Float64Array(size);
  for (const [k, g_S] of conductances_S.entries()) ideal_A[k % size] += g_S;
  const wires = { row_ohm: wire_ohm, column_ohm: wire_ohm };
  const inputs_V = new Float64Array(size).fill(1);
  const { outputCurrents_A } = solveCrossbar({ rows: size, columns: size, conductances_S, wires, inputs_V });
  return `${(100 * productErrors(outputCurrents_A, ideal_A).meanOfRatios).toFixed(1)} %`;
}

describe('the demonstration in a browser, without a server', () => {
  it('solves the array that its command line names, as the library does', async ({ skip }) => {
    skip(noChromium !== false, String(noChromium));
    await expect.poll(() => textOf('mean-error')).toBe(meanErrorOf(256, 1e4, 1));
    await page.selectOption('#array-size', '64');
    await page.locator('#wire-ohm').fill('1.2');
    await expect.poll(() => textOf('mean-error')).toBe(meanErrorOf(64, 1e4, 15.8));
    const command = (await textOf('crossbar-command'))!.replace('npx ohmprop', '');
    const line = `${command} --json`.trim().split(' ');
    const answer = execFileSync(process.execPath, [join(root, 'dist/cli/main.js'), ...line], {
      encoding: 'utf8',
    });
    const { meanRelativeError } = JSON.parse(answer) as { meanRelativeError: number };
    expect(await textOf('mean-error')).toBe(`${(100 * meanRelativeError).toFixed(1)} %`);
    expect(await textOf('kirchhoff')).toMatch(/A$/);
  });

  it('solves the newest setting alone when a slider moves faster than frames', async ({ skip }) => {
    skip(noChromium !== false, String(noChromium));
    const before = await worked();
    await page.evaluate(`{
      const wire = document.getElementById('wire-ohm');
      for (let k = 0; k < 200; k++) {
        wire.value = String(-2 + k / 50);
        wire.dispatchEvent(new Event('input'));
      }
    }`);
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    expect((await worked()) - before).toBe(1);
    expect(await textOf('wire-ohm-shown')).toBe('95.5 Ω');
    expect(await textOf('mean-error')).toBe(meanErrorOf(64, 1e4, 95.5));
  });

  it('is used by keys alone: slider, map, samples, training', async ({ skip }) => {
    skip(noChromium !== false, String(noChromium));
    await page.locator('#wire-ohm').focus();
    await page.keyboard.press('Home');
    expect(await textOf('wire-ohm-shown')).toBe('10.0 mΩ');
    expect(await page.locator('#wire-ohm').getAttribute('aria-valuetext')).toBe('10.0 mΩ');
    await page.locator('#crossbar-map').focus();
    for (const key of ['ArrowDown', 'ArrowRight', 'Shift+ArrowRight', 'ArrowUp', 'ArrowUp'])
      await page.keyboard.press(key);
    expect(await textOf('cell-place')).toBe('row 0, column 17');
    expect(await textOf('cell-voltage')).toMatch(/^99\d\.\d of 1000 mV$/);
    await page.locator('input[name=xor-sample]:checked').focus();
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('input[name=xor-sample]:checked').inputValue()).toBe('2');
    await page.locator('#xor-step').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => textOf('xor-updates')).toBe('2');
  });

  it('learns XOR by two phases, moves nothing on the page, and loads nothing', async ({ skip }) => {
    skip(noChromium !== false, String(noChromium));
    const high = await height();
    await page.selectOption('#xor-pace', '1000');
    await page.click('#xor-run');
    await expect.poll(() => textOf('xor-state'), { timeout: 60_000 }).toMatch(/^Learnt: 4 of 4/);
    expect(await page.locator('#xor-right').textContent()).toBe('4 of 4');
    for (const [s, sign] of ['−', '+', '+', '−'].entries())
      expect((await textOf(`xor-out-${s}`))![0]).toBe(sign);
    expect(await textOf('xor-free-scale')).toMatch(/V/);
    // a conductance that grew and one that shrank, told apart by more than colour
    expect(await page.locator('#xor-change .less').count()).toBeGreaterThan(0);
    expect(await height()).toBe(high);
    expect(requested).toHaveLength(1);
    expect(said).toEqual([]);
  });

  it('passes an audit of accessibility', async ({ skip }) => {
    skip(noChromium !== false, String(noChromium));
    const audit = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    await page.evaluate(audit);
    const { violations } = await page.evaluate<{ violations: { id: string }[] }>('axe.run()');
    expect(violations.map(({ id }) => id)).toEqual([]);
  });
});
