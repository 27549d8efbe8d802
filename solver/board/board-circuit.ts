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
    const n = this.nodes;
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
      solveCholesky(this.matrix, this.step_V, this.nodes);
      const largest = this.largestStep();
      if (!Number.isFinite(largest)) break;
      error = this.walk(error);
      if (largest < tolerance_V) {
        node_V.set(v);
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
    const { linear, injected_A, parts, nodes: n } = this;
    const { profile, nudgeConductance_S, leakage_A } = parts;
    const { sources, hidden } = profile;
    linear.fill(0);
    for (let i = 0; i < n; i++) {
      linear[i * n + i] = gmin_S;
      injected_A[i] = leakage_A[i];
    }
    for (let e = 0; e < profile.pots; e++) {
      const g = 1 / resistance_ohm[e];
      if (g === 0) continue;
      const from = profile.from(e);
      const b = profile.to(e) - sources;
      linear[b * n + b] += g;
      if (from < sources) {
        injected_A[b] += g * source_V[from];
        continue;
      }
      const a = from - sources;
      linear[a * n + a] += g;
      linear[a * n + b] -= g;
      linear[b * n + a] -= g;
    }
    for (let k = 0; k < profile.outputs; k++) {
      const g = nudgeConductance_S[k];
      injected_A[hidden + k] += g * source_V[sources + k];
      if (profile.nudgeLoads) linear[(hidden + k) * n + hidden + k] += g;
    }
  }

  /** Residual currents and Jacobian at node potentials; returns the sum of squared residuals, A². */
  private assemble(at_V: Float64Array): number {
    const { linear, matrix, residual_A, injected_A, nodes: n } = this;
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
