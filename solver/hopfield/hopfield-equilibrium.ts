import { runError } from '../../core/index.js';
import type { Equilibrium, PhaseReport, SettleStatus } from '../../devices/contract/index.js';
import { hopfieldEnergy } from './energy.js';
import type { HopfieldParameters } from './parameters.js';
import type { HopfieldDrive } from './relax.js';

/** A settled batch of a Hopfield network, float64. */
export class HopfieldEquilibrium implements Equilibrium {
  readonly status: SettleStatus;
  readonly iterations: number;
  readonly residual: number;
  readonly residual_A: number;
  /** Of the parameters it settled under. */
  readonly version: number;
  private held: Float64Array[] | undefined;

  constructor(
    readonly parameters: HopfieldParameters,
    readonly drive: HopfieldDrive,
    states: Float64Array[],
    readonly beta: number,
    report: PhaseReport,
  ) {
    this.held = states;
    this.version = parameters.version;
    this.status = report.status;
    this.iterations = report.iterations;
    this.residual = report.residual;
    this.residual_A = report.residual_A;
  }

  get batch(): number {
    return this.drive.batch;
  }

  /** The states themselves, not a copy. */
  get states(): Float64Array[] {
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
    return states.slice();
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
    if (this.version !== this.parameters.version) return new Float64Array(this.batch).fill(Number.NaN);
    return hopfieldEnergy(this.parameters, this.drive, this.states);
  }

  release(): void {
    this.held = undefined;
  }
}
