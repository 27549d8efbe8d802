/** Points that a curve goes through: the present one and those before it. */
const POINTS = 4;

/** The last points of a stretch without jumps, through which values between them are found. */
export class RecentPoints {
  private readonly times: number[] = [];
  private readonly rows: Float64Array[] = [];
  private readonly weights = new Float64Array(POINTS);

  constructor(private readonly columns: number) {}

  get count(): number {
    return this.times.length;
  }

  /** A jump: nothing from before may be used after it. */
  clear(): void {
    this.times.length = 0;
    this.rows.length = 0;
  }

  add(time_s: number, values: Float64Array): void {
    const row = this.rows.length === POINTS ? this.rows.shift()! : new Float64Array(this.columns);
    if (this.times.length === POINTS) this.times.shift();
    row.set(values);
    this.rows.push(row);
    this.times.push(time_s);
  }

  /** The polynomial through all points (Lagrange), between the last two or beyond the last. */
  at(time_s: number, into: Float64Array): void {
    const { times, rows, weights } = this;
    const count = times.length;
    for (let i = 0; i < count; i++) {
      let weight = 1;
      for (let j = 0; j < count; j++) if (j !== i) weight *= (time_s - times[j]) / (times[i] - times[j]);
      weights[i] = weight;
    }
    for (let k = 0; k < into.length; k++) {
      let sum = 0;
      for (let i = 0; i < count; i++) sum += weights[i] * rows[i][k];
      into[k] = sum;
    }
  }

  /**
   * How far the curve from here to a new point at `time_s` strays, as a share of how far that point lies from the curve
   * through the points so far: both are the same derivative, by the products of their distances.
   */
  strayShare(time_s: number): number {
    const { times } = this;
    const last = times[times.length - 1];
    const middle = (last + time_s) / 2;
    let between = middle - time_s;
    let beyond = 1;
    for (let i = 0; i < times.length; i++) {
      beyond *= time_s - times[i];
      if (i > 0) between *= middle - times[i];
    }
    return Math.abs(between / beyond);
  }
}
