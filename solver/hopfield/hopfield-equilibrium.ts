import { HeldEquilibrium, type PhaseReport } from '../../devices/contract/index.js';
import { hopfieldEnergy } from './energy.js';
import type { HopfieldParameters } from './parameters.js';
import type { HopfieldDrive } from './relax.js';

/** A settled batch of a Hopfield network, float64: states [batch × n_l] a layer. A dimensionless model dissipates no power. */
export class HopfieldEquilibrium extends HeldEquilibrium<Float64Array[]> {
  protected readonly layerCount: number;

  constructor(
    private readonly parameters: HopfieldParameters,
    readonly drive: HopfieldDrive,
    states: Float64Array[],
    beta: number,
    report: PhaseReport,
  ) {
    super(parameters, drive.batch, beta, states, report);
    this.layerCount = states.length;
  }

  protected override copyLayer(states: Float64Array[], l: number): Float64Array {
    return states[l].slice();
  }

  protected override energyOf(states: Float64Array[]): Float64Array {
    return hopfieldEnergy(this.parameters, this.drive, states);
  }
}
