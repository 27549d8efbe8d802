/**
 * What cells cost: one training step of drn-1h (1568-1024-10, minibatches of 4, centered, 1.6 million cells) with ideal
 * conductances and with cells, one thread, best of 5 rounds of 20 steps; the two are timed in turn, so that whatever else
 * the machine does falls on both.
 *   npm run build && node dist/bench/cells.js
 */
import { cpus, loadavg } from 'node:os';
import { layeredNetwork, nodesBefore } from '../circuits/layered/index.js';
import { RandomStream } from '../core/index.js';
import { CellStore, conductanceMap } from '../devices/cells/index.js';
import type { Nonidealities } from '../devices/cells/nonidealities/index.js';
import { updatePolicy } from '../devices/cells/policies/index.js';
import { agAsiJo, hfo2Gong, linearCells, type PulseModel } from '../devices/cells/pulse/index.js';
import {
  type AnalogDevice,
  type Batch,
  type PhasePlan,
  type PreparedBatch,
  twoPhaseStep,
} from '../devices/contract/index.js';
import { LayeredFloat32Device, layeredFloat32InCells } from '../solver/layered-float32/index.js';

const STEPS = 20;
const ROUNDS = 5;
const linear = linearCells();
const ideal = layeredNetwork({
  inputs: 784,
  hidden: [1024],
  outputs: 10,
  inputGain: 480,
  units: { conductance_S: 1, voltage_V: 1 },
});

async function deviceInCells(
  model: PulseModel,
  policy: string,
  nonidealities: Partial<Nonidealities>,
): Promise<{ device: AnalogDevice; store: CellStore }> {
  const windowRatio = model.g_max_S / model.g_min_S;
  const network = layeredNetwork({
    inputs: 784,
    hidden: [1024],
    outputs: 10,
    inputGain: 480,
    windowRatio,
    units: { conductance_S: 1, voltage_V: 1 },
  });
  const store = new CellStore({
    groups: network.layers.map((columns, l) => ({
      name: `g${l + 1}`,
      rows: nodesBefore(network.inputs, network.layers, l),
      columns,
      map: conductanceMap(model, network.windows[l].g_max_S),
    })),
    model,
    policy: updatePolicy(policy),
    seed: 1,
    nonidealities,
  });
  const device = await layeredFloat32InCells(network, { threads: 1, store });
  await device.initialise(1);
  return { device, store };
}

/** Minibatches like digits: 19 % of the pixels lit in blobs that depend on the class. */
function batches(count: number): Batch[] {
  const random = new RandomStream(1, 'bench');
  const classes = Array.from({ length: 10 }, () =>
    Float64Array.from({ length: 784 }, () => random.uniform()),
  );
  return Array.from({ length: count }, () => {
    const inputs = new Float64Array(4 * 784);
    const targets = new Float64Array(4 * 10);
    for (let s = 0; s < 4; s++) {
      const label = random.integer(10);
      targets[s * 10 + label] = 1;
      for (let i = 0; i < 784; i++) {
        if (classes[label][i] < 0.19) inputs[s * 784 + i] = random.uniform();
      }
    }
    return { size: 4, inputs, targets };
  });
}

const data = batches(STEPS + 1);
const rates = { g1: 0.006, g2: 0.006, b1: 0.006, b2: 0.006 };

interface Seconds {
  /** By the clock, and of processor time: on a busy machine the second is the figure to compare. */
  readonly wall: number;
  readonly cpu: number;
}

/** A step's seconds, one round. */
async function round(device: AnalogDevice, first: number): Promise<Seconds> {
  const start = process.hrtime.bigint();
  const used = process.cpuUsage();
  let prepared: PreparedBatch | undefined;
  for (let n = 0; n < STEPS; n++) {
    const plan: PhasePlan = { nudge: 'conductance', betas: [-1, 1], update: { id: first + n, rates } };
    const next = data[n + 1] && device.prepare?.(data[n + 1]);
    (await twoPhaseStep(device, prepared ?? data[n], plan)).free.release();
    prepared = next;
  }
  const { user, system } = process.cpuUsage(used);
  return { wall: Number(process.hrtime.bigint() - start) / 1e9 / STEPS, cpu: (user + system) / 1e6 / STEPS };
}

const least = (a: Seconds, b: Seconds): Seconds => ({
  wall: Math.min(a.wall, b.wall),
  cpu: Math.min(a.cpu, b.cpu),
});

const spreads = { d2dStep: 0.05, c2c: 0.05 };
const cases: [string, PulseModel, string, Partial<Nonidealities>][] = [
  ['linear, exact', linear, 'exact', {}],
  ['linear, proportional, d2d and c2c 5 %', linear, 'proportional', spreads],
  ['  and read noise 1 % in every phase', linear, 'proportional', { ...spreads, read: 0.01 }],
  ['linear, sign', linear, 'sign', spreads],
  ['linear, accumulate', linear, 'accumulate', spreads],
  ['linear, write-verify', linear, 'write-verify', spreads],
  ['Ag:a-Si, proportional', agAsiJo, 'proportional', {}],
  ['HfO2 of Gong, proportional', hfo2Gong, 'proportional', {}],
];
const cells = 1568 * 1024 + 1024 * 10;
console.log(`${cpus()[0].model}, node ${process.version}, load ${loadavg()[0].toFixed(2)}`);
const reference = new LayeredFloat32Device(ideal, { seed: 1, threads: 1 });
let referenceId = 1;
for (const [name, model, policy, nonidealities] of cases) {
  const { device, store } = await deviceInCells(model, policy, nonidealities);
  const never = { wall: Number.POSITIVE_INFINITY, cpu: Number.POSITIVE_INFINITY };
  let [bestIdeal, best] = [never, never];
  for (let r = 0; r < ROUNDS; r++) {
    bestIdeal = least(bestIdeal, await round(reference, referenceId));
    referenceId += STEPS;
    best = least(best, await round(device, 1 + r * STEPS));
  }
  const { potentiationPulses, depressionPulses } = store.report();
  const pulses = (potentiationPulses + depressionPulses) / (ROUNDS * STEPS) / cells;
  const times = (kind: keyof Seconds) => {
    const [ours, theirs] = [best[kind], bestIdeal[kind]];
    const each = ((1e9 * ours) / cells).toFixed(2);
    return `${(1e3 * ours).toFixed(2)} ms, ${each} ns a cell, ${(ours / theirs).toFixed(1)} × ideal (${(1e3 * theirs).toFixed(3)} ms)`;
  };
  console.log(
    `${name.padEnd(38)} cpu ${times('cpu')}; clock ${times('wall')}; ${pulses.toFixed(2)} pulses a cell`,
  );
  await device.close();
}
await reference.close();
console.log(`load ${loadavg()[0].toFixed(2)}`);
