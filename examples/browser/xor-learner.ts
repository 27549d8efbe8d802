import { LayeredFloat32Device, layeredNetwork, publishedTraining } from 'ohmprop';

/** The four points; inputs and targets of the network in V, row by row. */
const VOLT = 1e-3;
export const samples = [
  { x: [0, 0], different: false },
  { x: [0, 1], different: true },
  { x: [1, 0], different: true },
  { x: [1, 1], different: false },
] as const;
const COUNT = samples.length;
export const HIDDEN = 8;
const OUTPUTS = 2;
const inputs_V = Float64Array.from(samples.flatMap(({ x }) => x.map(codedInput_V)));
const targets_V = Float64Array.from(samples.flatMap(({ different }) => (different ? [0, VOLT] : [VOLT, 0])));

/** A feature from 0 to 1 as an input voltage, −1 mV to 1 mV. */
function codedInput_V(feature: number): number {
  return (2 * feature - 1) * VOLT;
}

/** Node voltages of one phase, sample by sample, V. */
export interface PhaseVoltages {
  /** [4 × hidden] */
  readonly hidden_V: Float64Array;
  /** [4 × 2]: `equal`, `different`. */
  readonly outputs_V: Float64Array;
}

/** What one update saw and did. */
export interface SeenUpdate {
  readonly update: number;
  readonly free: PhaseVoltages;
  readonly nudged: PhaseVoltages;
  /** S, by group [rows × columns]: g1 of the sources (x₁, x₂, −x₁, −x₂) by hidden node, g2 of the hidden nodes by output. */
  readonly before_S: { readonly g1: Float64Array; readonly g2: Float64Array };
  readonly after_S: { readonly g1: Float64Array; readonly g2: Float64Array };
  /** Mean over the samples of ½‖v − target‖², V². */
  readonly cost_V2: number;
  /** Of the free phase, [4]: by how much the output that ought to be higher is, V. */
  readonly margins_V: readonly number[];
}

/**
 * A resistive network 2×2-8-2 that learns XOR by equilibrium propagation, on the same kernel as `ohmprop train`: all four
 * samples settle free, then with a conductance from every output to its target, and every conductance changes by the squares of its
 * own two voltage drops.
 */
export class XorLearner {
  private readonly network = layeredNetwork({
    inputs: 2,
    hidden: [HIDDEN],
    outputs: OUTPUTS,
    inputGain: 4,
    windowRatio: 100,
  });
  private readonly training = publishedTraining(this.network, {
    beta: 0.1,
    conductanceRates: 0.05,
    biasRates: 0.05,
  });
  private readonly device: LayeredFloat32Device;
  private updates = 0;

  constructor(seed: number) {
    this.device = new LayeredFloat32Device(this.network, { seed, threads: 1 });
  }

  /** β, S: the conductance that pulls every output to its target. */
  get nudge_S(): number {
    return this.training.beta;
  }

  /** Largest conductance that a layer can have, S. */
  get most_S(): readonly number[] {
    return this.network.windows.map(({ g_max_S }) => g_max_S);
  }

  /** Free phase, nudged phase, update. */
  async update(): Promise<SeenUpdate> {
    const { device, training } = this;
    const before_S = await this.conductances_S();
    const drive = { batch: COUNT, inputs: inputs_V };
    const free = await device.settle(drive);
    const nudge = { kind: 'conductance', beta: training.beta, targets: targets_V } as const;
    const nudged = await device.settle({ ...drive, nudge }, { from: free });
    const seen = { free: voltagesOf(free), nudged: voltagesOf(nudged) };
    await device.adapt({ first: free, second: nudged }, { id: ++this.updates, rates: training.rates });
    free.release();
    nudged.release();
    const { outputs_V } = seen.free;
    return {
      update: this.updates,
      ...seen,
      before_S,
      after_S: await this.conductances_S(),
      cost_V2: outputs_V.reduce((sum, v, k) => sum + (v - targets_V[k]) ** 2 / 2, 0) / COUNT,
      margins_V: samples.map(({ different }, s) => {
        const difference_V = outputs_V[2 * s + 1] - outputs_V[2 * s];
        return different ? difference_V : -difference_V;
      }),
    };
  }

  /** The difference of the two outputs over inputs from 0 to 1, [side × side] with x₁ along a row and x₂ upwards, V. */
  async answers_V(side: number): Promise<Float64Array> {
    const places = Float64Array.from({ length: side }, (_, k) => codedInput_V(k / (side - 1)));
    const inputs = new Float64Array(2 * side * side);
    for (let k = 0; k < side * side; k++) {
      inputs[2 * k] = places[k % side];
      inputs[2 * k + 1] = places[side - 1 - Math.floor(k / side)];
    }
    const rest = await this.device.settle({ batch: side * side, inputs });
    const outputs_V = rest.outputs();
    rest.release();
    return Float64Array.from({ length: side * side }, (_, k) => outputs_V[2 * k + 1] - outputs_V[2 * k]);
  }

  close(): Promise<void> {
    return this.device.close();
  }

  private async conductances_S(): Promise<SeenUpdate['before_S']> {
    const { g1, g2 } = await this.device.readParameters();
    return { g1: Float64Array.from(g1), g2: Float64Array.from(g2) };
  }
}

function voltagesOf(phase: { layer(l: number): Float64Array }): PhaseVoltages {
  return { hidden_V: phase.layer(0), outputs_V: phase.layer(1) };
}
