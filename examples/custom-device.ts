// Trains a device that ohmprop does not know: two outputs that average two inputs, weighted by four conductances, settled by
// a formula instead of a solver. Anything that settles and adapts can take its place: a board, another simulator.
// Reaches a cost below 1e-4 V² in 40 updates, within milliseconds.

import { fileURLToPath } from 'node:url';
import type { AnalogDevice, DeviceInfo, Drive, Equilibrium, Floats } from '../devices/contract/index.js';
import { RandomStream, type Samples, train } from '../index.js';

/** Outputs v_k = Σ_i g_ki·x_i / Σ_i g_ki: every output averages the inputs, weighted by its conductances. */
class AveragingDevice implements AnalogDevice {
  private g: Float64Array = Float64Array.of(1e-3, 2e-3, 2e-3, 1e-3);
  private last = 0;
  readonly info: DeviceInfo = {
    name: 'two averaging outputs',
    inputs: 2,
    layers: [2],
    outputs: { layer: 0, size: 2 },
    nodeUnit: 'V',
    nudgeUnit: 'S',
    groups: [
      { name: 'g1', role: 'conductance', shape: [2, 2], between: [0, 1], unit: 'S', min: 1e-5, max: 1e-2 },
    ],
    precision: 'float64',
    observes: 'all',
    observesInStep: 'all',
    nudges: ['conductance'],
    optimizers: ['sgd'],
    deterministic: true,
    tolerances: { node: 0, gradient: 1e-9, parameter: 0 },
    updatesItself: false,
    coding: {
      input: { scale: 'range', low: 0, high: 1 },
      target: { kind: 'one-hot', off: 0, on: 1 },
      readOut: 'arg-max',
    },
  };

  async initialise(seed: number): Promise<void> {
    const random = new RandomStream(seed, 'averaging');
    this.g = this.g.map(() => random.between(1e-3, 2e-3));
  }

  async settle({ batch, inputs, nudge }: Drive): Promise<Equilibrium & { inputs: Floats }> {
    const beta = nudge?.beta ?? 0;
    const v = new Float64Array(2 * batch);
    for (let e = 0; e < v.length; e++) {
      const [s, k] = [e >> 1, e & 1];
      const current = this.g[k] * inputs[2 * s] + this.g[2 + k] * inputs[2 * s + 1];
      v[e] = (current + beta * (nudge?.targets[e] ?? 0)) / (this.g[k] + this.g[2 + k] + beta);
    }
    const nothing = () => new Float64Array(batch).fill(Number.NaN);
    const figures = { status: 'settled', iterations: 1, residual: 0, residual_A: 0 } as const;
    const read = { layer: () => v.slice(), outputs: () => v.slice(), power_W: nothing, energy: nothing };
    return { ...figures, ...read, batch, beta, inputs, release: () => {} };
  }

  async adapt(
    { first, second }: Parameters<AnalogDevice['adapt']>[0],
    update: Parameters<AnalogDevice['adapt']>[1],
  ) {
    if (update.id <= this.last) return { applied: false, saturatedFraction: 0 };
    this.last = update.id;
    const { inputs } = first as unknown as { inputs: Floats };
    const [low, high] = [first.outputs(), second.outputs()];
    const scale = update.rates.g1 / (first.batch * (second.beta - first.beta));
    for (let e = 0; e < low.length; e++) {
      const [s, k] = [e >> 1, e & 1];
      for (const i of [0, 1]) {
        // The local rule: half the change of the squared drop across each conductance.
        const slope = -(high[e] - low[e]) * (inputs[2 * s + i] - (high[e] + low[e]) / 2);
        this.g[2 * i + k] = Math.min(1e-2, Math.max(1e-5, this.g[2 * i + k] - scale * slope));
      }
    }
    return { applied: true, saturatedFraction: 0 };
  }

  nudgeLimits = async () => ({ lowest: -2e-5, highest: Number.POSITIVE_INFINITY });
  readParameters = async () => ({ g1: this.g.slice() });
  writeParameters = async ({ g1 }: Record<string, Floats>) => {
    this.g = Float64Array.from(g1);
    return { applied: true, saturatedFraction: 0 };
  };
  snapshot = async () => ({
    format: 'averaging/1',
    arrays: { g1: this.g.slice() },
    values: { last: this.last },
  });
  restore = async (state: Awaited<ReturnType<AnalogDevice['snapshot']>>) => {
    this.g = Float64Array.from(state.arrays.g1);
    this.last = Number(state.values.last);
  };
  close = async () => {};
}

/** Class 0 where the first input is high, class 1 where the second is. */
const samples: Samples = {
  count: 2,
  features: 2,
  classes: 2,
  values: Float64Array.of(1, 0, 0, 1),
  labels: Uint8Array.of(0, 1),
};

export async function trainCustomDevice(): Promise<{ cost_V2: number; testError: number }> {
  const data = {
    name: 'two switches',
    features: 2,
    classes: 2,
    classNames: ['first', 'second'],
    featureRange: [0, 1] as const,
    train: samples,
    test: samples,
    sources: [],
  };
  const { epochs } = await train({
    device: new AveragingDevice(),
    data,
    seed: 1,
    epochs: 40,
    batch: 2,
    estimator: 'centered',
    beta: 1e-5,
    rates: { g1: 2e-5 },
  });
  return epochs[epochs.length - 1];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { cost_V2, testError } = await trainCustomDevice();
  process.stdout.write(`cost ${cost_V2.toExponential(2)} V², error ${testError}\n`);
}
