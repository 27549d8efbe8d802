import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LayeredNetwork, layeredNetwork } from '../../circuits/layered/index.js';
import type { AnalogDevice, Equilibrium, ParameterValues } from '../../devices/contract/index.js';
import { digits, loadData } from '../../learning/data/index.js';
import { decodeNpy } from '../../records/index.js';
import { LayeredDevice } from '../../solver/layered/index.js';
import { LayeredFloat32Device } from '../../solver/layered-float32/index.js';
import { cosine, relativeError } from './closeness.js';

// The float32 kernel with its default stop against the float64 reference settled far tighter, at the same β.

const tight = { tolerance: 1e-13, outputChange: 1e-13, maxIterations: 1000 };

interface Subject {
  network: LayeredNetwork;
  beta: number;
  batch: number;
  inputs: Float64Array;
  targets: Float64Array;
  parameters?: ParameterValues;
}

async function phases(device: AnalogDevice, subject: Subject, stop?: typeof tight) {
  const { batch, inputs, targets, beta } = subject;
  const options = stop === undefined ? {} : { stop };
  const free = await device.settle({ batch, inputs }, options);
  const nudged = (b: number) =>
    device.settle(
      { batch, inputs, nudge: { kind: 'conductance', beta: b, targets } },
      { ...options, from: free },
    );
  return { free, plus: await nudged(beta), minus: await nudged(-beta) };
}

const pairs = [
  ['minus', 'plus'],
  ['free', 'plus'],
  ['minus', 'free'],
] as const;

/** What float64 makes of a subject at the parameters that float32 holds, worked out once for both kinds of arithmetic. */
async function reference(subject: Subject, parameters: ParameterValues) {
  const exact = new LayeredDevice(subject.network, { seed: 1 });
  await exact.writeParameters(parameters);
  const want = await phases(exact, subject, tight);
  const gradients = [];
  for (const [first, second] of pairs) {
    gradients.push(await exact.gradient({ first: want[first], second: want[second] }));
  }
  return { parameters, want, gradients };
}
const references = new WeakMap<Subject, ReturnType<typeof reference>>();

async function compare(subject: Subject, relaxed = false) {
  const fast = new LayeredFloat32Device(subject.network, { seed: 1, relaxed });
  if (subject.parameters !== undefined) await fast.writeParameters(subject.parameters);
  const held = await fast.readParameters();
  const asked = references.get(subject) ?? reference(subject, held);
  references.set(subject, asked);
  const { parameters, want, gradients } = await asked;
  for (const [name, values] of Object.entries(held)) {
    expect(values.every((value, e) => value === parameters[name][e])).toBe(true);
  }
  const got = await phases(fast, subject);
  for (const phase of ['free', 'plus', 'minus'] as const) {
    expect(got[phase].status).toBe('settled');
    expectStates(got[phase], want[phase]);
  }
  for (const [k, [first, second]] of pairs.entries()) {
    expectGradients(await fast.gradient({ first: got[first], second: got[second] }), gradients[k]);
  }
  await fast.close();
}

function expectStates(got: Equilibrium, want: Equilibrium): void {
  for (let l = 0; ; l++) {
    const layer = want.layer(l);
    expect(relativeError(got.layer(l), layer)).toBeLessThanOrEqual(1e-5);
    if (layer.length === want.outputs().length && relativeError(layer, want.outputs()) === 0) break;
  }
  expect(relativeError(got.energy(), want.energy())).toBeLessThanOrEqual(1e-5);
}

function expectGradients(got: ParameterValues, want: ParameterValues): void {
  for (const [name, values] of Object.entries(want)) {
    if (values.every((value) => value === 0)) continue;
    expect(relativeError(got[name], values)).toBeLessThanOrEqual(5e-3);
    expect(cosine(got[name], values)).toBeGreaterThanOrEqual(0.9995);
  }
}

function oneHot(labels: readonly number[], classes: number): Float64Array {
  return Float64Array.from(
    labels.flatMap((label) => Array.from({ length: classes }, (_, k) => (k === label ? 1 : 0))),
  );
}

interface TinyCase {
  name: string;
  sizes: number[];
  gain: number;
  beta: number;
  batch: number;
  weights: number[][][];
  biases: number[][];
  inputs: number[][];
  labels: number[];
}
const golden = new URL('../golden/drn/tiny.json', import.meta.url);
const tiny = JSON.parse(readFileSync(golden, 'utf8')).cases as TinyCase[];

describe.each(tiny)('float32 kernel on the reference network $name', (c) => {
  const outputs = c.sizes[c.sizes.length - 1];
  const subject: Subject = {
    network: layeredNetwork({
      inputs: c.sizes[0] / 2,
      hidden: c.sizes.slice(1, -1),
      outputs,
      inputGain: c.gain,
      units: { conductance_S: 1, voltage_V: 1 },
    }),
    beta: c.beta,
    batch: c.batch,
    inputs: Float64Array.from(c.inputs.flat()),
    targets: oneHot(c.labels, outputs),
    parameters: Object.fromEntries(
      c.weights.flatMap((w, l) => [
        [`g${l + 1}`, Float64Array.from(w.flat())],
        [`b${l + 1}`, Float64Array.from(c.biases[l])],
      ]),
    ),
  };
  it('agrees with float64', () => compare(subject));
  it('agrees with float64 when relaxed', () => compare(subject, true));
  it('agrees with float64 at a β ten thousand times smaller', () =>
    compare({ ...subject, beta: c.beta / 1e4 }));
});

// The published presets at init (arXiv 2402.11674), with drawn digits for images, and odd sizes.
describe.each([
  { name: 'drn-xs', hidden: [100], inputGain: 100, beta: 1 },
  { name: 'drn-1h', hidden: [1024], inputGain: 480, beta: 1 },
  { name: 'drn-2h', hidden: [1024, 1024], inputGain: 2000, beta: 1 },
  { name: 'drn-3h', hidden: [1024, 1024, 1024], inputGain: 4000, beta: 2 },
  { name: 'odd sizes', hidden: [37, 50, 129, 18], inputGain: 4000, beta: 0.5 },
  { name: 'five hidden layers', hidden: [66, 65, 64, 63, 62], inputGain: 8000, beta: 0.5 },
  { name: 'no hidden layer', hidden: [], inputGain: 1, beta: 0.5 },
  { name: 'a window', hidden: [75, 40], inputGain: 500, beta: 1, windowRatio: 30 },
])('float32 kernel at init: $name', ({ hidden, inputGain, beta, windowRatio }) => {
  const data = digits({ seed: 3, train: 10, test: 10 }).test;
  const side = 28;
  const batch = hidden.length < 2 || hidden[0] < 1000 ? 10 : 4;
  const inputs = new Float64Array(batch * side * side);
  for (let s = 0; s < batch; s++) {
    for (let p = 0; p < 256; p++) {
      const place = ((p >> 4) + 6) * side + (p & 15) + 6;
      inputs[s * side * side + place] = data.values[s * 256 + p] / 255;
    }
  }
  const subject: Subject = {
    network: layeredNetwork({
      inputs: side * side,
      hidden,
      outputs: 10,
      inputGain,
      ...(windowRatio === undefined ? {} : { windowRatio }),
      units: { conductance_S: 1, voltage_V: 1 },
    }),
    beta,
    batch,
    inputs,
    targets: oneHot([...data.labels].slice(0, batch), 10),
  };
  it('agrees with float64', () => compare(subject));
  it('agrees with float64 when relaxed', () => compare(subject, true));
});

const folder = join(process.env.OHMPROP_DATA ?? '', 'reference/drn/init-256-256');

describe.skipIf(process.env.OHMPROP_DATA === undefined || !existsSync(folder))(
  'float32 kernel on init-256-256 (needs OHMPROP_DATA)',
  () => {
    it('agrees with float64', async () => {
      const meta = JSON.parse(readFileSync(join(folder, 'meta.json'), 'utf8'));
      const mnist = await loadData(`mnist:${join(process.env.OHMPROP_DATA ?? '', 'mnist')}`, { seed: 1 });
      const array = (name: string) => {
        const file = join(folder, `${name}.npy`);
        return Float64Array.from(decodeNpy(readFileSync(file), file).data);
      };
      await compare({
        network: layeredNetwork({
          inputs: 784,
          hidden: [256, 256],
          outputs: 10,
          inputGain: meta.gain,
          units: { conductance_S: 1, voltage_V: 1 },
        }),
        beta: meta.beta,
        batch: 16,
        inputs: Float64Array.from(mnist.test.values.subarray(0, 16 * 784), (byte) => byte / 255),
        targets: oneHot(meta.labels, 10),
        parameters: Object.fromEntries(
          [0, 1, 2].flatMap((l) => [
            [`g${l + 1}`, array(`W${l}`)],
            [`b${l + 1}`, array(`b${l}`)],
          ]),
        ),
      });
    });
  },
);
