import {
  type DeviceInfo,
  type EquilibriumOwner,
  HeldEquilibrium,
  type PhaseReport,
} from '../contract/index.js';

/** A batch at rest: inputs [batch × inputs], and all nodes of one sample after the other, [batch × nodes]. */
export interface DescribedStates {
  readonly inputs: Float64Array;
  readonly v: Float64Array;
}

/** An equilibrium of a described device. */
export class DescribedEquilibrium extends HeldEquilibrium<DescribedStates> {
  protected readonly layerCount: number;

  constructor(
    owner: EquilibriumOwner,
    batch: number,
    beta: number,
    states: DescribedStates,
    report: PhaseReport,
    private readonly info: Pick<DeviceInfo, 'layers' | 'inputs'>,
    private readonly power: (x: Float64Array, v: Float64Array) => number,
  ) {
    super(owner, batch, beta, states, report);
    this.layerCount = info.layers.length;
  }

  protected override copyLayer({ v }: DescribedStates, l: number): Float64Array {
    const { layers } = this.info;
    const nodes = v.length / this.batch;
    const before = layers.slice(0, l).reduce((sum, n) => sum + n, 0);
    const out = new Float64Array(this.batch * layers[l]);
    for (let s = 0; s < this.batch; s++) {
      const from = s * nodes + before;
      out.set(v.subarray(from, from + layers[l]), s * layers[l]);
    }
    return out;
  }

  protected override powerOf({ inputs, v }: DescribedStates): Float64Array {
    const nodes = v.length / this.batch;
    return Float64Array.from({ length: this.batch }, (_, s) =>
      this.power(
        inputs.slice(s * this.info.inputs, (s + 1) * this.info.inputs),
        v.slice(s * nodes, (s + 1) * nodes),
      ),
    );
  }

  protected override energyOf(): Float64Array {
    return new Float64Array(this.batch).fill(Number.NaN);
  }
}
