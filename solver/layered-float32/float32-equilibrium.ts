import { runError } from '../../core/index.js';
import type { Equilibrium, PhaseReport, SettleStatus } from '../../devices/contract/index.js';
import { LentState } from './lent-state.js';
import { type BatchState, dissipatedPower, energyOf } from './power.js';
import type { LayeredSimulation } from './simulation.js';

/** A settled batch of a layered network, float32: absolute states, and in nudged phases the differences from them. */
export class Float32Equilibrium implements Equilibrium {
  readonly status: SettleStatus;
  readonly iterations: number;
  readonly residual: number;
  readonly residual_A: number;
  private held: BatchState | LentState | undefined;

  constructor(
    readonly simulation: LayeredSimulation,
    /** Of the parameters it settled under. */
    readonly version: number,
    readonly batch: number,
    readonly beta: number,
    state: BatchState | LentState,
    report: PhaseReport,
  ) {
    this.held = state;
    this.status = report.status;
    this.iterations = report.iterations;
    this.residual = report.residual;
    this.residual_A = report.residual_A;
  }

  /** The states themselves, published units. */
  get state(): BatchState {
    const held = this.requireHeld();
    if (!(held instanceof LentState)) return held;
    const state = held.copy();
    this.held = state;
    return state;
  }

  /** Copies what was only lent, before it is written over. */
  keep(): void {
    if (this.held instanceof LentState) this.held = this.held.copy();
  }

  private requireHeld(): BatchState | LentState {
    if (this.held !== undefined) return this.held;
    throw runError('equilibrium.released', 'equilibrium: read after it was released; read before release()');
  }

  layer(l: number): Float64Array {
    const held = this.requireHeld();
    const lent = held instanceof LentState;
    const base = lent ? held.layer(l) : held.base[l];
    if (base === undefined) {
      throw runError(
        'equilibrium.layer',
        `equilibrium: no layer ${l}; layers 0 … ${this.state.base.length - 1}`,
      );
    }
    const delta = lent ? undefined : held.deltas?.[l];
    const { voltage_V } = this.simulation.scale;
    const voltages = new Float64Array(base.length);
    if (delta === undefined) for (let e = 0; e < base.length; e++) voltages[e] = base[e] * voltage_V;
    else for (let e = 0; e < base.length; e++) voltages[e] = (base[e] + delta[e]) * voltage_V;
    return voltages;
  }

  outputs(): Float64Array {
    return this.layer(this.simulation.network.layers.length - 1);
  }

  /** NaN once the conductances have changed: the batch is then no longer at rest in this network. */
  power_W(): Float64Array {
    if (this.version !== this.simulation.version) return new Float64Array(this.batch).fill(Number.NaN);
    return dissipatedPower(this.simulation, this.state, this.batch);
  }

  energy(): Float64Array {
    return energyOf(this.simulation, this.state, this.power_W());
  }

  release(): void {
    this.held = undefined;
  }
}
