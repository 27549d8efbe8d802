import { type ElementPoint, elementPoint } from '../../devices/elements/index.js';
import { BranchEquations } from './branch-equations.js';
import type { CircuitEquations, TwoTerminalRelation } from './circuit-equations.js';
import { CompiledLaws } from './compiled-laws.js';
import { Conductances } from './conductances.js';
import type { LinearSystem } from './linear-system.js';
import { MatrixEntries, type ValueIndexOf } from './matrix-entries.js';
import { someKnown } from './placed-law.js';
import { Switches } from './switches.js';
import type { Unknowns } from './unknowns.js';

/** How far a continuation has come: everything at its full value is `{ scale: 1, shunt_S: 0 }`. */
export interface Continuation {
  /** Factor on all independent sources. */
  readonly scale: number;
  /** Conductance from every node to ground, or to its voltage in `anchor`, S. */
  readonly shunt_S: number;
  /** Voltages by position, V. */
  readonly anchor?: Float64Array;
}

export const fullCircuit: Continuation = { scale: 1, shunt_S: 0 };

/** Something that adds to the equations at rest: charges, fluxes and states that move, in a transient. */
export interface EquationPart {
  /** Name of the last element whose evaluation was not finite, or whose step was limited. */
  readonly failingElement: string;
  /** The matrix is built: from here on values are written into it. */
  locate(valueIndexOf: ValueIndexOf): void;
  /**
   * Adds residual and Jacobian at x.
   * @param slopes false: the Jacobian is not looked at, and may be left out
   * @returns how many elements were evaluated elsewhere than x has them, or −1 if something is not finite
   */
  stamp(x: Float64Array, residual: Float64Array, values: Float64Array, slopes: boolean): number;
  /** Whether it adds to a row from 1 to `first` − 1: those of known nodes other than ground. */
  reachesKnown(first: number): boolean;
}

/** What parts there are, and which two-terminals are theirs alone. */
export interface EquationParts {
  owns(relation: TwoTerminalRelation): boolean;
  partsOf(matrix: MatrixEntries, unknowns: Unknowns): readonly EquationPart[];
}

const atRest: EquationParts = { owns: () => false, partsOf: () => [] };

/**
 * The circuit's equations F(x) = 0 and their Jacobian, compiled to index arrays. Linear elements are stamped once and
 * again only when a value changes; nonlinear ones at every `assemble`.
 */
export class CircuitSystem {
  readonly system: LinearSystem;
  /** Kirchhoff's law at every unknown node (A), and the voltage equations of the branches (V). */
  readonly residual: Float64Array;
  /** They stand behind the linear two-terminals among the conductances: `turnSwitches`. */
  readonly switches: Switches;
  /** Values of independent sources, V and A. */
  readonly voltage_V: Float64Array;
  readonly current_A: Float64Array;
  readonly junctions: readonly TwoTerminalRelation[];
  /** State of each junction; may be changed between solves. */
  readonly junctionState: Float64Array;
  /** Voltage at which each junction was last evaluated, V. */
  readonly junctionVoltage_V: Float64Array;
  /** Name of the last element whose evaluation was not finite, or whose step was limited. */
  failingElement = '';

  private readonly conductances: Conductances;
  private readonly linear: readonly TwoTerminalRelation[];
  private linearNames: readonly string[] | undefined;
  private readonly junctionFrom: Int32Array;
  private readonly junctionTo: Int32Array;
  private readonly junctionIndex: Int32Array;
  private readonly currentFrom: Int32Array;
  private readonly currentTo: Int32Array;
  private readonly branches: BranchEquations;
  private readonly diagonalIndex: Int32Array;
  private readonly base: Float64Array;
  private readonly laws: CompiledLaws;
  private readonly parts: readonly EquationPart[];
  private readonly reachingParts: readonly EquationPart[];
  private readonly junctionsReachKnown: boolean;
  private readonly point: ElementPoint = elementPoint();
  private stale = true;

  constructor(
    readonly equations: CircuitEquations,
    readonly unknowns: Unknowns,
    parts: EquationParts = atRest,
  ) {
    const { position, first, length } = unknowns;
    const matrix = new MatrixEntries(first, length);
    const own = equations.twoTerminals.filter((r) => !parts.owns(r));
    const linear = own.filter((r) => r.model.linear);
    this.junctions = own.filter((r) => !r.model.linear);

    this.switches = new Switches(equations, unknowns);
    this.linear = linear;
    const conducting = [...linear, ...equations.switches];
    this.conductances = new Conductances(
      Int32Array.from(conducting, (r) => position[r.from]),
      Int32Array.from(conducting, (r) => position[r.to]),
      unknowns,
      matrix,
    );
    linear.forEach((relation, k) => {
      relation.model.evaluate(1, relation.state, this.point);
      this.conductance_S[k] = this.point.conductance_S;
    });
    this.setSwitches();

    this.junctionFrom = Int32Array.from(this.junctions, (r) => position[r.from]);
    this.junctionTo = Int32Array.from(this.junctions, (r) => position[r.to]);
    const junctionEntries = matrix.addPairs(this.junctionFrom, this.junctionTo);
    this.junctionState = Float64Array.from(this.junctions, (r) => r.state);
    this.junctionVoltage_V = new Float64Array(this.junctions.length);

    this.currentFrom = Int32Array.from(equations.currents, (r) => position[r.from]);
    this.currentTo = Int32Array.from(equations.currents, (r) => position[r.to]);
    this.current_A = Float64Array.from(equations.currents, (r) => r.source.dc);
    this.voltage_V = Float64Array.from(equations.voltages, (r) => r.source.dc);
    this.branches = new BranchEquations(equations, unknowns, matrix);
    this.laws = new CompiledLaws(equations, unknowns, matrix);
    this.parts = parts.partsOf(matrix, unknowns);
    const diagonal = position.slice(1).map((at) => matrix.add(at, at));

    const { system, valueIndexOf } = matrix.build();
    this.conductances.locate(valueIndexOf);
    this.junctionIndex = valueIndexOf(junctionEntries);
    this.diagonalIndex = valueIndexOf(diagonal);
    this.branches.locate(valueIndexOf);
    this.laws.locate(valueIndexOf);
    for (const part of this.parts) part.locate(valueIndexOf);
    this.system = system;
    this.base = new Float64Array(system.values.length);
    this.residual = new Float64Array(length);
    this.junctionsReachKnown = someKnown(this.junctionFrom, first) || someKnown(this.junctionTo, first);
    this.reachingParts = this.parts.filter((part) => part.reachesKnown(first));
  }

  /** Linear two-terminals: conductance of each, S. Call `touch()` after a change. */
  get conductance_S(): Float64Array {
    return this.conductances.value_S;
  }

  get isNonlinear(): boolean {
    return this.junctions.length > 0 || this.laws.isNonlinear;
  }

  /** What laws of the time see, s; 0 at an operating point. */
  set time_s(time_s: number) {
    this.laws.time_s = time_s;
  }

  /** A conductance has changed. */
  touch(): void {
    this.conductances.touch();
    this.stale = true;
  }

  /** Names of the linear two-terminals. A resistance inside an element goes by the name of the node that it leads to. */
  get conductanceNames(): readonly string[] {
    this.linearNames ??= this.linear.map(({ element, to }) => {
      const inner = this.equations.nodeNames[to];
      return inner.startsWith(`${element}#`) ? inner : element;
    });
    return this.linearNames;
  }

  /** Turns switches as x asks them to. @returns the last one that turned, −1: none */
  turnSwitches(x: Float64Array): number {
    const turned = this.switches.turn(x);
    if (turned >= 0) this.setSwitches();
    return turned;
  }

  /** All switches as they start. */
  resetSwitches(): void {
    this.switches.reset();
    this.setSwitches();
  }

  private setSwitches(): void {
    const first = this.conductance_S.length - this.switches.count;
    for (let k = 0; k < this.switches.count; k++)
      this.conductance_S[first + k] = this.switches.conductance_S(k);
    this.touch();
  }

  /** Sets the known positions of x from the sources. */
  setKnown(x: Float64Array, scale: number): void {
    const { known, position } = this.unknowns;
    for (const { source, near, node, sign } of known) {
      x[position[node]] = x[position[near]] + sign * scale * this.voltage_V[source];
    }
  }

  /** Starts every junction from the voltages of x, unlimited. */
  restartJunctions(x: Float64Array): void {
    for (let k = 0; k < this.junctions.length; k++) {
      this.junctionVoltage_V[k] = x[this.junctionFrom[k]] - x[this.junctionTo[k]];
    }
  }

  /**
   * Residual and Jacobian at x; rows of known nodes hold nothing of use.
   * @param slopes false: the residual alone; what stands in the matrix is of no use then
   * @returns how many junctions were evaluated elsewhere than x has them (limited), or −1 if something is not finite
   */
  assemble(x: Float64Array, continuation: Continuation, slopes = true): number {
    const values = this.system.values;
    const f = this.residual;
    if (this.stale) this.stampBase();
    if (slopes) values.set(this.base);
    f.fill(0);
    this.conductances.addTo(f, x);
    this.independentCurrents(continuation.scale);
    if (continuation.shunt_S > 0) this.shunt(x, continuation.shunt_S, continuation.anchor);
    const limited = this.junctionCurrents(x);
    this.branches.addTo(f, x, this.voltage_V, continuation.scale);
    if (this.laws.count > 0 && !this.laws.stamp(x, f, values, slopes)) {
      this.failingElement = this.laws.failingElement;
      return -1;
    }
    return this.parts.length === 0 || limited < 0 ? limited : this.partsAt(this.parts, x, limited, slopes);
  }

  /**
   * Kirchhoff's law at known nodes: what flows out of each through all but its sources, A, at their rows of `residual`. Rows of unknowns
   * hold nothing of use then.
   */
  assembleKnown(x: Float64Array): void {
    const { residual: f, system } = this;
    f.fill(0);
    this.conductances.addToKnown(f, x);
    this.independentCurrents(1);
    if (this.junctionsReachKnown) this.junctionCurrents(x);
    this.branches.addTo(f, x, this.voltage_V, 1);
    this.laws.stamp(x, f, system.values, false, true);
    this.partsAt(this.reachingParts, x, 0, false);
  }

  private partsAt(
    parts: readonly EquationPart[],
    x: Float64Array,
    limitedBefore: number,
    slopes: boolean,
  ): number {
    let limited = limitedBefore;
    for (const part of parts) {
      const found = part.stamp(x, this.residual, this.system.values, slopes);
      if (found !== 0) this.failingElement = part.failingElement;
      if (found < 0) return -1;
      limited += found;
    }
    return limited;
  }

  private stampBase(): void {
    const base = this.base;
    base.fill(0);
    this.conductances.stamp(base);
    this.branches.stamp(base);
    this.stale = false;
  }

  private independentCurrents(scale: number): void {
    const f = this.residual;
    for (let k = 0; k < this.current_A.length; k++) {
      const i = scale * this.current_A[k];
      f[this.currentFrom[k]] += i;
      f[this.currentTo[k]] -= i;
    }
  }

  private shunt(x: Float64Array, shunt_S: number, anchor: Float64Array | undefined): void {
    const { position } = this.unknowns;
    for (let node = 1; node < position.length; node++) {
      const at = position[node];
      this.residual[at] += shunt_S * (anchor === undefined ? x[at] : x[at] - anchor[at]);
      this.system.values[this.diagonalIndex[node - 1]] += shunt_S;
    }
  }

  private junctionCurrents(x: Float64Array): number {
    const f = this.residual;
    const values = this.system.values;
    const at = this.junctionIndex;
    const point = this.point;
    let limited = 0;
    for (let k = 0, e = 0; k < this.junctions.length; k++, e += 4) {
      const a = this.junctionFrom[k];
      const b = this.junctionTo[k];
      // Shorted, as the bulk junctions of most transistors are.
      if (a === b) continue;
      const model = this.junctions[k].model;
      const wanted = x[a] - x[b];
      let v = wanted;
      if (model.limit_V !== undefined) {
        v = model.limit_V(wanted, this.junctionVoltage_V[k]);
        if (v !== wanted) {
          limited++;
          this.failingElement = this.junctions[k].element;
        }
      }
      this.junctionVoltage_V[k] = v;
      model.evaluate(v, this.junctionState[k], point);
      const g = point.conductance_S;
      const i = point.current_A + g * (wanted - v);
      if (!Number.isFinite(i) || !Number.isFinite(g)) {
        this.failingElement = this.junctions[k].element;
        return -1;
      }
      f[a] += i;
      f[b] -= i;
      values[at[e]] += g;
      values[at[e + 1]] += g;
      values[at[e + 2]] -= g;
      values[at[e + 3]] -= g;
    }
    return limited;
  }
}
