import { runError } from '../../core/index.js';
import type { SettleStatus } from '../contract/index.js';
import { type EquilibriumOwner, HeldEquilibrium } from '../contract/index.js';
import type { BoardExamples, BoardReadings } from './operations.js';
import { readingUnit_V } from './profile.js';

/** A batch as a board was given it and read it. */
export interface BoardPhase {
  readonly examples: BoardExamples;
  /** [batch × nodes], 1/8 mV; all nodes or, when `outputsOnly`, the outputs. */
  readonly readings: BoardReadings;
  readonly outputsOnly: boolean;
  /** The answer is the difference of two outputs. */
  readonly differential: boolean;
}

/** What a board says of any settling: it waited as long as it was told to, and cannot see a residual. */
export function boardReport(status: SettleStatus) {
  return { status, iterations: 1, residual: 0, residual_A: 0 };
}

/** A batch as a board has read it. Power and energy are beyond what a board measures. */
export class BoardEquilibrium extends HeldEquilibrium<BoardPhase> {
  protected readonly layerCount: number;

  constructor(
    owner: EquilibriumOwner,
    private readonly layers: readonly number[],
    beta: number,
    phase: BoardPhase,
    status: SettleStatus,
  ) {
    super(owner, phase.examples.count, beta, phase, boardReport(status));
    this.layerCount = layers.length;
  }

  /** @throws OhmpropError `contrast.unusable` unless every node was read, as a contrast needs */
  requireAllNodes(): void {
    if (!this.states.outputsOnly) return;
    throw runError(
      'contrast.unusable',
      "contrast: this phase read only its outputs; open the board with stepObserves: 'all'",
    );
  }

  protected override copyLayer({ readings, outputsOnly, differential }: BoardPhase, l: number): Float64Array {
    if (outputsOnly && l !== this.outputLayer) {
      throw runError('equilibrium.outputs-only', 'this board was told to read only its outputs in a step');
    }
    const size = this.layers[l];
    const stride = readings.length / this.batch;
    const offset = outputsOnly ? 0 : this.layers.slice(0, l).reduce((sum, n) => sum + n, 0);
    const out = new Float64Array(this.batch * size);
    for (let s = 0; s < this.batch; s++) {
      const at = s * stride + offset;
      if (l === this.outputLayer && differential) {
        out[s] = (readings[at] - readings[at + 1]) * readingUnit_V;
      } else for (let k = 0; k < size; k++) out[s * size + k] = readings[at + k] * readingUnit_V;
    }
    return out;
  }

  protected override energyOf(phase: BoardPhase): Float64Array {
    return this.powerOf(phase);
  }
}
