// Trains a device that ohmprop does not know: two outputs that average two inputs, weighted by four conductances, settled by
// a formula instead of a solver. Anything that settles and adapts can take its place: a board, another simulator.
// Reaches a cost below 1e-4 V² in 40 updates, within milliseconds.

import { fileURLToPath } from 'node:url';
import {
  DeviceFrame,
  type DeviceInfo,
  type DeviceState,
  type Drive,
  type Equilibrium,
  type Floats,
  HeldEquilibrium,
  type OwnContrast,
  type ParameterValues,
  RandomStream,
  type Samples,
  type SettleOptions,
  train,
  type Update,
} from 'ohmprop';

/** Two inputs and the conductances from them are all there is to know of a phase that settled. */
interface AveragingStates {
  readonly inputs: Floats;
  /** [batch × 2] */
  readonly v: Float64Array;
}

class AveragingEquilibrium extends HeldEquilibrium<AveragingStates> {
  protected readonly layerCount = 1;
  protected override copyLayer = ({ v }: AveragingStates) => v.slice();
  protected override energyOf = () => new Float64Array(this.batch).fill(Number.NaN);
}

/**
 * Outputs v_k = Σ_i g_ki·x_i / Σ_i g_ki: every output averages the inputs, weighted by its conductances. `DeviceFrame` keeps what
 * every device promises (refusals, ids carried out once, snapshots); here stands what this one does.
 */
export class AveragingDevice extends DeviceFrame<AveragingEquilibrium> {
  protected readonly format = 'averaging/1';
  private g: Float64Array = Float64Array.of(1e-3, 2e-3, 2e-3, 1e-3);
  /** Of its equilibria; counts changes of `g`. */
  private readonly owned = { version: 0 };
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
    tolerances: { node: 1e-15, gradient: 1e-9, parameter: 0 },
    updatesItself: false,
    coding: {
      input: { scale: 'range', low: 0, high: 1 },
      target: { kind: 'one-hot', off: 0, on: 1 },
      readOut: 'arg-max',
    },
  };

  override owns(phase: Equilibrium): phase is AveragingEquilibrium {
    return phase instanceof AveragingEquilibrium && phase.owner === this.owned;
  }

  protected override draw(seed: number): void {
    const random = new RandomStream(seed, 'averaging');
    this.write({ g1: this.g.map(() => random.between(1e-3, 2e-3)) });
  }

  protected override relax({ batch, inputs, nudge }: Drive, { from, signal }: SettleOptions) {
    // Where it starts makes no difference to a formula.
    this.startOf(batch, from);
    const beta = nudge?.beta ?? 0;
    const v = new Float64Array(2 * batch);
    for (let e = 0; e < v.length; e++) {
      const [s, k] = [e >> 1, e & 1];
      const current = this.g[k] * inputs[2 * s] + this.g[2 + k] * inputs[2 * s + 1];
      v[e] = (current + beta * (nudge?.targets[e] ?? 0)) / (this.g[k] + this.g[2 + k] + beta);
    }
    const status = signal?.aborted ? 'aborted' : 'settled';
    const figures = { status, iterations: 1, residual: 0, residual_A: 0 } as const;
    return new AveragingEquilibrium(this.owned, batch, beta, { inputs, v }, figures);
  }

  protected override learn(
    { first, second, batch, betaSpan }: OwnContrast<AveragingEquilibrium>,
    update: Update,
  ) {
    const { inputs, v: low } = first.states;
    const { v: high } = second.states;
    const scale = (update.rates.g1 ?? 0) / (batch * betaSpan);
    const g = this.g.slice();
    for (let e = 0; e < low.length; e++) {
      const [s, k] = [e >> 1, e & 1];
      for (const i of [0, 1]) {
        // The local rule: half the change of the squared drop across each conductance.
        const slope = -(high[e] - low[e]) * (inputs[2 * s + i] - (high[e] + low[e]) / 2);
        g[2 * i + k] = Math.min(1e-2, Math.max(1e-5, g[2 * i + k] - scale * slope));
      }
    }
    return this.write({ g1: g });
  }

  protected override saturatedFraction = () => this.g.filter((g) => g === 1e-5 || g === 1e-2).length / 4;
  protected override limits = () => ({ lowest: -2e-5, highest: Number.POSITIVE_INFINITY });
  protected override read = () => ({ g1: this.g.slice() });
  protected override save = () => ({ arrays: this.read() });
  protected override savedLengths = () => ({ g1: 4 });
  protected override load = ({ arrays }: DeviceState) =>
    void this.write({ g1: Float64Array.from(arrays.g1) });
  protected override write({ g1 }: ParameterValues) {
    if (g1 !== undefined) this.g = Float64Array.from(g1);
    this.owned.version++;
    return { saturatedFraction: this.saturatedFraction() };
  }
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
