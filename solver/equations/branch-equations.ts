import type { CircuitEquations } from './circuit-equations.js';
import type { MatrixEntries, ValueIndexOf } from './matrix-entries.js';
import type { Unknowns } from './unknowns.js';

/**
 * The elements whose current is an unknown: voltage sources that were not eliminated, inductors (shorts), and outputs of
 * voltages that are steered. Each adds its current to two nodes and one equation v(plus) − v(minus) = value.
 */
export class BranchEquations {
  /** Four a branch. */
  private readonly entries: Int32Array;
  private valueIndex: Int32Array = new Int32Array(0);
  private readonly branch: Int32Array;
  private readonly plus: Int32Array;
  private readonly minus: Int32Array;
  /** Number of the independent source that says the value; −1 where the value is 0, or a law adds it. */
  private readonly source: Int32Array;

  constructor(equations: CircuitEquations, unknowns: Unknowns, matrix: MatrixEntries) {
    const { position, voltageBranch, fluxBranch, controlledBranch } = unknowns;
    const all = [
      ...equations.voltages.map((relation, k) => ({ relation, branch: voltageBranch[k], source: k })),
      ...equations.fluxes.map((relation, k) => ({ relation, branch: fluxBranch[k], source: -1 })),
      ...equations.controlledVoltages.map((relation, k) => ({
        relation,
        branch: controlledBranch[k],
        source: -1,
      })),
    ].filter(({ branch }) => branch >= 0);
    this.branch = Int32Array.from(all, ({ branch }) => branch);
    this.plus = Int32Array.from(all, ({ relation }) => position[relation.from]);
    this.minus = Int32Array.from(all, ({ relation }) => position[relation.to]);
    this.source = Int32Array.from(all, ({ source }) => source);
    this.entries = new Int32Array(4 * all.length);
    for (let k = 0; k < all.length; k++) {
      this.entries[4 * k] = matrix.add(this.plus[k], this.branch[k]);
      this.entries[4 * k + 1] = matrix.add(this.minus[k], this.branch[k]);
      this.entries[4 * k + 2] = matrix.add(this.branch[k], this.plus[k]);
      this.entries[4 * k + 3] = matrix.add(this.branch[k], this.minus[k]);
    }
  }

  /** The matrix is built: from here on values are written into it. */
  locate(valueIndexOf: ValueIndexOf): void {
    this.valueIndex = valueIndexOf(this.entries);
  }

  /** Adds the constant part of the Jacobian. */
  stamp(values: Float64Array): void {
    const at = this.valueIndex;
    for (let e = 0; e < at.length; e += 4) {
      values[at[e]] += 1;
      values[at[e + 1]] -= 1;
      values[at[e + 2]] += 1;
      values[at[e + 3]] -= 1;
    }
  }

  /** Adds currents and voltage equations at x to the residual. */
  addTo(residual: Float64Array, x: Float64Array, voltage_V: Float64Array, scale: number): void {
    for (let k = 0; k < this.branch.length; k++) {
      const b = this.branch[k];
      const plus = this.plus[k];
      const minus = this.minus[k];
      residual[plus] += x[b];
      residual[minus] -= x[b];
      residual[b] += x[plus] - x[minus];
      if (this.source[k] >= 0) residual[b] -= scale * voltage_V[this.source[k]];
    }
  }
}
