import { inputError } from '../../../core/index.js';
import { clip, type StepShape } from './step-shape.js';

/**
 * The one core of most published pulse models: a step that is a straight line in the state, offset + slope·w.
 * - soft bounds and NeuroSim's exponential: (w∞ − w)·ρ with ρ = 1 − e^(−1/A), A in pulses
 * - linear step (aihwkit): step·(1 − γ·w)
 * - constant step: slope 0
 * k pulses in closed form: w_k = w + step(w)·(qᵏ − 1)/(q − 1), q = 1 + slope.
 */
export class AffineStep implements StepShape {
  readonly table: Float64Array;
  readonly tabulationError = 0;

  /** @param offset signed step at w = 0  @param slope change of the step per unit of w, above −1 */
  constructor(
    readonly offset: number,
    readonly slope: number,
  ) {
    if (!Number.isFinite(offset) || !Number.isFinite(slope) || slope <= -1) {
      throw inputError(
        'pulse.affine-step',
        `a step needs a finite offset and a slope above −1, got ${offset} and ${slope}`,
      );
    }
    this.table = Float64Array.of(offset, offset + slope);
  }

  /** From the asymptote w∞ that pulses lead to and the share ρ of the way that one pulse goes. */
  static towards(asymptote: number, share: number): AffineStep {
    return new AffineStep(asymptote * share, -share);
  }

  step(w: number): number {
    return this.offset + this.slope * w;
  }

  after(w: number, k: number, low = 0, high = 1): number {
    // Σ qⁿ, n < k, by expm1 so that slopes near 0 lose nothing.
    const sum = this.slope === 0 ? k : Math.expm1(k * Math.log1p(this.slope)) / this.slope;
    return clip(w + this.step(w) * sum, low, high);
  }
}
