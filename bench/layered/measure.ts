import type { PreparedBatch, StepReport } from '../../devices/contract/index.js';
import { type CodedBatch, Coder, type DataSet, evaluate, minibatch } from '../../learning/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';
import { machine } from '../machine.js';
import type { Experiment } from './experiment.js';

/** Times are µs a sample, of the best window; iterations are means a minibatch of the free and the nudged phases. */
export interface TrainingFigures {
  readonly batch: number;
  readonly threads: number | 'auto';
  readonly step_us: number;
  readonly encode_us: number;
  readonly settle_us: number;
  readonly update_us: number;
  readonly rest_us: number;
  /** Processor time of all threads. */
  readonly cpu_us: number;
  readonly epoch_s: number;
  readonly iterations: readonly number[];
  readonly residual: number;
  readonly unsettled: number;
  readonly update_GBs: number;
  readonly sweep_GFLOPs: number;
  /** One sweep over all conductances but the sources', µs a sample. */
  readonly sweep_us: number;
  readonly peak_MB: number;
  readonly load: string;
}

const WINDOWS = 5;
const WARM_UP_MINIBATCHES = 60;
const EPOCH = 60_000;

/** Trains the first minibatches of the training set in order, at the default stop, in five windows of `seconds` / 5. */
export async function measureTraining(
  { network, rates, beta_S }: Experiment,
  data: DataSet,
  batch: number,
  threads: number | 'auto',
  seconds: number,
  relaxed = false,
): Promise<TrainingFigures> {
  const spent: Record<string, number> = {};
  const device = new LayeredFloat32Device(network, {
    seed: 1,
    threads,
    relaxed,
    onJob: (name, ms) => {
      spent[name] = (spent[name] ?? 0) + ms;
    },
  });
  const coder = new Coder(data, device.info);
  const order = Uint32Array.from({ length: data.train.count }, (_, s) => s);
  const whole = Math.floor(order.length / batch);
  const encode = (k: number, spent?: CodedBatch): CodedBatch =>
    coder.batch(data.train, minibatch(order, k % whole, batch), spent);
  let k = 0;
  let encoding = 0;
  let current = encode(0);
  let old: CodedBatch | undefined;
  let prepared: PreparedBatch | undefined;
  const step = async (): Promise<StepReport> => {
    const start = performance.now();
    const next = encode(++k, old);
    encoding += performance.now() - start;
    const update = { id: k, rates };
    const upcoming = device.prepare(next);
    const plan = { nudge: 'conductance', betas: [-beta_S, beta_S], update } as const;
    const report = await device.step(prepared ?? current, plan);
    old = current;
    current = next;
    prepared = upcoming;
    return report;
  };
  for (let m = 0; m < WARM_UP_MINIBATCHES; m++) await step();
  let best: TrainingFigures | undefined;
  for (let w = 0; w < WINDOWS; w++) {
    encoding = 0;
    for (const name of Object.keys(spent)) spent[name] = 0;
    const iterations = [0, 0, 0];
    let residual = 0;
    let unsettled = 0;
    let minibatches = 0;
    const cpu = process.cpuUsage();
    const start = performance.now();
    while (performance.now() - start < (1000 * seconds) / WINDOWS) {
      const { free, nudged } = await step();
      for (const [p, phase] of [free, ...nudged].entries()) {
        iterations[p] += phase.iterations;
        residual = Math.max(residual, phase.residual);
        if (phase.status !== 'settled') unsettled++;
      }
      free.release();
      minibatches++;
    }
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    const us = (ms: number) => (1000 * ms) / (minibatches * batch);
    const step_us = us(wall);
    if (best !== undefined && step_us >= best.step_us) continue;
    const settle_us = us(spent.settleGroup ?? 0);
    const update_us = us(spent.applyUpdate ?? 0);
    const means = iterations.map((n) => n / minibatches);
    const sweeps = means.reduce((sum, n) => sum + n, 0);
    const inner = network.layers.slice(1).reduce((sum, size, l) => sum + size * network.layers[l], 0);
    const cells = 2 * network.inputs * network.layers[0] + inner;
    best = {
      batch,
      threads,
      step_us,
      encode_us: us(encoding),
      settle_us,
      update_us,
      rest_us: step_us - us(encoding) - settle_us - update_us,
      cpu_us: us((user + system) / 1000),
      epoch_s: (step_us * EPOCH) / 1e6,
      iterations: means,
      residual,
      unsettled,
      update_GBs: (8 * cells) / (update_us * batch * 1e3),
      sweep_GFLOPs: (4 * inner * sweeps) / (settle_us * 1e3),
      sweep_us: settle_us / sweeps,
      peak_MB: process.resourceUsage().maxRSS / 1024,
      load: machine(),
    };
  }
  await device.close();
  return best as TrainingFigures;
}

/** Seconds for the free phase of every test image, best of three, in batches of 100. */
export async function measureInference(
  { network }: Experiment,
  data: DataSet,
  threads: number | 'auto',
): Promise<number> {
  const device = new LayeredFloat32Device(network, { seed: 1, threads });
  const coder = new Coder(data, device.info);
  let best = Number.POSITIVE_INFINITY;
  for (let r = 0; r < 3; r++) {
    const start = performance.now();
    await evaluate(device, coder, data.test, { batch: 100 });
    best = Math.min(best, (performance.now() - start) / 1000);
  }
  await device.close();
  return best;
}
