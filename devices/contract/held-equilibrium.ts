import { inputError, runError } from '../../core/index.js';
import type { Equilibrium, PhaseReport, SettleStatus } from './equilibrium.js';

/** What an equilibrium belongs to: the same object for every equilibrium of one device. */
export interface EquilibriumOwner {
  /** Counts every change of the parameters. */
  readonly version: number;
}

/**
 * What every equilibrium shares: its figures, its states until it is released, and that power and energy are of the parameters
 * it settled under.
 */
export abstract class HeldEquilibrium<States> implements Equilibrium {
  readonly status: SettleStatus;
  readonly iterations: number;
  readonly residual: number;
  readonly residual_A: number;
  /** Of the parameters it settled under. */
  readonly version: number;
  private held: States | undefined;

  constructor(
    readonly owner: EquilibriumOwner,
    readonly batch: number,
    readonly beta: number,
    states: States,
    report: PhaseReport,
  ) {
    this.held = states;
    this.version = owner.version;
    this.status = report.status;
    this.iterations = report.iterations;
    this.residual = report.residual;
    this.residual_A = report.residual_A;
  }

  /** Groups of nodes, and which of them is the output. */
  protected abstract readonly layerCount: number;
  protected get outputLayer(): number {
    return this.layerCount - 1;
  }

  /** A fresh copy of layer l of states that are held. */
  protected abstract copyLayer(states: States, l: number): Float64Array;

  /** At the present parameters; NaN where a device cannot tell. */
  protected powerOf(_states: States): Float64Array {
    return new Float64Array(this.batch).fill(Number.NaN);
  }

  protected abstract energyOf(states: States): Float64Array;

  /** The states themselves, not a copy. */
  get states(): States {
    if (this.held === undefined) {
      throw runError(
        'equilibrium.released',
        'equilibrium: read after it was released; read before release()',
      );
    }
    return this.held;
  }

  /** Puts what is held elsewhere, its numbers unchanged. */
  protected set states(states: States) {
    this.held = states;
  }

  get isReleased(): boolean {
    return this.held === undefined;
  }

  /** Whether the parameters are still those that it settled under. */
  get isCurrent(): boolean {
    return this.version === this.owner.version;
  }

  layer(l: number): Float64Array {
    const { states } = this;
    if (!(Number.isInteger(l) && l >= 0 && l < this.layerCount)) {
      throw inputError('equilibrium.layer', `equilibrium: no layer ${l}; layers 0 … ${this.layerCount - 1}`);
    }
    return this.copyLayer(states, l);
  }

  outputs(): Float64Array {
    return this.copyLayer(this.states, this.outputLayer);
  }

  /** NaN once the parameters have changed: the batch is then no longer at rest in this network. */
  power_W(): Float64Array {
    const { states } = this;
    return this.isCurrent ? this.powerOf(states) : new Float64Array(this.batch).fill(Number.NaN);
  }

  /** NaN once the parameters have changed. */
  energy(): Float64Array {
    const { states } = this;
    return this.isCurrent ? this.energyOf(states) : new Float64Array(this.batch).fill(Number.NaN);
  }

  release(): void {
    this.held = undefined;
  }
}
