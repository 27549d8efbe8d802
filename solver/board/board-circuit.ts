import { runError } from '../../core/index.js';
import type { BoardCircuit, BoardParts } from '../../devices/boards/index.js';
import { solveCholesky } from '../dense/index.js';
import { DiodeWithResistance } from './diode-with-resistance.js';

const maxIterations = 200;
/** Last Newton step, V. */
const tolerance_V = 1e-10;
/** Onto the diagonal, so that a node whose pots are all open still has a potential, S. */
const gmin_S = 1e-12;

interface NodeDiode {
  readonly node: number;
  /** +1: anode at the node. */
  readonly polarity: 1 | -1;
  readonly model: DiodeWithResistance;
}

/**
 * The board's network by nodal analysis: as many unknowns as hidden and output nodes, dense Cholesky, Newton on the
 * diodes from the last solution, with step halving. The Jacobian is symmetric and positive definite because every
 * element is passive and monotonic, so the operating point is unique.
 */
export class SolvedBoard implements BoardCircuit {
  readonly pots: number;
  readonly sources: number;
  readonly nodes: number;
  /** Newton iterations since construction. */
  iterations = 0;
  /** Nodes, then the inner side of every source that has a resistance. */
  readonly unknowns: number;
  /** Of every terminal of pots (sources, hidden nodes, outputs): which unknown its potential is, −1 where it is given. */
  private readonly unknownOf: Int32Array;
  private source_V: ArrayLike<number> = [];
  private readonly linear: Float64Array;
  private readonly injected_A: Float64Array;
  private readonly matrix: Float64Array;
  private readonly residual_A: Float64Array;
  private readonly step_V: Float64Array;
  private readonly v: Float64Array;
  private readonly trial_V: Float64Array;
  private readonly diodes: NodeDiode[] = [];

  constructor(readonly parts: BoardParts) {
    const { profile } = parts;
    this.pots = profile.pots;
    this.sources = profile.sources + profile.outputs;
    this.nodes = profile.hidden + profile.outputs;
    this.unknownOf = new Int32Array(profile.sources + this.nodes).fill(-1);
    let n = 0;
    for (let node = 0; node < this.nodes; node++) this.unknownOf[profile.sources + node] = n++;
    for (let s = 0; s < profile.sources; s++) {
      if (parts.sourceResistance_ohm[s] > 0) this.unknownOf[s] = n++;
    }
    this.unknowns = n;
    this.linear = new Float64Array(n * n);
    this.matrix = new Float64Array(n * n);
    this.injected_A = new Float64Array(n);
    this.residual_A = new Float64Array(n);
    this.step_V = new Float64Array(n);
    this.v = new Float64Array(n);
    this.trial_V = new Float64Array(n);
    for (let j = 0; j < profile.hidden; j++) {
      for (const [d, polarity] of profile.diodes(j).entries()) {
        this.diodes.push({ node: j, polarity, model: new DiodeWithResistance(parts.diodes[j][d]) });
      }
    }
  }

  solve(resistance_ohm: Float64Array, source_V: Float64Array, node_V: Float64Array): void {
    this.assembleLinear(resistance_ohm, source_V);
    const { v } = this;
    let error = this.assemble(v);
    for (let iteration = 0; iteration < maxIterations; iteration++) {
      this.iterations++;
      this.step_V.set(this.residual_A);
      solveCholesky(this.matrix, this.step_V, this.unknowns);
      const largest = this.largestStep();
      if (!Number.isFinite(largest)) break;
      error = this.walk(error);
      if (largest < tolerance_V) {
        node_V.set(v.subarray(0, this.nodes));
        return;
      }
    }
    // The next solve starts from nothing rather than from where this one strayed.
    v.fill(0);
    for (const diode of this.diodes) diode.model.reset();
    throw runError(
      'board.circuit',
      `the ${this.parts.profile.name} board's circuit found no operating point in ${maxIterations} iterations; look for a source or a resistance that is not a number`,
    );
  }

  /**
   * How the operating point of the last `solve` answers small currents: V a node gains for each A into an unknown,
   * `[nodes × unknowns]`; the first unknowns are the nodes. By reciprocity also what an A into the node does there.
   */
  responses(): Float64Array {
    const { nodes, unknowns, matrix, v } = this;
    const out = new Float64Array(nodes * unknowns);
    this.assemble(v);
    const slopes = matrix.slice();
    for (let node = 0; node < nodes; node++) {
      matrix.set(slopes);
      const row = out.subarray(node * unknowns, (node + 1) * unknowns);
      row[node] = 1;
      solveCholesky(matrix, row, unknowns);
    }
    return out;
  }

  /** Where a terminal of pots stands after the last `solve`, V, and which unknown that is, −1 where it was given. */
  terminal(terminal: number): { readonly unknown: number; readonly at_V: number } {
    const unknown = this.unknownOf[terminal];
    return { unknown, at_V: unknown < 0 ? this.source_V[terminal] : this.v[unknown] };
  }

  /** Takes the Newton step, halved until the currents' error falls. Returns the error there. */
  private walk(error: number): number {
    const { v, trial_V, step_V } = this;
    for (let share = 1; ; share /= 2) {
      for (let i = 0; i < v.length; i++) trial_V[i] = v[i] - share * step_V[i];
      const next = this.assemble(trial_V);
      if (next <= error || next < 1e-16 || share < 1e-3) {
        v.set(trial_V);
        return next;
      }
    }
  }

  private largestStep(): number {
    let largest = 0;
    for (const step of this.step_V) {
      const size = Math.abs(step);
      if (!(size <= largest)) largest = size;
    }
    return largest;
  }

  /** Conductances and currents that do not depend on node potentials. */
  private assembleLinear(resistance_ohm: Float64Array, source_V: Float64Array): void {
    const { linear, injected_A, parts, nodes, unknowns: n, unknownOf } = this;
    const { profile, nudgeConductance_S, nudgeLoad_S, leakage_A, sourceResistance_ohm } = parts;
    const { sources, hidden } = profile;
    this.source_V = source_V;
    linear.fill(0);
    injected_A.fill(0);
    for (let i = 0; i < nodes; i++) {
      linear[i * n + i] = gmin_S;
      injected_A[i] = leakage_A[i];
    }
    for (let s = 0; s < sources; s++) {
      const u = unknownOf[s];
      if (u < 0) continue;
      const g = 1 / sourceResistance_ohm[s];
      linear[u * n + u] = g;
      injected_A[u] = g * source_V[s];
    }
    for (let e = 0; e < profile.pots; e++) {
      const g = 1 / resistance_ohm[e];
      if (g === 0) continue;
      const from = profile.from(e);
      const a = unknownOf[from];
      const b = unknownOf[profile.to(e)];
      linear[b * n + b] += g;
      if (a < 0) {
        injected_A[b] += g * source_V[from];
        continue;
      }
      linear[a * n + a] += g;
      linear[a * n + b] -= g;
      linear[b * n + a] -= g;
    }
    for (let k = 0; k < profile.outputs; k++) {
      injected_A[hidden + k] += nudgeConductance_S[k] * source_V[sources + k];
      linear[(hidden + k) * n + hidden + k] += nudgeLoad_S[k];
    }
  }

  /** Residual currents and Jacobian at node potentials; returns the sum of squared residuals, A². */
  private assemble(at_V: Float64Array): number {
    const { linear, matrix, residual_A, injected_A, unknowns: n } = this;
    matrix.set(linear);
    for (let i = 0; i < n; i++) {
      let current = -injected_A[i];
      for (let j = 0; j < n; j++) current += linear[i * n + j] * at_V[j];
      residual_A[i] = current;
    }
    const { middle_V } = this.parts;
    for (const { node, polarity, model } of this.diodes) {
      model.evaluate(polarity * (at_V[node] - middle_V));
      residual_A[node] += polarity * model.current_A;
      matrix[node * n + node] += model.conductance_S;
    }
    let error = 0;
    for (let i = 0; i < n; i++) error += residual_A[i] * residual_A[i];
    return error;
  }
}
