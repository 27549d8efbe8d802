/**
 * What the live page costs a training, and how it bears many runs:
 *   npm run bench -- watch speed [pairs=15] [seconds=2]     events a second, and how much slower steps of drn-xs get, listened to or not
 *   npm run bench -- watch page [runs=50] [epochs=1000]     frames of Chromium while it scrolls, by its trace; heap over 100 reconnects
 * The page is served by a process of its own, as `train --watch` does. In `speed` a training in this process writes forty epochs a second
 * into its metrics; in one window of a pair a third process listens to the stream, in the other nobody does. `page` wants Chromium
 * (OHMPROP_CHROMIUM names another than /usr/bin/chromium).
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CDPSession, Page } from 'playwright-core';
import { RandomStream } from '../core/index.js';
import { Coder, loadData, minibatch } from '../learning/index.js';
import { LayeredFloat32Device } from '../solver/layered-float32/index.js';
import { medianInterval } from './layered/median-interval.js';
import { machine } from './machine.js';

export async function run(args: readonly string[]): Promise<void> {
  const [part = 'speed', ...rest] = args;
  const given = new Map(rest.map((arg) => arg.split('=') as [string, string]));
  const number = (name: string, otherwise: number) => Number(given.get(name) ?? otherwise);
  const folder = mkdtempSync(join(tmpdir(), 'ohmprop-watch-'));
  try {
    if (part === 'page')
      await page(folder, number('runs', 50), number('epochs', 1000), number('reconnects', 100));
    else await speed(folder, number('pairs', 15), number('seconds', 2));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Serves a folder in a process of its own. */
async function serve(folder: string): Promise<{ url: string; process: ChildProcess }> {
  const main = fileURLToPath(new URL('../cli/main.js', import.meta.url));
  const child = spawn(process.execPath, [main, 'watch', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [bytes] = (await once(child.stdout as NonNullable<typeof child.stdout>, 'data')) as [Buffer];
  return { url: String(bytes).trim(), process: child };
}

async function speed(folder: string, pairs: number, seconds: number): Promise<void> {
  const run = join(folder, 'run');
  mkdirSync(run);
  const metrics = join(run, 'metrics.jsonl');
  const served = await serve(folder);
  const step = await stepper();
  let [epoch, nextAt] = [0, 0];
  const window = async (): Promise<number> => {
    const start = performance.now();
    let steps = 0;
    while (performance.now() - start < 1000 * seconds) {
      await step();
      steps++;
      if (performance.now() < nextAt) continue;
      nextAt = performance.now() + 25;
      appendFileSync(metrics, epochLine(++epoch, 0.1));
      // A trainer gives its turn away as well.
      await new Promise((done) => setImmediate(done));
    }
    return (performance.now() - start) / steps;
  };
  const ratios: number[] = [];
  let [events, listened_ms] = [0, 0];
  const listener = fork(fileURLToPath(new URL('watch-listener.js', import.meta.url)), [
    `${served.url}events`,
  ]);
  const told = async (word: string): Promise<{ events: number }> => {
    listener.send(word);
    return (await once(listener, 'message'))[0];
  };
  await window();
  for (let pair = 0; pair < pairs; pair++) {
    const times = { plain: 0, listened: 0 };
    for (const side of pair % 2 === 0 ? (['plain', 'listened'] as const) : (['listened', 'plain'] as const)) {
      if (side === 'plain') {
        times.plain = await window();
        continue;
      }
      await told('listen');
      const began = performance.now();
      times.listened = await window();
      listened_ms += performance.now() - began;
      events += (await told('rest')).events;
    }
    ratios.push(times.listened / times.plain);
  }
  served.process.kill();
  listener.disconnect();
  const { low, median, high } = medianInterval(ratios);
  console.log(
    `${((1000 * events) / listened_ms).toFixed(1)} events a second; a step listened to takes ${median.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}] of one that is not, ${pairs} pairs of ${seconds} s; ${machine()}`,
  );
}

async function stepper(): Promise<() => Promise<void>> {
  const { experimentOf } = await import('./layered/experiment.js');
  const { network, rates, beta_S } = experimentOf('drn-xs');
  const data = await loadData('digits', { seed: 1 });
  const device = new LayeredFloat32Device({ ...network, inputs: data.features }, { seed: 1, threads: 1 });
  const coder = new Coder(data, device.info);
  const order = Uint32Array.from({ length: data.train.count }, (_, s) => s);
  const batches = Array.from({ length: 100 }, (_, k) => coder.batch(data.train, minibatch(order, k, 4)));
  let k = 0;
  return async () => {
    const batch = batches[k++ % batches.length];
    const report = await device.step(batch, {
      nudge: 'conductance',
      betas: [-beta_S, beta_S],
      update: { id: k, rates },
    });
    report.free.release();
  };
}

/** As long as a line of a training is. */
function epochLine(epoch: number, level: number): string {
  const value = (k: number) => level * (1 + 0.2 * Math.sin(epoch * 0.07 + k)) * Math.exp(-epoch / 400) + 0.01;
  return `${JSON.stringify({
    epoch,
    trainError: value(0),
    testError: value(1),
    cost_V2: 1e-7 * value(2),
    testCost_V2: 1e-7 * value(3),
    freeIterations: 6,
    nudgedIterations: 6,
    saturatedFraction: 0.5,
    power_W: 1e-10 * value(4),
    pulses: 1000,
    gradient: {
      groups: Object.fromEntries(
        ['g1', 'b1', 'g2', 'b2'].map((name, k) => [name, { cosine: 1 - 0.1 * value(k) }]),
      ),
    },
    seconds: 0.01,
    samplesPerSecond: 10_000,
    confusion: Array.from({ length: 100 }, (_, k) => (k % 11 === 0 ? 100 : 1)),
  })}\n`;
}

async function page(folder: string, runs: number, epochs: number, reconnects: number): Promise<void> {
  const random = new RandomStream(1, 'bench-watch');
  const files = Array.from({ length: runs }, (_, r) => {
    mkdirSync(join(folder, `run-${r}`));
    const level = 0.05 + 0.5 * random.uniform();
    const file = join(folder, `run-${r}`, 'metrics.jsonl');
    writeFileSync(file, Array.from({ length: epochs }, (_, k) => epochLine(k + 1, level)).join(''));
    return { file, level };
  });
  const served = await serve(folder);
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({
    executablePath: process.env.OHMPROP_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
  });
  let epoch = epochs;
  // Ten of them go on, four epochs a second.
  const timer = setInterval(() => {
    epoch++;
    for (const { file, level } of files.slice(0, 10)) appendFileSync(file, epochLine(epoch, level));
  }, 250);
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const began = performance.now();
    await page.goto(served.url);
    await page.waitForSelector(`#runs li:nth-child(${runs})`);
    await page.click('#pick-all');
    await page.waitForSelector('.plot canvas');
    console.log(
      `${runs} runs of ${epochs} epochs are there after ${((performance.now() - began) / 1000).toFixed(1)} s; ${machine()}`,
    );
    const session = await page.context().newCDPSession(page);
    for (let round = 0; round < 3; round++) await scrolled(page, session);
    await heap(page, session, reconnects);
  } finally {
    clearInterval(timer);
    await browser.close();
    served.process.kill();
  }
}

/** Frames that Chromium drew while the page was scrolled down and up, by its trace. */
async function scrolled(page: Page, session: CDPSession): Promise<void> {
  const drawn: number[] = [];
  const take = ({ value }: { value: object[] }) => {
    for (const { name, ts } of value as unknown as { name: string; ts: number }[])
      if (name === 'DrawFrame') drawn.push(ts / 1000);
  };
  session.on('Tracing.dataCollected', take);
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    categories:
      'disabled-by-default-devtools.timeline.frame,devtools.timeline.frame,disabled-by-default-devtools.timeline',
  });
  const began = performance.now();
  for (const distance of [-1500, 1500, -1500, 1500]) {
    await session.send('Input.synthesizeScrollGesture', { x: 900, y: 500, yDistance: distance, speed: 1200 });
  }
  const seconds = (performance.now() - began) / 1000;
  const complete = once(session as unknown as NodeJS.EventEmitter, 'Tracing.tracingComplete');
  await session.send('Tracing.end');
  await complete;
  session.removeListener('Tracing.dataCollected', take);
  drawn.sort((a, b) => a - b);
  const gaps = drawn
    .slice(1)
    .map((at, k) => at - drawn[k])
    .sort((a, b) => a - b);
  const rate = (1000 * (drawn.length - 1)) / ((drawn.at(-1) ?? 0) - drawn[0]);
  console.log(
    `${rate.toFixed(1)} frames/s while scrolling ${seconds.toFixed(1)} s (95 % of frames within ${gaps[Math.floor(0.95 * gaps.length)]?.toFixed(0)} ms), ${await page.locator('#picked').textContent()}; ${machine()}`,
  );
}

/** What the page holds after so many reconnects, beside what it held before. */
async function heap(page: Page, session: CDPSession, reconnects: number): Promise<void> {
  const used = async () => {
    for (let k = 0; k < 3; k++) await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize / 2 ** 20;
  };
  await page.waitForTimeout(3000);
  const before = await used();
  const began = performance.now();
  for (let k = 0; k < reconnects; k++) {
    // The page opens its line anew, as after a sleep.
    await page.evaluate('globalThis.dispatchEvent(new Event("online"))');
    await page.waitForTimeout(300);
  }
  await page.waitForTimeout(3000);
  const after = await used();
  console.log(
    `heap ${before.toFixed(1)} MB, after ${reconnects} reconnects in ${((performance.now() - began) / 1000).toFixed(0)} s ${after.toFixed(1)} MB, ratio ${(after / before).toFixed(2)}; ${machine()}`,
  );
}
