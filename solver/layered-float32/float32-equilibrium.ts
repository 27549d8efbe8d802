import { HeldEquilibrium, type PhaseReport } from '../../devices/contract/index.js';
import { diodePower } from '../layered/index.js';
import { KernelView } from './kernel-view.js';
import { type BatchState, dissipatedPower, energyOf } from './power.js';
import type { LayeredSimulation } from './simulation.js';

/** A settled batch of a layered network, float32: absolute states, and in nudged phases the differences from them. */
export class Float32Equilibrium extends HeldEquilibrium<BatchState | KernelView> {
  constructor(
    private readonly simulation: LayeredSimulation,
    batch: number,
    beta: number,
    states: BatchState | KernelView,
    report: PhaseReport,
  ) {
    super(simulation, batch, beta, states, report);
  }

  /** The states themselves, published units. */
  get state(): BatchState {
    const { states } = this;
    return states instanceof KernelView ? this.materialised(states) : states;
  }

  /** Copies what is only a view of the kernel's memory, before it is written over. */
  materialise(): void {
    if (!this.isReleased && this.states instanceof KernelView) this.materialised(this.states);
  }

  private materialised(view: KernelView): BatchState {
    const state = view.copy();
    this.states = state;
    return state;
  }

  protected override get layerCount(): number {
    return this.simulation.network.layers.length;
  }

  protected override copyLayer(states: BatchState | KernelView, l: number): Float64Array {
    const { voltage_V } = this.simulation.scale;
    const isView = states instanceof KernelView;
    const base = isView ? states.layer(l) : states.base[l];
    const delta = isView ? undefined : states.deltas?.[l];
    const voltages = new Float64Array(base.length);
    if (delta === undefined) for (let e = 0; e < base.length; e++) voltages[e] = base[e] * voltage_V;
    else for (let e = 0; e < base.length; e++) voltages[e] = (base[e] + delta[e]) * voltage_V;
    return voltages;
  }

  protected override powerOf(): Float64Array {
    const { taken_W } = this.diodes();
    return this.inConductances().map((power, s) => power + taken_W[s]);
  }

  protected override energyOf(): Float64Array {
    const { stored_W } = this.diodes();
    const energy = energyOf(this.simulation, this.state, this.inConductances());
    return energy.map((e, s) => e + stored_W[s]);
  }

  private inConductances(): Float64Array {
    return dissipatedPower(this.simulation, this.state, this.batch);
  }

  private diodes() {
    return diodePower(this.simulation.network, (l) => this.layer(l), this.batch);
  }
}
