import { HeldEquilibrium, type PhaseReport } from '../../devices/contract/index.js';
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
    return dissipatedPower(this.parameters, this.sources, voltages);
  }

  protected override energyOf(states: LayeredStates): Float64Array {
    return energyOf(this.parameters, states.voltages, this.powerOf(states));
  }
}
