import type { Law } from '../../circuits/netlist/index.js';
import type {
  EquationPart,
  MatrixEntries,
  NumberedControl,
  Unknowns,
  ValueIndexOf,
} from '../equations/index.js';
import { type ControlPlaces, controlPlaces, someKnown } from '../equations/index.js';
import type { Stores } from './stores.js';

/** A stored quantity whose rate goes into one or two equations. */
export interface StoredLaw {
  readonly element: string;
  readonly controls: readonly NumberedControl[];
  readonly law: Law;
  /** Rows that its rate is added to and taken from. */
  readonly add: number;
  readonly take: number;
  /** −1 for a flux: its branch reads v(plus) − v(minus) − dφ/dt. */
  readonly sign: 1 | -1;
  /** Its rate is what is asked for: `ddt()`. */
  readonly asRate?: boolean;
  /** Of a charge: the voltage at which it starts, V. */
  readonly initial_V?: number;
}

interface CompiledStore extends StoredLaw {
  readonly places: ControlPlaces;
  readonly firstEntry: number;
  readonly values: Float64Array;
  readonly partials: Float64Array;
}

/** Charges and fluxes that follow any law of voltages, currents and the time. */
export class StoredLaws implements EquationPart {
  failingElement = '';
  /** What laws of the time see, s. */
  time_s = 0;
  readonly nonlinear: boolean;
  private readonly laws: CompiledStore[];
  private readonly entries: Int32Array;
  private readonly first: number;
  private valueIndex: Int32Array = new Int32Array(0);

  constructor(
    laws: readonly StoredLaw[],
    private readonly stores: Stores,
    unknowns: Unknowns,
    matrix: MatrixEntries,
  ) {
    const entries: number[] = [];
    this.first = stores.names.length;
    this.laws = laws.map((stored) => {
      stores.add(stored.element);
      const places = controlPlaces(stored.controls, unknowns);
      const firstEntry = entries.length;
      for (let k = 0; k < places.plus.length; k++) {
        for (const column of [places.plus[k], places.minus[k]]) {
          entries.push(matrix.add(stored.add, column), matrix.add(stored.take, column));
        }
      }
      const size = stored.controls.length;
      const [values, partials] = [new Float64Array(size), new Float64Array(size)];
      return { ...stored, places, firstEntry, values, partials };
    });
    this.entries = Int32Array.from(entries);
    this.nonlinear = laws.some(({ law }) => !law.linear);
  }

  get count(): number {
    return this.laws.length;
  }

  locate(valueIndexOf: ValueIndexOf): void {
    this.valueIndex = valueIndexOf(this.entries);
  }

  reachesKnown(first: number): boolean {
    return someKnown(Int32Array.from(this.laws.flatMap((one) => [one.add, one.take])), first);
  }

  begin(floor_V: number, floor_A: number): void {
    this.laws.forEach(({ sign, asRate }, k) => {
      this.stores.asRate[this.first + k] = asRate ? 1 : 0;
      this.stores.floor[this.first + k] = sign > 0 ? floor_V : floor_A;
    });
  }

  evaluate(x: Float64Array): boolean {
    const { stores, first } = this;
    for (let n = 0; n < this.laws.length; n++) {
      const { law, places, values, partials, element } = this.laws[n];
      const value = this.at(law, places, x, values, partials);
      stores.value[first + n] = value;
      let scale = 0;
      for (const slope of partials) scale += Math.abs(slope);
      stores.scale[first + n] = scale;
      if (!Number.isFinite(value + scale)) {
        this.failingElement = element;
        return false;
      }
    }
    return true;
  }

  /** Charges that say at which voltage they start. */
  startCharged(): void {
    this.laws.forEach(({ initial_V, law, values, partials }, n) => {
      if (initial_V === undefined) return;
      values.fill(initial_V);
      this.stores.value[this.first + n] = law.evaluate(values, partials);
    });
  }

  private at(
    law: Law,
    { plus, minus, time }: ControlPlaces,
    x: Float64Array,
    values: Float64Array,
    partials: Float64Array,
  ): number {
    for (let k = 0; k < plus.length; k++) values[k] = x[plus[k]] - x[minus[k]];
    for (const k of time) values[k] = this.time_s;
    return law.evaluate(values, partials);
  }

  stamp(x: Float64Array, residual: Float64Array, matrix: Float64Array, slopes: boolean): number {
    const { stores, first, valueIndex: at } = this;
    const { alpha, predicted } = stores;
    for (let n = 0; n < this.laws.length; n++) {
      const { law, places, values, partials, add, take, sign, firstEntry, element } = this.laws[n];
      const value = this.at(law, places, x, values, partials);
      stores.value[first + n] = value;
      const rate = sign * alpha * (value - predicted[first + n]);
      residual[add] += rate;
      residual[take] -= rate;
      let finite = Number.isFinite(rate);
      for (let k = 0, e = firstEntry; slopes && k < partials.length; k++, e += 4) {
        const slope = sign * alpha * partials[k];
        finite &&= Number.isFinite(slope);
        matrix[at[e]] += slope;
        matrix[at[e + 1]] -= slope;
        matrix[at[e + 2]] -= slope;
        matrix[at[e + 3]] += slope;
      }
      if (!finite) {
        this.failingElement = element;
        return -1;
      }
    }
    return 0;
  }
}
