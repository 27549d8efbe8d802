import { runError } from '../../core/index.js';
import type { Equilibrium, SettleStatus } from '../contract/equilibrium.js';
import type { BoardExamples } from './operations.js';
import { readingUnit_V } from './profile.js';

/**
 * A batch as a board has read it. The physics settled, so nothing is known of a residual but that the settling time
 * was waited for; power and energy are beyond what a board measures.
 */
export class BoardEquilibrium implements Equilibrium {
  readonly iterations = 1;
  readonly residual = 0;
  readonly residual_A = 0;
  private released = false;

  constructor(
    readonly owner: object,
    readonly layers: readonly number[],
    readonly examples: BoardExamples,
    readonly beta: number,
    readonly status: SettleStatus,
    /** [batch × nodes], 1/8 mV; all nodes or, when `outputsOnly`, the outputs. */
    readonly readings: Int16Array,
    readonly form: { readonly outputsOnly?: boolean; readonly differential?: boolean } = {},
  ) {}

  get outputsOnly(): boolean {
    return this.form.outputsOnly ?? false;
  }

  get batch(): number {
    return this.examples.count;
  }

  layer(l: number): Float64Array {
    this.requireHeld();
    const size = this.layers[l];
    const last = this.layers.length - 1;
    if (this.outputsOnly && l !== last) {
      throw runError('equilibrium.outputs-only', 'this board was told to read only its outputs in a step');
    }
    const stride = this.readings.length / this.batch;
    const offset = this.outputsOnly ? 0 : this.layers.slice(0, l).reduce((sum, n) => sum + n, 0);
    const out = new Float64Array(this.batch * size);
    const { readings } = this;
    for (let s = 0; s < this.batch; s++) {
      const at = s * stride + offset;
      if (l === last && this.form.differential) out[s] = (readings[at] - readings[at + 1]) * readingUnit_V;
      else for (let k = 0; k < size; k++) out[s * size + k] = readings[at + k] * readingUnit_V;
    }
    return out;
  }

  outputs(): Float64Array {
    return this.layer(this.layers.length - 1);
  }

  power_W(): Float64Array {
    this.requireHeld();
    return new Float64Array(this.batch).fill(Number.NaN);
  }

  energy(): Float64Array {
    return this.power_W();
  }

  /** Throws unless every node's reading is at hand, as a contrast needs. */
  requireAllNodes(): void {
    this.requireHeld();
    if (!this.outputsOnly) return;
    throw runError(
      'contrast.unusable',
      "contrast: this phase read only its outputs; open the board with stepObserves: 'all'",
    );
  }

  release(): void {
    this.released = true;
  }

  requireHeld(): void {
    if (this.released) throw runError('equilibrium.released', 'this equilibrium was released');
  }
}
