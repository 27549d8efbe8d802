/**
 * The demonstration of examples/browser in Chromium: a change of the wire resistance of 256 × 256 cells, from the slider's event until the map is
 * drawn and until a frame has shown it; and XOR from the press of the button to four of four, over seeds, at the pace the page begins with.
 *   npm run bench -- demo [--changes 200] [--starts 20] [--chromium /usr/bin/chromium]
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { machine } from './machine.js';

const builder = fileURLToPath(new URL('../../examples/browser/build.mjs', import.meta.url));
const shown = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

/** Of times in ms: median, 95 of 100, largest. */
function spread(times_ms: readonly number[]): string {
  const sorted = [...times_ms].sort((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1);
  return `median ${at(0.5)}, 95 % ${at(0.95)}, largest ${at(1)} ms`;
}

/** Asks the page until it says yes; its policy evaluates no text, so that it cannot be asked to wait by itself. */
async function until(page: Page, question: string): Promise<void> {
  while (!(await page.evaluate<boolean>(question))) await new Promise((resolve) => setTimeout(resolve, 20));
}

async function changes(page: Page, count: number): Promise<void> {
  const times = { drawn: [] as number[], work: [] as number[], shown: [] as number[] };
  for (let k = 0; k < count; k++) {
    // all decades of the slider, in leaps
    const value = -2 + ((k * 37) % 200) / 50;
    times.shown.push(
      await page.evaluate<number>(`(async () => {
        performance.clearMeasures();
        const wire = document.getElementById('wire-ohm');
        const begun = performance.now();
        wire.value = '${value}';
        wire.dispatchEvent(new Event('input'));
        await ${shown};
        return performance.now() - begun;
      })()`),
    );
    const of = (name: string) => page.evaluate<number>(`performance.getEntriesByName('${name}')[0].duration`);
    times.drawn.push(await of('crossbar change'));
    times.work.push(await of('crossbar work'));
  }
  console.log(`${count} changes of wire resistance, 256 × 256, .01 to 100 Ω (bar 50 ms):`);
  console.log(`  solving and drawing          ${spread(times.work)}`);
  console.log(`  event until drawn            ${spread(times.drawn)}`);
  console.log(`  event until a frame later    ${spread(times.shown)}`);
}

async function learning(page: Page, starts: number): Promise<void> {
  const times: number[] = [];
  for (let seed = 1; seed <= starts; seed++) {
    if (seed > 1) await page.click('#xor-anew');
    await until(page, 'document.getElementById("xor-updates").textContent === "1"');
    await page.evaluate('performance.clearMarks()');
    await page.click('#xor-run');
    await until(page, '/^(Learnt|Not)/.test(document.getElementById("xor-state").textContent)');
    times.push(
      await page.evaluate<number>(`(() => {
        const at = (name) => performance.getEntriesByName(name)[0]?.startTime ?? Infinity;
        return at('xor four of four') - at('xor begins');
      })()`),
    );
    console.log(
      `  seed ${seed}: four of four after ${(times[seed - 1] / 1000).toFixed(2)} s; ${await page.textContent('#xor-state')}`,
    );
  }
  console.log(`XOR, 30 updates a second, ${starts} starts (bar 10 s): ${spread(times)}`);
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { changes: { type: 'string' }, starts: { type: 'string' }, chromium: { type: 'string' } },
  });
  const folder = mkdtempSync(join(tmpdir(), 'ohmprop-demo-'));
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: values.chromium ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update'],
  });
  try {
    execFileSync(process.execPath, [builder, folder]);
    const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    const begun = performance.now();
    await page.goto(pathToFileURL(join(folder, 'index.html')).href);
    await until(page, 'performance.getEntriesByName("crossbar work").length > 0');
    console.log(`Chromium ${browser.version()}, ${machine()}`);
    console.log(`page opened and the first map drawn after ${(performance.now() - begun).toFixed(0)} ms`);
    await changes(page, Number(values.changes ?? 200));
    await learning(page, Number(values.starts ?? 20));
    console.log(machine());
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
