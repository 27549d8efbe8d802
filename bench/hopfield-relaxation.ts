/**
 * The paper's counted Euler steps against relaxations that stop by the residual: hopfield-2h is trained for some epochs;
 * then the same minibatches relax from the same particles in each way, and the states and the update that they give are
 * held to those of the counted steps, the states also to where Euler steps come to rest. Processor time is the best of 5,
 * on one thread.
 *   npm run bench -- hopfield-relaxation [mnist:DIR] [epochs]
 */

import { hopfieldNetwork } from '../circuits/hopfield/index.js';
import type {
  AnalogDevice,
  Batch,
  NodeStates,
  ParameterValues,
  StopRule,
} from '../devices/contract/index.js';
import { composeRun } from '../experiments/composition/index.js';
import { preset } from '../experiments/schema/index.js';
import { eulerSteps, exactUpdates, type Relaxation } from '../solver/hopfield/index.js';
import { HopfieldFloat32Device } from '../solver/hopfield-float32/index.js';
import { machine } from './machine.js';

const MINIBATCHES = 25;
const ROUNDS = 5;
/** States within this of each other agree. */
const NEAR = 0.01;

interface Start {
  readonly batch: Batch;
  readonly from: NodeStates;
}

type Trained = Awaited<ReturnType<typeof trained>>;

async function trained(data: string, epochs: number) {
  const settings = preset('hopfield-2h');
  const run = await composeRun({ ...settings, data, training: { ...settings.training, epochs } });
  for await (const event of run.trainer.run()) {
    if (event.type !== 'epoch') continue;
    const { epoch, trainError, testError, freeIterations, seconds } = event.record;
    console.log(
      `epoch ${epoch}: train error ${percent(trainError)}, test error ${percent(testError)}, ${freeIterations.toFixed(1)} free steps, ${seconds.toFixed(1)} s`,
    );
  }
  return run;
}

/** Minibatches spread over the training set, with their particles. */
function startsOf({ coder, dataSet, trainer, composition }: Trained): Start[] {
  const { train } = dataSet;
  const { layers } = composition.device.info;
  const { batch: size } = trainer.options;
  return Array.from({ length: MINIBATCHES }, (_, m) => {
    // A stride that shares no factor with the number of samples meets each once.
    const indices = Uint32Array.from({ length: size }, (_, s) => ((m * size + s) * 7919) % train.count);
    const from = layers.map((units, l) => {
      const particles = trainer.arrays[`particles-${l + 1}`];
      const taken = new Float32Array(size * units);
      for (const [s, i] of indices.entries()) {
        taken.set(particles.subarray(i * units, (i + 1) * units) as Float32Array, s * units);
      }
      return taken;
    });
    return { batch: coder.batch(train, indices), from: { layers: from } };
  });
}

interface Outcome {
  readonly iterations: number;
  readonly seconds: number;
  /** [minibatch][layer] */
  readonly states: Float64Array[][];
  readonly updates: ParameterValues[];
}

async function outcomeOf(
  device: AnalogDevice,
  starts: readonly Start[],
  stop: StopRule,
  beta: number,
): Promise<Outcome> {
  const states: Float64Array[][] = [];
  const updates: ParameterValues[] = [];
  let iterations = 0;
  for (const [m, { batch, from }] of starts.entries()) {
    const drive = { batch: batch.size, inputs: batch.inputs };
    const free = await device.settle(drive, { from, stop });
    const sign = m % 2 === 0 ? 1 : -1;
    const nudge = { kind: 'conductance', beta: sign * beta, targets: batch.targets } as const;
    const nudged = await device.settle({ ...drive, nudge }, { from: free, stop: { fixedIterations: 6 } });
    const [first, second] = sign > 0 ? [free, nudged] : [nudged, free];
    states.push(device.info.layers.map((_, l) => free.layer(l)));
    updates.push((await device.gradient?.({ first, second })) ?? {});
    iterations += free.iterations / starts.length;
  }
  let seconds = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    for (const { batch, from } of starts) {
      (await device.settle({ batch: batch.size, inputs: batch.inputs }, { from, stop })).release();
    }
    const { user, system } = process.cpuUsage(before);
    seconds = Math.min(seconds, (user + system) / 1e6);
  }
  return { iterations, seconds, states, updates };
}

/** Shares of units and of whole samples whose states agree. */
function agreement(a: Outcome, b: Outcome, size: number): { units: number; samples: number } {
  let near = 0;
  let units = 0;
  let samples = 0;
  for (const [m, layers] of a.states.entries()) {
    const apart = new Uint8Array(size);
    for (const [l, layer] of layers.entries()) {
      const perSample = layer.length / size;
      for (let e = 0; e < layer.length; e++) {
        if (Math.abs(layer[e] - b.states[m][l][e]) <= NEAR) near++;
        else apart[Math.floor(e / perSample)] = 1;
      }
      units += layer.length;
    }
    samples += apart.filter((one) => one === 0).length;
  }
  return { units: near / units, samples: samples / (size * a.states.length) };
}

/** Cosine of two ways' updates of a group, all minibatches one after the other. */
function cosine(a: Outcome, b: Outcome, group: string): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (const [m, update] of a.updates.entries()) {
    const [x, y] = [update[group], b.updates[m][group]];
    for (let e = 0; e < x.length; e++) {
      ab += x[e] * y[e];
      aa += x[e] * x[e];
      bb += y[e] * y[e];
    }
  }
  return ab / Math.sqrt(aa * bb);
}

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/** @param args data (mnist), epochs of training before (2) */
export async function run([data = 'mnist', epochs = '2']: readonly string[]): Promise<void> {
  console.log(machine());
  const ready = await trained(data, Number(epochs));
  const starts = startsOf(ready);
  const { dataSet, composition, trainer } = ready;
  const network = hopfieldNetwork({ inputs: dataSet.features, hidden: [500, 500], outputs: dataSet.classes });
  const parameters = await composition.device.readParameters();
  const nudgedRelaxation = eulerSteps(0.5);
  const open = async (relaxation: Relaxation) => {
    const device = new HopfieldFloat32Device(network, { seed: 1, relaxation, nudgedRelaxation });
    await device.writeParameters(parameters);
    return device;
  };
  const [euler, exact] = [await open(eulerSteps(0.5)), await open(exactUpdates)];
  const ways: [string, AnalogDevice, StopRule][] = [
    ['100 Euler steps', euler, { fixedIterations: 100 }],
    ['150 Euler steps', euler, { fixedIterations: 150 }],
    ['Euler steps to 0.01, at most 150', euler, { tolerance: 0.01, maxIterations: 150 }],
    ['Euler steps to 0.001, at most 150', euler, { tolerance: 0.001, maxIterations: 150 }],
    ['exact updates to 0.001, at most 150', exact, { tolerance: 0.001, maxIterations: 150 }],
  ];
  const beta = trainer.nudge.beta;
  const rest = await outcomeOf(euler, starts, { tolerance: 1e-5, maxIterations: 3000 }, beta);
  let counted: Outcome | undefined;
  for (const [name, device, stop] of ways) {
    const outcome = await outcomeOf(device, starts, stop, beta);
    counted ??= outcome;
    const { units, samples } = agreement(outcome, counted, trainer.options.batch);
    const atRest = agreement(outcome, rest, trainer.options.batch);
    const [w1, w2, w3] = ['w1', 'w2', 'w3'].map((group) =>
      cosine(outcome, counted as Outcome, group).toFixed(4),
    );
    console.log(
      `${name}: ${outcome.iterations.toFixed(1)} steps (×${(counted.iterations / outcome.iterations).toFixed(2)}), processor ${outcome.seconds.toFixed(3)} s (×${(counted.seconds / outcome.seconds).toFixed(2)}); within ${NEAR} of 100 steps: ${percent(units)} of units, all units of ${percent(samples)} of samples; of rest, ${percent(atRest.samples)} of samples; cosine of the update w1 ${w1}, w2 ${w2}, w3 ${w3}`,
    );
  }
  console.log(machine());
}
