/**
 * The founding experiment's speed, one thread: an epoch of hopfield-1h (784-500-10, minibatches of 20, 20 + 4 Euler
 * steps, 50,000 samples) and the same sweep as a plain TypeScript loop. Best of 5; the load average tells how quiet the
 * machine was.
 *   npm run bench -- hopfield [mnist:DIR]
 */
import { cpus, loadavg } from 'node:os';
import { hopfieldNetwork } from '../circuits/hopfield/index.js';
import type { Batch, PhasePlan } from '../devices/contract/index.js';
import { Coder, type DataSet, loadData } from '../learning/index.js';
import { eulerSteps } from '../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../solver/hopfield-float32/index.js';

const BATCH = 20;
const ROUNDS = 5;
const EPOCH = 50_000;

interface Timed {
  readonly wall_s: number;
  /** Processor time, which other programs disturb less. */
  readonly cpu_s: number;
}

async function best(round: () => Promise<void> | void): Promise<Timed> {
  let least: Timed = { wall_s: Number.POSITIVE_INFINITY, cpu_s: Number.POSITIVE_INFINITY };
  for (let r = 0; r < ROUNDS; r++) {
    const cpu = process.cpuUsage();
    const start = performance.now();
    await round();
    const wall_s = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    least = { wall_s: Math.min(least.wall_s, wall_s), cpu_s: Math.min(least.cpu_s, (user + system) / 1e6) };
  }
  return least;
}

function batchesOf(data: DataSet, device: HopfieldFloat32Device, count: number): Batch[] {
  const coder = new Coder(data, device.info);
  return Array.from({ length: count }, (_, m) => {
    const indices = Array.from({ length: BATCH }, (_, s) => (m * BATCH + s) % data.train.count);
    const inputs = new Float64Array(BATCH * data.features);
    const targets = new Float64Array(BATCH * coder.outputs);
    coder.encodeInputs(data.train, indices, inputs);
    coder.encodeTargets(data.train, indices, targets);
    return { size: BATCH, inputs, targets };
  });
}

async function epochOfOneHidden(data: DataSet): Promise<Timed> {
  const network = hopfieldNetwork({ inputs: data.features, hidden: [500], outputs: data.classes });
  const device = new HopfieldFloat32Device(network, { seed: 1, relaxation: eulerSteps(0.5) });
  const batches = batchesOf(data, device, 250);
  let id = 0;
  const timed = await best(async () => {
    for (const batch of batches) {
      const plan: PhasePlan = {
        nudge: 'conductance',
        betas: id % 2 === 0 ? [0, 1] : [-1, 0],
        stop: { fixedIterations: 20 },
        nudgedStop: { fixedIterations: 4 },
        update: { id: ++id, rates: { w1: 0.2, b1: 0.2, w2: 0.1, b2: 0.1 } },
      };
      (await device.step(batch, plan)).free.release();
    }
  });
  const factor = EPOCH / (batches.length * BATCH);
  return { wall_s: timed.wall_s * factor, cpu_s: timed.cpu_s * factor };
}

/** 24 Euler steps of 784-500-10 as plain loops over float32 arrays, the input's part of the field computed once. */
function plainSweep(
  batch: Batch,
  w1: Float32Array,
  w2: Float32Array,
  hidden: number,
  outputs: number,
): number {
  const inputs = batch.inputs.length / BATCH;
  const fixed = new Float32Array(BATCH * hidden);
  const h = new Float32Array(BATCH * hidden);
  const y = new Float32Array(BATCH * outputs);
  const fieldH = new Float32Array(BATCH * hidden);
  const fieldY = new Float32Array(BATCH * outputs);
  for (let s = 0; s < BATCH; s++) {
    for (let i = 0; i < inputs; i++) {
      const x = batch.inputs[s * inputs + i];
      if (x === 0) continue;
      for (let j = 0; j < hidden; j++) fixed[s * hidden + j] += x * w1[i * hidden + j];
    }
  }
  for (let step = 0; step < 24; step++) {
    fieldH.set(fixed);
    fieldY.fill(0);
    for (let s = 0; s < BATCH; s++) {
      for (let j = 0; j < hidden; j++) {
        const state = h[s * hidden + j];
        let sum = 0;
        for (let k = 0; k < outputs; k++) {
          const w = w2[j * outputs + k];
          sum += w * y[s * outputs + k];
          fieldY[s * outputs + k] += w * state;
        }
        fieldH[s * hidden + j] += sum;
      }
    }
    move(h, fieldH);
    move(y, fieldY);
  }
  return y[0];
}

function move(states: Float32Array, field: Float32Array): void {
  for (let e = 0; e < states.length; e++) {
    const next = states[e] + 0.5 * (field[e] - states[e]);
    states[e] = next < 0 ? 0 : next > 1 ? 1 : next;
  }
}

async function againstPlainLoop(data: DataSet): Promise<{ kernel: Timed; plain: Timed }> {
  const network = hopfieldNetwork({ inputs: data.features, hidden: [500], outputs: data.classes });
  const device = new HopfieldFloat32Device(network, { seed: 1, relaxation: eulerSteps(0.5) });
  const batches = batchesOf(data, device, 50);
  const { w1, w2 } = (await device.readParameters()) as Record<string, Float32Array>;
  let kept = 0;
  const kernel = await best(async () => {
    for (const { size, inputs } of batches) {
      const settled = await device.settle({ batch: size, inputs }, { stop: { fixedIterations: 24 } });
      settled.release();
    }
  });
  const plain = await best(() => {
    for (const batch of batches) kept += plainSweep(batch, w1, w2, 500, 10);
  });
  if (!Number.isFinite(kept)) throw new Error('the plain loop diverged');
  return { kernel, plain };
}

const show = ({ wall_s, cpu_s }: Timed) => `${wall_s.toFixed(3)} s (processor ${cpu_s.toFixed(3)} s)`;

const data = await loadData(process.argv[2] ?? 'mnist', { seed: 1, validation: 10_000 });
const load = () => `load ${loadavg()[0].toFixed(1)} on ${cpus().length} × ${cpus()[0].model}`;
console.log(load());
console.log(`hopfield-1h, one epoch of ${EPOCH}: ${show(await epochOfOneHidden(data))}`);
const { kernel, plain } = await againstPlainLoop(data);
console.log(
  `24 Euler steps of 1000 samples: kernel ${show(kernel)}, plain loop ${show(plain)}, ratio ${(plain.cpu_s / kernel.cpu_s).toFixed(1)}`,
);
console.log(load());
