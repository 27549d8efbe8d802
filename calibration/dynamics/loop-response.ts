import type { ElementModel } from '../../devices/elements/index.js';
import { esdirk3 } from '../../solver/time/index.js';
import { DriveBetween, type SampledDrive } from './drive-between.js';
import { DrivenElement } from './driven-element.js';
import type { MeasuringCircuit } from './measuring-circuit.js';

const { a, c, diagonal } = esdirk3;
const STAGES = c.length;
const STEPS = 60;
/** Of the range of the state: what a stage is solved to. */
const CLOSE = 1e-11;

/** Where Newton's method begins: its step from the last state, with the rate that was there. */
function follows(
  x: number,
  sum: number,
  weight: number,
  { rate, rateByState }: DrivenElement,
  low: number,
  high: number,
): number {
  const slope = 1 - weight * rateByState;
  const next = slope > 0 ? x + (sum + weight * rate - x) / slope : x;
  return next > low && next < high ? next : x;
}

/**
 * What an element answers to a drive, with forward sensitivities of the current to its parameters and to its start state. Steps are of the
 * ESDIRK method of `solver/time`, as many between two samples as `substeps` says and not as an error estimate would: so the
 * answer is a smooth function of the parameters, and the sensitivities are exactly its own.
 */
export class LoopResponse {
  /** `[samples]`: current as the instrument reads it, A; across the element, V; state. */
  readonly current_A: Float64Array;
  readonly voltage_V: Float64Array;
  readonly state: Float64Array;
  /** `[followed + 1][samples]`: d(current)/dp, A per unit; the last by the start state. */
  readonly slopes: readonly Float64Array[];
  private readonly size: number;
  private readonly byState: Float64Array;
  private readonly rates = new Float64Array(STAGES);
  private readonly rateSlopes: readonly Float64Array[];
  private readonly before: Float64Array;
  private readonly between: DriveBetween;
  private clamped = false;

  constructor(
    private readonly drive: SampledDrive,
    private readonly circuit: MeasuringCircuit,
    private readonly followed: readonly number[],
    public substeps = 2,
  ) {
    const n = drive.times_s.length;
    this.between = new DriveBetween(drive);
    this.size = followed.length + 1;
    this.current_A = new Float64Array(n);
    this.voltage_V = new Float64Array(n);
    this.state = new Float64Array(n);
    this.slopes = Array.from({ length: this.size }, () => new Float64Array(n));
    this.byState = new Float64Array(this.size);
    this.before = new Float64Array(this.size);
    this.rateSlopes = Array.from({ length: STAGES }, () => new Float64Array(this.size));
  }

  /**
   * @param start state at the first sample @param withSlopes whether `slopes` are wanted
   * @returns false where the answer left the range of numbers
   */
  run(model: ElementModel, start: number, withSlopes: boolean): boolean {
    const { times_s, drive_V } = this.drive;
    const element = new DrivenElement(model, this.circuit, this.followed);
    const { low, high } = model.state ?? { low: 0, high: 0 };
    const last = this.size - 1;
    const { byState, rates, rateSlopes, between, substeps } = this;
    let x = Math.min(high, Math.max(low, start));
    byState.fill(0);
    byState[last] = 1;
    element.at(drive_V[0], x);
    this.sample(0, element, x, withSlopes);
    this.stageSlopes(0, element, withSlopes, byState);
    rates[0] = element.rate;
    for (let i = 1; i < times_s.length; i++) {
      const h = (times_s[i] - times_s[i - 1]) / substeps;
      for (let m = 0; m < substeps; m++) {
        const x0 = x;
        this.before.set(byState);
        for (let s = 1; s < STAGES; s++) {
          let sum = x0;
          for (let j = 0; j < s; j++) sum += h * a[s][j] * rates[j];
          const guess = follows(x, sum, h * diagonal, element, low, high);
          x = this.solve(
            element,
            between.at(i - 1, (m + c[s]) / substeps),
            sum,
            h * diagonal,
            guess,
            low,
            high,
          );
          rates[s] = element.rate;
          if (withSlopes) this.stageState(s, element, h);
        }
        if (!Number.isFinite(x)) return false;
        rates[0] = rates[STAGES - 1];
        rateSlopes[0].set(rateSlopes[STAGES - 1]);
      }
      element.read();
      this.sample(i, element, x, withSlopes);
    }
    if (this.circuit.bandwidth_Hz !== undefined) this.filter(this.circuit.bandwidth_Hz, withSlopes);
    return true;
  }

  /** X = sum + weight·rate(X) by Newton's method in a bracket; at a bound that it would leave it stays there. */
  private solve(
    element: DrivenElement,
    drive_V: number,
    sum: number,
    weight: number,
    guess: number,
    low: number,
    high: number,
  ): number {
    const range = high - low;
    this.clamped = false;
    let [below, above] = [low, high];
    let x = guess;
    for (let n = 0; n < STEPS; n++) {
      element.move(drive_V, x);
      const excess = x - sum - weight * element.rate;
      if (Math.abs(excess) <= CLOSE * range) return x;
      if (Number.isNaN(excess)) return Number.NaN;
      if (excess > 0) above = x;
      else below = x;
      if (above <= low || below >= high) {
        this.clamped = true;
        return x;
      }
      const slope = 1 - weight * element.rateByState;
      let next = slope > 0 ? x - excess / slope : Number.NaN;
      if (!(next > below && next < above)) {
        if (next <= low && below === low) next = low;
        else if (next >= high && above === high) next = high;
        else next = 0.5 * (below + above);
      }
      if (next === x || above - below <= CLOSE * range) return x;
      x = next;
    }
    return x;
  }

  /** d(state)/dp of a stage, and of its rate; `byState` is then that of the stage. */
  private stageState(s: number, element: DrivenElement, h: number): void {
    const { byState, before, rateSlopes, size } = this;
    element.follow();
    const shrink = 1 / (1 - h * diagonal * element.rateByState);
    for (let k = 0; k < size; k++) {
      const own = k < size - 1 ? element.rateBy[k] : 0;
      let sum = before[k];
      for (let j = 0; j < s; j++) sum += h * a[s][j] * rateSlopes[j][k];
      byState[k] = this.clamped ? 0 : (sum + h * diagonal * own) * shrink;
      rateSlopes[s][k] = element.rateByState * byState[k] + own;
    }
  }

  private stageSlopes(s: number, element: DrivenElement, wanted: boolean, byState: Float64Array): void {
    if (!wanted) return;
    element.follow();
    for (let k = 0; k < this.size; k++) {
      const own = k < this.size - 1 ? element.rateBy[k] : 0;
      this.rateSlopes[s][k] = element.rateByState * byState[k] + own;
    }
  }

  private sample(i: number, element: DrivenElement, x: number, withSlopes: boolean): void {
    this.current_A[i] = element.current_A;
    this.voltage_V[i] = element.voltage_V;
    this.state[i] = x;
    if (!withSlopes) return;
    if (i === 0) element.follow();
    for (let k = 0; k < this.size; k++) {
      const own = k < this.size - 1 ? element.currentBy[k] : 0;
      this.slopes[k][i] = element.currentByState * this.byState[k] + own;
    }
  }

  /** dy/dt = ω(I − y) between samples, exact for a current that goes straight between them; y starts at rest. */
  private filter(corner_Hz: number, withSlopes: boolean): void {
    const { times_s } = this.drive;
    const rows = withSlopes ? [this.current_A, ...this.slopes] : [this.current_A];
    for (const row of rows) {
      let y = row[0];
      let input = row[0];
      for (let i = 1; i < row.length; i++) {
        const z = 2 * Math.PI * corner_Hz * (times_s[i] - times_s[i - 1]);
        const kept = Math.exp(-z);
        const mean = z < 1e-8 ? 1 - z / 2 : -Math.expm1(-z) / z;
        const next = row[i];
        y = kept * y + (mean - kept) * input + (1 - mean) * next;
        input = next;
        row[i] = y;
      }
    }
  }
}
