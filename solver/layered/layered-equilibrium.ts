import { runError } from '../../core/index.js';
import type { Equilibrium, PhaseReport, SettleStatus } from '../../devices/contract/index.js';
import type { LayeredParameters } from './parameters.js';
import { dissipatedPower, energyOf } from './power.js';
import type { LayeredStates } from './relax.js';
import type { SourceCurrents } from './sources.js';

/** A settled batch of a layered network, float64. */
export class LayeredEquilibrium implements Equilibrium {
  readonly status: SettleStatus;
  readonly iterations: number;
  readonly residual: number;
  readonly residual_A: number;
  /** Of the parameters it settled under. */
  readonly version: number;
  private held: LayeredStates | undefined;

  constructor(
    readonly parameters: LayeredParameters,
    readonly sources: SourceCurrents,
    states: LayeredStates,
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
    return this.sources.batch;
  }

  /** The states themselves, not a copy. */
  get states(): LayeredStates {
    if (this.held === undefined) {
      throw runError(
        'equilibrium.released',
        'equilibrium: read after it was released; read before release()',
      );
    }
    return this.held;
  }

  layer(l: number): Float64Array {
    const voltages = this.states.voltages[l];
    if (voltages === undefined) {
      throw runError(
        'equilibrium.layer',
        `equilibrium: no layer ${l}; layers 0 … ${this.states.voltages.length - 1}`,
      );
    }
    return voltages.slice();
  }

  outputs(): Float64Array {
    return this.layer(this.states.voltages.length - 1);
  }

  /** NaN once the conductances have changed: the batch is then no longer at rest in this network. */
  power_W(): Float64Array {
    if (this.version !== this.parameters.version) return new Float64Array(this.batch).fill(Number.NaN);
    return dissipatedPower(this.parameters, this.sources, this.states.voltages);
  }

  energy(): Float64Array {
    return energyOf(this.parameters, this.states.voltages, this.power_W());
  }

  release(): void {
    this.held = undefined;
  }
}
