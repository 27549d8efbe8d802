import {
  type EquationPart,
  type MatrixEntries,
  type StoredRelation,
  someKnown,
  type Unknowns,
  type ValueIndexOf,
} from '../equations/index.js';
import type { Stores } from './stores.js';

/** Whether a charge is a capacitance times the voltage that its current flows along. */
export function isCapacitance({ from, to, controls, law }: StoredRelation): boolean {
  const [control] = controls;
  return (
    law.linear && controls.length === 1 && 'plus' in control && control.plus === from && control.minus === to
  );
}

/** Linear capacitors, in arrays: a circuit may have a hundred thousand. */
export class LinearCharges implements EquationPart {
  readonly failingElement = '';
  readonly nonlinear = false;
  private readonly from: Int32Array;
  private readonly to: Int32Array;
  private readonly capacitance_F: Float64Array;
  private readonly first: number;
  private readonly initial_V: readonly (number | undefined)[];
  /** Those that stand for an integral in any unit. */
  private readonly integral: readonly boolean[];
  private readonly entries: Int32Array;
  private valueIndex: Int32Array = new Int32Array(0);

  constructor(
    relations: readonly StoredRelation[],
    private readonly stores: Stores,
    unknowns: Unknowns,
    matrix: MatrixEntries,
    integralNodes: ReadonlySet<number>,
  ) {
    const { position } = unknowns;
    this.integral = relations.map(({ from, to }) => to === 0 && integralNodes.has(from));
    const partial = new Float64Array(1);
    this.from = Int32Array.from(relations, (r) => position[r.from]);
    this.to = Int32Array.from(relations, (r) => position[r.to]);
    this.capacitance_F = Float64Array.from(relations, ({ law }) => {
      law.evaluate(new Float64Array(1), partial);
      return partial[0];
    });
    this.initial_V = relations.map(({ initial }) => initial);
    this.first = stores.names.length;
    for (const { element } of relations) stores.add(element);
    this.entries = matrix.addPairs(this.from, this.to);
  }

  get count(): number {
    return this.from.length;
  }

  locate(valueIndexOf: ValueIndexOf): void {
    this.valueIndex = valueIndexOf(this.entries);
  }

  reachesKnown(first: number): boolean {
    return someKnown(this.from, first) || someKnown(this.to, first);
  }

  /** Sets the scale of each, which stays. */
  begin(floor_V: number): void {
    const { capacitance_F, first, stores } = this;
    for (let k = 0; k < capacitance_F.length; k++) {
      stores.scale[first + k] = Math.abs(capacitance_F[k]);
      stores.floor[first + k] = this.integral[k] ? 0 : floor_V;
      stores.unitless[first + k] = this.integral[k] ? 1 : 0;
    }
  }

  evaluate(x: Float64Array): boolean {
    const { from, to, capacitance_F, first } = this;
    const { value } = this.stores;
    for (let k = 0; k < from.length; k++) value[first + k] = capacitance_F[k] * (x[from[k]] - x[to[k]]);
    return true;
  }

  /** Charges of capacitors that say at which voltage they start. */
  startCharged(): void {
    this.initial_V.forEach((voltage_V, k) => {
      if (voltage_V !== undefined) this.stores.value[this.first + k] = this.capacitance_F[k] * voltage_V;
    });
  }

  stamp(x: Float64Array, residual: Float64Array, values: Float64Array, slopes: boolean): number {
    const { from, to, capacitance_F, first, valueIndex: at } = this;
    const { value, predicted, alpha } = this.stores;
    for (let k = 0, e = 0; k < from.length; k++, e += 4) {
      const a = from[k];
      const b = to[k];
      const c = capacitance_F[k];
      const q = c * (x[a] - x[b]);
      value[first + k] = q;
      const i = alpha * (q - predicted[first + k]);
      residual[a] += i;
      residual[b] -= i;
      if (!slopes) continue;
      const g = alpha * c;
      values[at[e]] += g;
      values[at[e + 1]] += g;
      values[at[e + 2]] -= g;
      values[at[e + 3]] -= g;
    }
    return 0;
  }
}
