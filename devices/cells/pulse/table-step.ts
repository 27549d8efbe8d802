import { inputError } from '../../../core/index.js';
import { AffineStep } from './affine-step.js';
import { clip, type StepShape } from './step-shape.js';

/**
 * Any measured shape: steps at evenly spaced states 0 … 1, straight lines between (piecewise step of aihwkit).
 * k pulses segment by segment: inside a segment the step is affine, so the pulse that leaves it is known in advance.
 */
export class TableStep implements StepShape {
  readonly table: Float64Array;
  readonly tabulationError = 0;
  private readonly segments: AffineStep[];

  /** @param steps signed steps at w = 0, 1/(n−1), … 1; all ≥ 0 or all ≤ 0 */
  constructor(steps: ArrayLike<number>) {
    this.table = Float64Array.from(steps);
    const n = this.table.length;
    if (n < 2 || !this.table.every(Number.isFinite)) {
      throw inputError('pulse.table-step', `a table needs at least two finite steps, got ${n}`);
    }
    if (this.table.some((s) => s > 0) && this.table.some((s) => s < 0)) {
      throw inputError('pulse.table-step', 'the steps of one direction must not change sign');
    }
    this.segments = Array.from({ length: n - 1 }, (_, i) => {
      const slope = (this.table[i + 1] - this.table[i]) * (n - 1);
      if (slope <= -1) {
        throw inputError(
          'pulse.table-step',
          `between states ${i / (n - 1)} and ${(i + 1) / (n - 1)} the step falls by more than the state rises: a pulse would jump over its own goal`,
        );
      }
      return new AffineStep(this.table[i] - (slope * i) / (n - 1), slope);
    });
  }

  step(w: number): number {
    return this.segments[this.segmentOf(w)].step(w);
  }

  after(w: number, k: number, low = 0, high = 1): number {
    let x = w;
    let left = k;
    while (left > 0) {
      const i = this.segmentOf(x);
      const step = this.segments[i].step(x);
      if (step === 0) return x;
      const inside = Math.min(left, this.pulsesInside(i, x, step));
      if (inside > 0)
        x = this.segments[i].after(x, inside, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
      left -= inside;
      if (left > 0) {
        x += this.step(x);
        left--;
      }
      if (x <= low || x >= high) return clip(x, low, high);
    }
    return clip(x, low, high);
  }

  /** How many pulses surely stay within segment i, all but the last two, which are then taken singly. */
  private pulsesInside(i: number, w: number, step: number): number {
    const { slope } = this.segments[i];
    const last = this.segments.length - 1;
    if ((step > 0 && i === last) || (step < 0 && i === 0)) return Number.MAX_SAFE_INTEGER;
    const way = (step > 0 ? i + 1 : i) / (last + 1) - w;
    const ratio = way / step;
    const pulses = slope === 0 ? ratio : Math.log1p(slope * ratio) / Math.log1p(slope);
    // NaN: the segment's own asymptote lies before its end, which pulses never reach
    return Number.isNaN(pulses) ? Number.MAX_SAFE_INTEGER : Math.max(0, Math.floor(pulses) - 1);
  }

  private segmentOf(w: number): number {
    const segments = this.table.length - 1;
    return clip(Math.floor(w * segments), 0, segments - 1);
  }
}
