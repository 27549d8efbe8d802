import { RecentPoints } from './interpolation.js';
import type { Observer } from './observer.js';
import { SavedPoints } from './saved-points.js';

/** When values are saved, s: multiples of `step_s` from `start_s` to `stop_s`, and steps in between. */
export interface SavedTimes {
  readonly start_s: number;
  readonly step_s: number;
  readonly stop_s: number;
}

/** How far a curve between saved points may stray: a share of the largest value so far, and V or A besides. */
export interface CurveTolerances {
  readonly relative: number;
  readonly absolute_V: number;
  readonly absolute_A: number;
}

/** Grid times closer to a point than this share of the step asked for are that point. */
const APART_SHARE = 1e-4;

/** Keeps what a transient comes to: every step, and curves through the last of them on the grid asked for. */
export class Recorder {
  readonly saved: SavedPoints;
  private readonly recent: RecentPoints;
  /** What is observed at the step tried last, `[columns]`. */
  private readonly row: Float64Array;
  private readonly guessed: Float64Array;
  private readonly largest: Float64Array;
  private nextSaved = 0;

  constructor(
    private readonly observer: Observer,
    private readonly times: SavedTimes,
    private readonly tolerances: CurveTolerances,
  ) {
    const { columns } = observer;
    this.saved = new SavedPoints(columns);
    this.recent = new RecentPoints(columns);
    this.row = new Float64Array(columns);
    this.guessed = new Float64Array(columns);
    this.largest = new Float64Array(columns);
  }

  /** Numbers kept so far. */
  get numbers(): number {
    return this.saved.rows * this.saved.columns;
  }

  /** A jump at x: no curve goes through it. */
  restart(time_s: number, x: Float64Array): void {
    const { observer, recent, row, saved, times } = this;
    observer.read(x, row);
    recent.clear();
    if (saved.rows === 0 && times.start_s === 0) this.save(0, row);
    recent.add(time_s, row);
  }

  /**
   * How far curves between saved points would stray from the circuit if a step ended at `end_s` in x, in tolerances; 0 where it cannot be
   * told. `keep` then keeps that step.
   */
  curveError(end_s: number, x: Float64Array): number {
    const { observer, recent, row, guessed, largest } = this;
    const { relative, absolute_V, absolute_A } = this.tolerances;
    observer.read(x, row);
    for (let k = 0; k < row.length; k++) largest[k] = Math.max(largest[k], Math.abs(row[k]));
    if (recent.count < 3) return 0;
    recent.at(end_s, guessed);
    const share = recent.strayShare(end_s);
    const nodes = observer.nodes.length;
    let worst = 0;
    for (let k = 0; k < row.length; k++) {
      const floor = k < nodes ? absolute_V : absolute_A;
      worst = Math.max(worst, (share * Math.abs(row[k] - guessed[k])) / (relative * largest[k] + floor));
    }
    return worst;
  }

  /** Saves what lies on the grid up to the step that `curveError` was asked of, and that point itself. */
  keep(end_s: number): void {
    const { recent, times, guessed, row } = this;
    const { start_s, step_s, stop_s } = times;
    recent.add(end_s, row);
    const apart_s = APART_SHARE * step_s;
    while (true) {
      const at_s = start_s + this.nextSaved * step_s;
      if (at_s > end_s - apart_s || at_s > stop_s) break;
      this.nextSaved++;
      if (at_s <= this.saved.last_s + apart_s) continue;
      recent.at(at_s, guessed);
      this.observer.holdStates(guessed);
      this.save(at_s, guessed);
    }
    if (end_s >= start_s) this.save(end_s, row);
  }

  private save(time_s: number, row: Float64Array): void {
    if (time_s > this.saved.last_s) this.saved.row(time_s).set(row);
  }
}
