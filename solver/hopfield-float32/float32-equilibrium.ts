import { runError } from '../../core/index.js';
import type { Equilibrium, PhaseReport, SettleStatus } from '../../devices/contract/index.js';

/** What an equilibrium asks of the device that it was settled by. */
export interface EquilibriumOwner {
  readonly version: number;
  /** Energy of states [batch × n_l] a layer at the present weights, [batch]. */
  energyOf(inputs: Float32Array, states: readonly Float32Array[], batch: number): Float64Array;
}

/** A settled batch of a Hopfield network, float32. */
export class Float32HopfieldEquilibrium implements Equilibrium {
  readonly status: SettleStatus;
  readonly iterations: number;
  readonly residual: number;
  readonly residual_A: number;
  readonly version: number;
  private held: Float32Array[] | undefined;

  /** @param inputs [batch × inputs], its own copy */
  constructor(
    readonly owner: EquilibriumOwner,
    readonly batch: number,
    readonly beta: number,
    readonly inputs: Float32Array,
    states: Float32Array[],
    report: PhaseReport,
  ) {
    this.held = states;
    this.version = owner.version;
    this.status = report.status;
    this.iterations = report.iterations;
    this.residual = report.residual;
    this.residual_A = report.residual_A;
  }

  /** The states themselves, not a copy, [batch × n_l] a layer. */
  get states(): Float32Array[] {
    if (this.held === undefined) {
      throw runError(
        'equilibrium.released',
        'equilibrium: read after it was released; read before release()',
      );
    }
    return this.held;
  }

  layer(l: number): Float64Array {
    const states = this.states[l];
    if (states === undefined) {
      throw runError('equilibrium.layer', `equilibrium: no layer ${l}; layers 0 … ${this.states.length - 1}`);
    }
    return new Float64Array(states);
  }

  outputs(): Float64Array {
    return this.layer(this.states.length - 1);
  }

  /** A dimensionless model dissipates nothing that it could tell of. */
  power_W(): Float64Array {
    return new Float64Array(this.batch).fill(Number.NaN);
  }

  /** NaN once the weights have changed: the batch is then no longer at rest in this network. */
  energy(): Float64Array {
    if (this.version !== this.owner.version) return new Float64Array(this.batch).fill(Number.NaN);
    return this.owner.energyOf(this.inputs, this.states, this.batch);
  }

  release(): void {
    this.held = undefined;
  }
}
