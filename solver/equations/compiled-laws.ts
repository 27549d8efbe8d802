import type { SharedArithmetic } from '../../circuits/netlist/index.js';
import type { CircuitEquations, ControlledRelation } from './circuit-equations.js';
import type { MatrixEntries, ValueIndexOf } from './matrix-entries.js';
import { controlPlaces, type PlacedLaw } from './placed-law.js';
import { SharedLaws } from './shared-laws.js';
import type { Unknowns } from './unknowns.js';

interface CompiledLaw extends PlacedLaw {
  readonly controls: Float64Array;
  readonly partials: Float64Array;
}

/** The controlled sources of a circuit, compiled to positions and entries of the matrix. */
export class CompiledLaws {
  private readonly entries: Int32Array;
  private valueIndex: Int32Array = new Int32Array(0);
  /** Name of the last element that gave a value that is not finite. */
  failingElement = '';
  /** What laws of the time see, s. */
  time_s = 0;
  /** All of them: `isNonlinear` asks. */
  private readonly placed: readonly PlacedLaw[];
  /** Those that share their arithmetic with others, and the rest. */
  private readonly groups: readonly SharedLaws[];
  private readonly laws: readonly CompiledLaw[];
  private readonly known: (row: number) => boolean;

  constructor(equations: CircuitEquations, unknowns: Unknowns, matrix: MatrixEntries) {
    const { first, position, controlledBranch } = unknowns;
    this.known = (row) => row > 0 && row < first;
    const entries: number[] = [];
    const place = (relation: ControlledRelation, add: number, take: number, sign: 1 | -1): PlacedLaw => {
      const places = controlPlaces(relation.controls, unknowns);
      const { plus, minus } = places;
      const firstEntry = entries.length;
      for (let k = 0; k < plus.length; k++) {
        for (const column of [plus[k], minus[k]]) {
          entries.push(matrix.add(add, column), matrix.add(take, column));
        }
      }
      return { relation, add, take, sign, places, firstEntry };
    };
    this.placed = [
      ...equations.controlledCurrents.map((r) => place(r, position[r.from], position[r.to], 1)),
      ...equations.controlledVoltages.map((r, k) => place(r, controlledBranch[k], 0, -1)),
    ];
    this.groups = groupsOf(this.placed, first);
    this.laws = this.placed
      .filter(({ relation }) => relation.law.shared === undefined)
      .map((law) => {
        const size = law.relation.controls.length;
        return { ...law, controls: new Float64Array(size), partials: new Float64Array(size) };
      });
    this.entries = Int32Array.from(entries);
  }

  /** The matrix is built: from here on values are written into it. */
  locate(valueIndexOf: ValueIndexOf): void {
    this.valueIndex = valueIndexOf(this.entries);
    for (const group of this.groups) group.locate(this.valueIndex);
  }

  get count(): number {
    return this.placed.length;
  }

  get isNonlinear(): boolean {
    return this.placed.some(({ relation }) => !relation.law.linear);
  }

  /**
   * Adds residuals and derivatives at x; false if a value is not finite.
   * @param knownAlone rows of unknowns are not looked at, and may be left out
   */
  stamp(
    x: Float64Array,
    residual: Float64Array,
    values: Float64Array,
    slopes = true,
    knownAlone = false,
  ): boolean {
    const at = this.valueIndex;
    for (const group of this.groups) {
      if (knownAlone && !group.reachesKnown) continue;
      if (group.stamp(x, this.time_s, residual, values, slopes)) continue;
      this.failingElement = group.failingElement;
      return false;
    }
    for (let n = 0; n < this.laws.length; n++) {
      const { relation, add, take, sign, places, firstEntry, controls, partials } = this.laws[n];
      if (knownAlone && !this.known(add) && !this.known(take)) continue;
      const { plus, minus, time } = places;
      const count = plus.length;
      for (let k = 0; k < count; k++) controls[k] = x[plus[k]] - x[minus[k]];
      for (let k = 0; k < time.length; k++) controls[time[k]] = this.time_s;
      const { law } = relation;
      const alone = !slopes && law.value !== undefined;
      const value = sign * (alone ? law.value!(controls) : law.evaluate(controls, partials));
      // Of numbers that are all finite the sum less itself is 0.
      let size = value;
      residual[add] += value;
      residual[take] -= value;
      for (let k = 0, e = firstEntry; slopes && k < count; k++, e += 4) {
        const slope = sign * partials[k];
        size += slope;
        values[at[e]] += slope;
        values[at[e + 1]] -= slope;
        values[at[e + 2]] -= slope;
        values[at[e + 3]] += slope;
      }
      if (size - size !== 0 && !allFinite(value, slopes ? partials : [])) {
        this.failingElement = relation.element;
        return false;
      }
    }
    return true;
  }
}

function groupsOf(laws: readonly PlacedLaw[], first: number): SharedLaws[] {
  const groups = new Map<SharedArithmetic, Record<1 | -1, PlacedLaw[]>>();
  for (const law of laws) {
    const { shared } = law.relation.law;
    if (shared === undefined) continue;
    const group = groups.get(shared.arithmetic) ?? { 1: [], [-1]: [] };
    groups.set(shared.arithmetic, group);
    group[law.sign].push(law);
  }
  return [...groups].flatMap(([arithmetic, bySign]) =>
    ([1, -1] as const)
      .filter((sign) => bySign[sign].length > 0)
      .map((sign) => new SharedLaws(arithmetic, sign, bySign[sign], first)),
  );
}

/** Looked at again one by one: sums of finite numbers may overflow. */
function allFinite(value: number, partials: ArrayLike<number>): boolean {
  let finite = Number.isFinite(value);
  for (let k = 0; k < partials.length; k++) finite &&= Number.isFinite(partials[k]);
  return finite;
}
