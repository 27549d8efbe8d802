import {
  type ControlPlaces,
  controlPlaces,
  type EquationPart,
  type MatrixEntries,
  type StoredRelation,
  someKnown,
  type Unknowns,
  type ValueIndexOf,
} from '../equations/index.js';
import type { Stores } from './stores.js';

interface Capacitance {
  readonly relation: StoredRelation;
  readonly from: number;
  readonly to: number;
  readonly places: ControlPlaces;
  readonly controls: Float64Array;
  readonly partials: Float64Array;
}

/**
 * Capacitances that change with voltages other than their own: there is no charge that is a function of the voltages, only
 * one that is gathered along the way, q ← q + ½(C + C′)·(v′ − v) from step to step (Meyer, RCA Review 32:42, 1971; so SPICE).
 */
export class PathCharges implements EquationPart {
  failingElement = '';
  readonly nonlinear: boolean;
  private readonly all: readonly Capacitance[];
  private readonly first: number;
  private readonly entries: Int32Array;
  private valueIndex: Int32Array = new Int32Array(0);
  /** At the start of the step: charge, voltage, capacitance. */
  private readonly charge_C: Float64Array;
  private readonly voltage_V: Float64Array;
  private readonly capacitance_F: Float64Array;

  constructor(
    relations: readonly StoredRelation[],
    private readonly stores: Stores,
    unknowns: Unknowns,
    matrix: MatrixEntries,
  ) {
    const { position } = unknowns;
    this.all = relations.map((relation) => ({
      relation,
      from: position[relation.from],
      to: position[relation.to],
      places: controlPlaces(relation.controls, unknowns),
      controls: new Float64Array(relation.controls.length),
      partials: new Float64Array(relation.controls.length),
    }));
    this.first = stores.names.length;
    for (const { element } of relations) stores.add(element);
    const ends = (side: 'from' | 'to') => Int32Array.from(this.all, (one) => one[side]);
    this.entries = matrix.addPairs(ends('from'), ends('to'));
    this.nonlinear = relations.length > 0;
    this.charge_C = new Float64Array(relations.length);
    this.voltage_V = new Float64Array(relations.length);
    this.capacitance_F = new Float64Array(relations.length);
  }

  get count(): number {
    return this.all.length;
  }

  locate(valueIndexOf: ValueIndexOf): void {
    this.valueIndex = valueIndexOf(this.entries);
  }

  reachesKnown(first: number): boolean {
    return someKnown(Int32Array.from(this.all.flatMap((one) => [one.from, one.to])), first);
  }

  begin(floor_V: number): void {
    this.stores.floor.fill(floor_V, this.first, this.first + this.count);
  }

  private at({ relation, places, controls, partials }: Capacitance, x: Float64Array): number {
    const { plus, minus } = places;
    for (let k = 0; k < plus.length; k++) controls[k] = x[plus[k]] - x[minus[k]];
    return relation.law.evaluate(controls, partials);
  }

  evaluate(x: Float64Array): boolean {
    const { stores, first } = this;
    for (let k = 0; k < this.all.length; k++) {
      const one = this.all[k];
      const mean_F = 0.5 * (this.capacitance_F[k] + this.at(one, x));
      stores.value[first + k] = this.charge_C[k] + mean_F * (x[one.from] - x[one.to] - this.voltage_V[k]);
      stores.scale[first + k] = Math.abs(mean_F);
      if (!Number.isFinite(mean_F)) {
        this.failingElement = one.relation.element;
        return false;
      }
    }
    return true;
  }

  /** The step has come to x: the way goes on from there. */
  anchor(x: Float64Array): void {
    for (let k = 0; k < this.all.length; k++) {
      const one = this.all[k];
      this.charge_C[k] = this.stores.value[this.first + k];
      this.voltage_V[k] = x[one.from] - x[one.to];
      this.capacitance_F[k] = this.at(one, x);
    }
  }

  stamp(x: Float64Array, residual: Float64Array, values: Float64Array, slopes: boolean): number {
    const { stores, first, valueIndex: at } = this;
    const { alpha, predicted } = stores;
    for (let k = 0, e = 0; k < this.all.length; k++, e += 4) {
      const one = this.all[k];
      const mean_F = 0.5 * (this.capacitance_F[k] + this.at(one, x));
      const charge_C = this.charge_C[k] + mean_F * (x[one.from] - x[one.to] - this.voltage_V[k]);
      stores.value[first + k] = charge_C;
      const i = alpha * (charge_C - predicted[first + k]);
      if (!Number.isFinite(i)) {
        this.failingElement = one.relation.element;
        return -1;
      }
      residual[one.from] += i;
      residual[one.to] -= i;
      if (!slopes) continue;
      // The slope of the capacitance itself is small against 1/voltage step and left out, as in SPICE.
      const g = alpha * mean_F;
      values[at[e]] += g;
      values[at[e + 1]] += g;
      values[at[e + 2]] -= g;
      values[at[e + 3]] -= g;
    }
    return 0;
  }
}
