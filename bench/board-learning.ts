import { cpus, loadavg } from 'node:os';
import { type ComposedRun, composeRun } from '../experiments/composition/index.js';
import { boardPresets } from '../experiments/schema/index.js';

// What docs/results/board.md reports: `node dist/bench/board-learning.js xor|iris|transfer|nano [boards]`, one JSON object a
// board on stdout, a summary at the end.

type Config = Parameters<typeof composeRun>[0];
type Network = Extract<Config['network'], { kind: 'board' }>;

interface Change {
  readonly network?: Partial<Network>;
  readonly epochs?: number;
}

function configOf(preset: string, seed: number, change: Change = {}): Config {
  const { data, network, training, coding } = boardPresets[preset] as Config;
  return {
    preset,
    seed,
    data,
    arithmetic: 'float64',
    network: { clip: 4, updates: 'board', parts: 'drawn', ...network, ...change.network } as Network,
    training: { ...training, particles: false, epochs: change.epochs ?? training.epochs },
    settle: {},
    ...(coding === undefined ? {} : { coding }),
  };
}

/** Least distance of an answer of the training set from the boundary between classes, on the right side, mV. */
async function margin_mV({ dataSet, coder, trainer }: ComposedRun): Promise<number> {
  const { train } = dataSet;
  const inputs = new Float64Array(train.count * train.features);
  coder.encodeInputs(
    train,
    Uint32Array.from({ length: train.count }, (_, s) => s),
    inputs,
  );
  const free = await trainer.device.settle({ batch: train.count, inputs });
  const { off, on } = coder.coding.target;
  const v = free.outputs();
  free.release();
  const sides = Array.from(v, (out, s) => (train.labels[s] === 1 ? 1 : -1) * (out - (off + on) / 2));
  return 1000 * Math.min(...sides);
}

interface Curve {
  /** After each pass. */
  readonly margins_mV: number[];
  readonly trainErrors: number[];
  readonly testErrors: number[];
  readonly seconds: number;
  readonly samples: number;
}

async function train(run: ComposedRun, watchMargin: boolean): Promise<Curve> {
  const curve: Curve = { margins_mV: [], trainErrors: [], testErrors: [], seconds: 0, samples: 0 };
  let seconds = 0;
  for await (const event of run.trainer.run()) {
    if (event.type !== 'epoch') continue;
    curve.trainErrors.push(event.record.trainError);
    curve.testErrors.push(event.record.testError);
    seconds += event.record.seconds;
    if (watchMargin) curve.margins_mV.push(await margin_mV(run));
  }
  return { ...curve, seconds, samples: curve.trainErrors.length * run.dataSet.train.count };
}

/** Margin that counts as learned: a quarter of the targets' swing of 150 mV. */
const learned_mV = 37;

const virtual = { device: 'virtual' };
const say = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);
const rounded = (values: number[]) => values.map((v) => Math.round(10 * v) / 10);
const median = (values: number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

async function xor(boards: number): Promise<void> {
  const firsts: number[] = [];
  let learned = 0;
  const curves: number[][] = [];
  for (let seed = 1; seed <= boards; seed++) {
    const run = await composeRun(configOf('board-xor', seed, { network: virtual }));
    const curve = await train(run, true);
    await run.trainer.device.close();
    const last = curve.margins_mV.at(-1) ?? Number.NaN;
    const first =
      1 + curve.margins_mV.findIndex((_, i, all) => all.slice(i, i + 3).every((x) => x > learned_mV));
    if (last > learned_mV) learned++;
    if (first > 0) firsts.push(first);
    curves.push(curve.margins_mV);
    say({
      board: seed,
      margin_mV: Math.round(last),
      firstPass: first,
      samplesPerSecond: Math.round(curve.samples / curve.seconds),
    });
  }
  const passes = [1, 2, 5, 10, 15, 20, 25, 30, 40, 60, 80, 100, 150, 200].filter(
    (p) => p <= curves[0].length,
  );
  say({ learned, boards, medianPass: median(firsts) });
  for (const p of passes) {
    const at = curves.map((c) => c[p - 1]);
    say({ pass: p, right: at.filter((m) => m > 0).length, meanMargin_mV: Math.round(mean(at)) });
  }
}

async function iris(boards: number): Promise<void> {
  const accuracies: number[] = [];
  const curves: Curve[] = [];
  for (let seed = 1; seed <= boards; seed++) {
    const run = await composeRun(configOf('board-iris', seed, { network: virtual }));
    const curve = await train(run, false);
    await run.trainer.device.close();
    const accuracy = 100 * (1 - (curve.testErrors.at(-1) ?? 1));
    accuracies.push(accuracy);
    curves.push(curve);
    say({
      board: seed,
      testAccuracy: accuracy.toFixed(1),
      trainAccuracy: (100 * (1 - (curve.trainErrors.at(-1) ?? 1))).toFixed(1),
      samplesPerSecond: Math.round(curve.samples / curve.seconds),
    });
  }
  say({ boards, mean: mean(accuracies).toFixed(2), worst: Math.min(...accuracies).toFixed(1) });
  for (const p of [1, 2, 5, 10, 15, 20, 30, 40, 60, 80, 100, 150]) {
    say({
      pass: p,
      trainAccuracy: (100 * (1 - mean(curves.map((c) => c.trainErrors[p - 1])))).toFixed(1),
      testAccuracy: (100 * (1 - mean(curves.map((c) => c.testErrors[p - 1])))).toFixed(1),
    });
  }
}

async function transfer(boards: number): Promise<void> {
  let [failed, repaired] = [0, 0];
  const curves: number[][] = [];
  for (let seed = 1; seed <= boards; seed++) {
    const twin = await composeRun(configOf('board-xor', seed, { network: { parts: 'nominal' } }));
    await train(twin, false);
    const onTwin = await margin_mV(twin);
    const network = { ...virtual, mismatch: 0.5, partsSeed: 1000 + seed };
    const run = await composeRun(configOf('board-xor', seed, { network, epochs: 25 }));
    const state = await twin.trainer.device.snapshot();
    await run.trainer.device.restore({ ...state, values: { ...state.values, lastUpdate: 0 } });
    const transferred = await margin_mV(run);
    const curve = await train(run, true);
    await run.trainer.device.close();
    const after = curve.margins_mV.at(-1) ?? Number.NaN;
    if (transferred <= learned_mV) failed++;
    if (after > learned_mV) repaired++;
    curves.push([transferred, ...curve.margins_mV]);
    say({
      board: seed,
      ...Object.fromEntries(
        Object.entries({ onTwin, transferred, after }).map(([k, v]) => [`${k}_mV`, Math.round(v)]),
      ),
    });
  }
  say({ boards, transferFailed: failed, repairedAfter25Passes: repaired });
  for (let p = 0; p <= 25; p++) {
    const at = curves.map((c) => c[p]);
    say({
      pass: p,
      learned: at.filter((m) => m > learned_mV).length,
      margins_mV: rounded([Math.min(...at), mean(at)]),
    });
  }
}

/** Starts that a board may have before it counts as one that does not learn. */
const starts = 3;

async function nano(boards: number): Promise<void> {
  let learned = 0;
  for (let board = 1; board <= boards; board++) {
    for (let start = 0; start < starts; start++) {
      const network = { ...virtual, partsSeed: board };
      const run = await composeRun(configOf('nano-xor', board + 100 * start, { network }));
      const curve = await train(run, false);
      const margin = await margin_mV(run);
      await run.trainer.device.close();
      say({
        board,
        start,
        margin_mV: Math.round(margin),
        passes: curve.testErrors.length,
        samplesPerSecond: Math.round(curve.samples / curve.seconds),
      });
      if (margin <= learned_mV) continue;
      learned++;
      break;
    }
  }
  say({ boards, learned });
}

const experiments: Record<string, [(boards: number) => Promise<void>, number]> = {
  xor: [xor, 20],
  iris: [iris, 5],
  transfer: [transfer, 20],
  nano: [nano, 10],
};

const [experiment, boards] = experiments[process.argv[2]] ?? [];
if (experiment === undefined || boards === undefined) {
  process.stderr.write(`usage: board-learning ${Object.keys(experiments).join('|')} [boards]\n`);
  process.exitCode = 2;
} else {
  await experiment(Number(process.argv[3] ?? boards));
  say({ cpu: cpus()[0]?.model, node: process.version, load: loadavg()[0].toFixed(1) });
}
