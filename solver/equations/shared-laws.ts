import type { SharedArithmetic } from '../../circuits/netlist/index.js';
import { type PlacedLaw, someKnown } from './placed-law.js';

/** Laws of one arithmetic, worked out together: their controls, numbers, values and derivatives lie one after the other. */
export class SharedLaws {
  failingElement = '';
  private readonly count: number;
  /** Controls of each. */
  private readonly size: number;
  private readonly add: Int32Array;
  private readonly take: Int32Array;
  private readonly plus: Int32Array;
  private readonly minus: Int32Array;
  /** Controls that are the time. */
  private readonly time: Int32Array;
  private readonly numbers: Float64Array;
  private readonly controls: Float64Array;
  private readonly values: Float64Array;
  private readonly partials: Float64Array;
  private at: Int32Array = new Int32Array(0);
  /** Whether one adds to the row of a known node. */
  readonly reachesKnown: boolean;

  constructor(
    private readonly arithmetic: SharedArithmetic,
    private readonly sign: 1 | -1,
    private readonly laws: readonly PlacedLaw[],
    first: number,
  ) {
    const [{ places, relation }] = laws;
    this.count = laws.length;
    this.size = places.plus.length;
    this.add = Int32Array.from(laws, ({ add }) => add);
    this.take = Int32Array.from(laws, ({ take }) => take);
    this.reachesKnown = someKnown(this.add, first) || someKnown(this.take, first);
    this.plus = joined(laws.map((law) => law.places.plus));
    this.minus = joined(laws.map((law) => law.places.minus));
    this.time = Int32Array.from(laws.flatMap((law, n) => law.places.time.map((k) => n * this.size + k)));
    const each = relation.law.shared!.numbers.length;
    this.numbers = new Float64Array(each * laws.length);
    laws.forEach((law, n) => {
      this.numbers.set(law.relation.law.shared!.numbers, n * each);
    });
    this.controls = new Float64Array(this.count * this.size);
    this.values = new Float64Array(this.count);
    this.partials = new Float64Array(this.count * this.size);
  }

  /** @param valueIndex where each entry of all laws stands among the matrix' values */
  locate(valueIndex: Int32Array): void {
    const { laws, size } = this;
    this.at = joined(laws.map(({ firstEntry }) => valueIndex.subarray(firstEntry, firstEntry + 4 * size)));
  }

  /** Adds residuals and derivatives at x; false if a value is not finite. */
  stamp(
    x: Float64Array,
    time_s: number,
    residual: Float64Array,
    matrix: Float64Array,
    slopes: boolean,
  ): boolean {
    const { count, plus, minus, time, controls, numbers, values, partials } = this;
    for (let k = 0; k < controls.length; k++) controls[k] = x[plus[k]] - x[minus[k]];
    for (let k = 0; k < time.length; k++) controls[time[k]] = time_s;
    if (slopes) this.arithmetic.evaluate(count, controls, numbers, values, partials);
    else this.arithmetic.values(count, controls, numbers, values);
    if (!allFinite(values, slopes ? partials : values) && !this.oneByOne(slopes)) return false;
    this.addValues(residual);
    if (slopes) this.addSlopes(matrix);
    return true;
  }

  private addValues(residual: Float64Array): void {
    const { add, take, values, sign } = this;
    for (let n = 0; n < values.length; n++) {
      const value = sign * values[n];
      residual[add[n]] += value;
      residual[take[n]] -= value;
    }
  }

  private addSlopes(matrix: Float64Array): void {
    const { at, partials, sign } = this;
    for (let k = 0, e = 0; k < partials.length; k++, e += 4) {
      const slope = sign * partials[k];
      matrix[at[e]] += slope;
      matrix[at[e + 1]] -= slope;
      matrix[at[e + 2]] -= slope;
      matrix[at[e + 3]] += slope;
    }
  }

  /** Asks each law itself. @returns false where one is still not finite */
  private oneByOne(slopes: boolean): boolean {
    const { laws, size, controls, values, partials } = this;
    for (let n = 0; n < laws.length; n++) {
      const own = partials.subarray(n * size, (n + 1) * size);
      const { law, element } = laws[n].relation;
      const at = controls.subarray(n * size, (n + 1) * size);
      values[n] = slopes || law.value === undefined ? law.evaluate(at, own) : law.value(at);
      if (Number.isFinite(values[n]) && (!slopes || own.every(Number.isFinite))) continue;
      this.failingElement = element;
      return false;
    }
    return true;
  }
}

/** Of numbers that are all finite the sum times 0 is 0. */
function allFinite(values: Float64Array, partials: Float64Array): boolean {
  let none = 0;
  for (let k = 0; k < values.length; k++) none += 0 * values[k];
  for (let k = 0; k < partials.length; k++) none += 0 * partials[k];
  return none === 0;
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const whole = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}
