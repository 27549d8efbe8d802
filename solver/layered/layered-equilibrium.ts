import { HeldEquilibrium, type PhaseReport } from '../../devices/contract/index.js';
import { diodePower } from './hidden-diodes.js';
import type { LayeredParameters } from './parameters.js';
import { dissipatedPower, energyOf } from './power.js';
import type { LayeredStates } from './relax.js';
import type { SourceCurrents } from './sources.js';

/** A settled batch of a layered network, float64. */
export class LayeredEquilibrium extends HeldEquilibrium<LayeredStates> {
  protected readonly layerCount: number;

  constructor(
    private readonly parameters: LayeredParameters,
    readonly sources: SourceCurrents,
    states: LayeredStates,
    beta: number,
    report: PhaseReport,
  ) {
    super(parameters, sources.batch, beta, states, report);
    this.layerCount = states.voltages.length;
  }

  protected override copyLayer({ voltages }: LayeredStates, l: number): Float64Array {
    return voltages[l].slice();
  }

  protected override powerOf({ voltages }: LayeredStates): Float64Array {
    const { taken_W } = this.diodes(voltages);
    return this.inConductances(voltages).map((power, s) => power + taken_W[s]);
  }

  protected override energyOf(states: LayeredStates): Float64Array {
    const { stored_W } = this.diodes(states.voltages);
    const energy = energyOf(this.parameters, states.voltages, this.inConductances(states.voltages));
    return energy.map((e, s) => e + stored_W[s]);
  }

  private inConductances(voltages: readonly Float64Array[]): Float64Array {
    return dissipatedPower(this.parameters, this.sources, voltages);
  }

  private diodes(voltages: readonly Float64Array[]) {
    return diodePower(this.parameters.network, (l) => voltages[l], this.batch);
  }
}
