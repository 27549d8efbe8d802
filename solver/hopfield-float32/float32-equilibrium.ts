import { type EquilibriumOwner, HeldEquilibrium, type PhaseReport } from '../../devices/contract/index.js';

/** What an equilibrium asks of the device that it was settled by. */
export interface HopfieldOwner extends EquilibriumOwner {
  /** Energy of states [batch × n_l] a layer at the present weights, [batch]. */
  energyOf(inputs: Float32Array, states: readonly Float32Array[], batch: number): Float64Array;
}

/** A settled batch of a Hopfield network, float32: states [batch × n_l] a layer. A dimensionless model dissipates no power. */
export class Float32HopfieldEquilibrium extends HeldEquilibrium<Float32Array[]> {
  protected readonly layerCount: number;

  /** @param inputs [batch × inputs], its own copy */
  constructor(
    override readonly owner: HopfieldOwner,
    batch: number,
    beta: number,
    readonly inputs: Float32Array,
    states: Float32Array[],
    report: PhaseReport,
  ) {
    super(owner, batch, beta, states, report);
    this.layerCount = states.length;
  }

  protected override copyLayer(states: Float32Array[], l: number): Float64Array {
    return new Float64Array(states[l]);
  }

  protected override energyOf(states: Float32Array[]): Float64Array {
    return this.owner.energyOf(this.inputs, states, this.batch);
  }
}
