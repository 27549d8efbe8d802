/**
 * What a read-out of nodes, and what an optimiser, costs a step; and what looking at the gradient costs an epoch:
 *   npm run bench -- read-out-speed [preset=drn-xs] [pairs=15] [seconds=0.4]
 * Two devices of one network step on the same minibatches of drawn digits in turn, window by window, one thread each: read exactly,
 * and as each row says. The ratio is of the two windows of a pair, the figure the median of the pairs.
 *   npm run bench -- read-out-speed before=DIR [pairs=15] [seconds=1]
 * Nothing read otherwise than exactly, against DIR, another built checkout, in the same process: what having read-outs at all costs a
 * step. A side's time in a pair is the median of forty windows in turn, which together take so many seconds.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { median } from '../core/index.js';
import type { NodeReadOut, Optimizer, StepReport } from '../devices/contract/index.js';
import { Coder, type DataSet, gradientDiagnostics, loadData, minibatch } from '../learning/index.js';
import { LayeredFloat32Device } from '../solver/layered-float32/index.js';
import { type Experiment, experimentOf } from './layered/experiment.js';
import { medianInterval } from './layered/median-interval.js';
import { machine } from './machine.js';

/** In published volts; the units of the network scale them. */
const rows: readonly (readonly [string, NodeReadOut])[] = [
  ['noise', { noise: 5e-3 }],
  ['noise and 12 bits', { noise: 5e-3, bits: 12, fullScale: [10, 2] }],
  ['noise and 12 bits of differences', { noise: 5e-3, bits: 12, fullScale: [10, 2], difference: {} }],
  ['noise and 12 bits, 16 reads', { noise: 5e-3, bits: 12, fullScale: [10, 2], reads: 16 }],
];
const optimizers: readonly Optimizer[] = [
  { kind: 'momentum', momentum: 0.9 },
  { kind: 'adam', beta1: 0.9, beta2: 0.999, epsilon: {} },
];
const BATCH = 4;
/** Of a side in a pair against another checkout. */
const WINDOWS = 40;

export async function run(args: readonly string[]): Promise<void> {
  const given = new Map(args.map((arg) => arg.split('=') as [string, string]));
  const experiment = experimentOf(given.get('preset') ?? 'drn-xs');
  const pairs = Number(given.get('pairs') ?? 15);
  const seconds = Number(given.get('seconds') ?? 0.4);
  const data = onMnistCanvas(await loadData('digits', { seed: 1 }));
  const before = given.get('before');
  if (before !== undefined) {
    console.log(`${experiment.name}, batch ${BATCH}, 1 thread; ${machine()}`);
    await againstCheckout(resolve(before), experiment, data, pairs, Number(given.get('seconds') ?? 1));
    return;
  }
  const volt = experiment.network.units.voltage_V;
  console.log(`${experiment.name}, batch ${BATCH}, 1 thread; ${machine()}`);
  for (const [name, readOut] of rows) {
    const scaled = {
      ...readOut,
      noise: (readOut.noise ?? 0) * volt,
      ...(readOut.fullScale && { fullScale: readOut.fullScale.map((v) => v * volt) }),
    };
    await inTurn(
      name,
      stepper(experiment, data),
      stepper(experiment, data, { readOut: scaled }),
      pairs,
      seconds,
    );
  }
  for (const optimizer of optimizers) {
    const plain = stepper(experiment, data);
    await inTurn(optimizer.kind, plain, stepper(experiment, data, { optimizer }), pairs, seconds);
  }
  await lookedAt(experiment, data);
}

type Stepper = ReturnType<typeof stepper>;

async function inTurn(name: string, exact: Stepper, other: Stepper, pairs: number, seconds: number) {
  await exact.window(seconds);
  await other.window(seconds);
  const times: [number, number][] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const first = pair % 2 === 0 ? exact : other;
    const one = await first.window(seconds);
    const two = await (first === exact ? other : exact).window(seconds);
    times.push(first === exact ? [one, two] : [two, one]);
  }
  const ratio = median(times.map(([a, b]) => b / a));
  const best = (side: 0 | 1) => Math.min(...times.map((pair) => pair[side]));
  console.log(
    `${name.padEnd(36)} ${best(0).toFixed(1)} µs a step plain, ${best(1).toFixed(1)} µs so; median ratio ${ratio.toFixed(3)}; ${machine()}`,
  );
  await exact.close();
  await other.close();
}

/** The diagnostics of an epoch: eight samples, best of five. */
async function lookedAt({ network, beta_S }: Experiment, data: DataSet): Promise<void> {
  const device = new LayeredFloat32Device(network, { seed: 1, threads: 1 });
  const coder = new Coder(data, device.info);
  const batch = coder.firstBatch(data.train, 8);
  const plan = { batch, nudge: 'conductance', betas: [-beta_S, beta_S], cost: coder.cost } as const;
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 5; round++) {
    const start = performance.now();
    await gradientDiagnostics(device, plan);
    least = Math.min(least, performance.now() - start);
  }
  console.log(`${'diagnostics of an epoch'.padEnd(36)} ${least.toFixed(2)} ms; ${machine()}`);
  await device.close();
}

/** Of another checkout only the device is used: what a step costs, and not how its data are made. */
async function againstCheckout(
  checkout: string,
  experiment: Experiment,
  data: DataSet,
  pairs: number,
  seconds: number,
): Promise<void> {
  const module = new URL('dist/solver/layered-float32/index.js', `${pathToFileURL(checkout)}/`).href;
  const { LayeredFloat32Device: Other } = (await import(module)) as {
    LayeredFloat32Device: typeof LayeredFloat32Device;
  };
  const sides = [stepper(experiment, data, {}, Other), stepper(experiment, data)];
  for (const side of sides) await side.window(seconds);
  const ratios: number[] = [];
  const best = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let pair = 0; pair < pairs; pair++) {
    const windows: number[][] = [[], []];
    for (let w = 0; w < WINDOWS; w++) {
      for (const side of (pair + w) % 2 === 0 ? [0, 1] : [1, 0]) {
        windows[side].push(await sides[side].window(seconds / WINDOWS));
      }
    }
    for (const side of [0, 1]) best[side] = Math.min(best[side], ...windows[side]);
    ratios.push(median(windows[1]) / median(windows[0]));
  }
  const found = medianInterval(ratios);
  console.log(
    `${best[0].toFixed(1)} µs a step before, ${best[1].toFixed(1)} µs now; ratio ${found.median.toFixed(3)} [${found.low.toFixed(3)}, ${found.high.toFixed(3)}] of ${pairs} pairs; ${machine()}`,
  );
  for (const side of sides) await side.close();
}

/** Trains on the first minibatches, window by window. */
function stepper(
  { network, rates, beta_S }: Experiment,
  data: DataSet,
  { readOut, optimizer }: { readonly readOut?: NodeReadOut; readonly optimizer?: Optimizer } = {},
  Device = LayeredFloat32Device,
) {
  const device = new Device(network, { seed: 1, threads: 1, ...(readOut && { readOut }) });
  const coder = new Coder(data, device.info);
  const order = Uint32Array.from({ length: data.train.count }, (_, s) => s);
  const batches = Array.from({ length: 100 }, (_, k) => coder.batch(data.train, minibatch(order, k, BATCH)));
  let k = 0;
  const step = (): Promise<StepReport> => {
    const batch = batches[k++ % batches.length];
    const update = { id: k, rates, ...(optimizer && { optimizer }) };
    const plan = { nudge: 'conductance', betas: [-beta_S, beta_S], update } as const;
    return device.step(batch, plan);
  };
  return {
    close: () => device.close(),
    /** Mean time of a step, µs. */
    async window(seconds: number): Promise<number> {
      const start = performance.now();
      let steps = 0;
      while (performance.now() - start < 1000 * seconds) {
        (await step()).free.release();
        steps++;
      }
      return (1000 * (performance.now() - start)) / steps;
    },
  };
}

/** 16 × 16 drawings in the middle of 28 × 28, as MNIST has its digits. */
function onMnistCanvas(data: DataSet): DataSet {
  const { count, values } = data.train;
  const wide = new Uint8Array(count * 784);
  for (let s = 0; s < count; s++) {
    for (let p = 0; p < 256; p++) wide[s * 784 + ((p >> 4) + 6) * 28 + (p & 15) + 6] = values[s * 256 + p];
  }
  return { ...data, features: 784, train: { ...data.train, features: 784, values: wide } };
}
