import type { CrossbarCircuit, SenseEnds } from '../../circuits/crossbar/index.js';
import { endConductance_S } from './scaling.js';

/** One direction of a crossbar whose lines are single nodes, and the lines across. */
interface MergedView {
  /** Merged lines, and lines across them. */
  readonly merged: number;
  readonly across: number;
  /** Where cell (merged k, across l) is in the conductances: k·mergedStride + l·acrossStride. */
  readonly mergedStride: number;
  readonly acrossStride: number;
  /** Terminal of each merged line: conductance (0 floating, Infinity pinned) and voltage. */
  readonly mergedEnd_S: (k: number) => number;
  readonly mergedEnd_V: (k: number) => number;
  /** Wire segments of the lines across, S; Infinity for none. */
  readonly acrossWire_S: number;
  /** Terminals of the lines across, at their first and last cell. */
  readonly acrossFirst_S: (l: number) => number;
  readonly acrossLast_S: (l: number) => number;
  readonly acrossEnd_V: (l: number) => number;
}

/** Bit-line voltages of a solved crossbar, and how well. */
export interface MergedSolution {
  /** Row-major [rows × columns], V. */
  readonly bit_V: Float64Array;
  readonly iterations: number;
  readonly kclResidual_A: number;
}

/**
 * Solves a crossbar in which the word lines or the bit lines have no wire resistance and are single nodes: conjugate
 * gradients on those nodes, the lines across eliminated exactly. Settles where relaxation between the two directions
 * is slow: drivers or sense ends as resistive as the cells.
 * @param row_V word-line driver voltages [rows], V
 * @param column_V voltages of the sense ends [columns], V
 */
export function solveMergedLines(
  circuit: CrossbarCircuit,
  row_V: (i: number) => number,
  column_V: (j: number) => number,
  tolerance: number,
): MergedSolution {
  const { rows, columns, wires } = circuit;
  const floatingRow = new Set(circuit.floatingRows);
  const floatingColumn = new Set(circuit.floatingColumns);
  const ends = circuit.driveBothEnds;
  const driver_S = endConductance_S(wires.row_ohm, wires.firstRow_ohm + wires.driver_ohm);
  const sense_S = endConductance_S(wires.column_ohm, wires.lastColumn_ohm + wires.sense_ohm);
  // both ends of an equipotential line are one terminal of twice the conductance
  if (wires.row_ohm === 0) {
    const senseAt = (end: SenseEnds) => (j: number) =>
      floatingColumn.has(j) || (circuit.senseEnds !== end && circuit.senseEnds !== 'both') ? 0 : sense_S;
    const solved = conjugateGradientsOnLines(
      circuit.conductances_S,
      {
        merged: rows,
        across: columns,
        mergedStride: columns,
        acrossStride: 1,
        mergedEnd_S: (i) => (floatingRow.has(i) ? 0 : (ends ? 2 : 1) * driver_S),
        mergedEnd_V: row_V,
        acrossWire_S: 1 / wires.column_ohm,
        acrossFirst_S: senseAt('first'),
        acrossLast_S: senseAt('last'),
        acrossEnd_V: column_V,
      },
      tolerance,
    );
    return { ...solved, bit_V: solved.across_V };
  }
  const senses = circuit.senseEnds === 'both' ? 2 : 1;
  const solved = conjugateGradientsOnLines(
    circuit.conductances_S,
    {
      merged: columns,
      across: rows,
      mergedStride: 1,
      acrossStride: columns,
      mergedEnd_S: (j) => (floatingColumn.has(j) ? 0 : senses * sense_S),
      mergedEnd_V: column_V,
      acrossWire_S: 1 / wires.row_ohm,
      acrossFirst_S: (i) => (floatingRow.has(i) ? 0 : driver_S),
      acrossLast_S: (i) => (ends && !floatingRow.has(i) ? driver_S : 0),
      acrossEnd_V: row_V,
    },
    tolerance,
  );
  const bit_V = new Float64Array(rows * columns);
  for (let i = 0; i < rows; i++) bit_V.set(solved.merged_V, i * columns);
  return { ...solved, bit_V };
}

interface LinesSolution {
  readonly merged_V: Float64Array;
  /** At the cells' places. */
  readonly across_V: Float64Array;
  readonly iterations: number;
  readonly kclResidual_A: number;
}

function conjugateGradientsOnLines(g: Float64Array, view: MergedView, tolerance: number): LinesSolution {
  const { merged, across } = view;
  const pinned = Array.from({ length: merged }, (_, k) => view.mergedEnd_S(k) === Number.POSITIVE_INFINITY);
  const end_S = Float64Array.from(pinned, (p, k) => (p ? 0 : view.mergedEnd_S(k)));
  const diagonal = Float64Array.from(end_S);
  for (let k = 0; k < merged; k++) {
    for (let l = 0; l < across; l++) diagonal[k] += g[k * view.mergedStride + l * view.acrossStride];
  }
  const lines = new AcrossLines(g, view);
  /** Net current into each free merged line, and the largest cell current met. */
  const into = new Float64Array(merged);
  const current = (x: Float64Array, sources: boolean): number => {
    let largest = 0;
    for (let k = 0; k < merged; k++) into[k] = end_S[k] * ((sources ? view.mergedEnd_V(k) : 0) - x[k]);
    for (let l = 0; l < across; l++) {
      lines.solve(l, x, sources);
      for (let k = 0; k < merged; k++) {
        const at = k * view.mergedStride + l * view.acrossStride;
        const cell = g[at] * (x[k] - lines.volts[at]);
        into[k] -= cell;
        largest = Math.max(largest, Math.abs(cell));
      }
    }
    for (let k = 0; k < merged; k++) if (pinned[k]) into[k] = 0;
    return largest;
  };
  const x = Float64Array.from(pinned, (p, k) => (p ? view.mergedEnd_V(k) : 0));
  let largest = current(x, true);
  const r = Float64Array.from(into);
  const p = new Float64Array(merged);
  let energy = 0;
  let iterations = 0;
  const most = () => r.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  while (iterations < 2 * merged + 20) {
    if (most() <= tolerance * largest) {
      // the recursive residual may have drifted: look at the true one
      largest = current(x, true);
      r.set(into);
      if (most() <= tolerance * largest) break;
      energy = 0;
    }
    let next = 0;
    for (let k = 0; k < merged; k++) if (diagonal[k] > 0) next += (r[k] * r[k]) / diagonal[k];
    const beta = energy > 0 ? next / energy : 0;
    energy = next;
    for (let k = 0; k < merged; k++) p[k] = (diagonal[k] > 0 ? r[k] / diagonal[k] : 0) + beta * p[k];
    current(p, false);
    let curvature = 0;
    for (let k = 0; k < merged; k++) curvature -= p[k] * into[k];
    if (!(curvature > 0)) break;
    const alpha = energy / curvature;
    for (let k = 0; k < merged; k++) {
      x[k] += alpha * p[k];
      r[k] += alpha * into[k];
    }
    iterations++;
  }
  largest = current(x, true);
  return {
    merged_V: x,
    across_V: lines.volts,
    iterations,
    kclResidual_A: into.reduce((a, b) => Math.max(a, Math.abs(b)), 0),
  };
}

/** The lines across, each solved exactly for given merged nodes; pivots as in the kernel's factor.ts. */
class AcrossLines {
  /** Voltages at the cells' places. */
  readonly volts: Float64Array;
  private readonly half: Float64Array;
  private readonly factor: Float64Array;

  constructor(
    private readonly g: Float64Array,
    private readonly view: MergedView,
  ) {
    this.volts = new Float64Array(g.length);
    this.half = new Float64Array(view.merged);
    this.factor = new Float64Array(view.merged);
  }

  solve(l: number, x: Float64Array, sources: boolean): void {
    const { g, view, volts, half, factor } = this;
    const { merged, mergedStride, acrossWire_S: wire } = view;
    const offset = l * view.acrossStride;
    const end_V = sources ? view.acrossEnd_V(l) : 0;
    const first_S = view.acrossFirst_S(l);
    const last_S = view.acrossLast_S(l);
    if (wire === Number.POSITIVE_INFINITY) {
      const ends_S = first_S + last_S;
      let sum_S = ends_S;
      let sum_A = ends_S * end_V;
      for (let k = 0; k < merged; k++) {
        const cell = g[k * mergedStride + offset];
        sum_S += cell;
        sum_A += cell * x[k];
      }
      const v = ends_S === Number.POSITIVE_INFINITY ? end_V : sum_S > 0 ? sum_A / sum_S : 0;
      for (let k = 0; k < merged; k++) volts[k * mergedStride + offset] = v;
      return;
    }
    let leak = first_S;
    let carried = first_S * end_V;
    for (let k = 0; k < merged; k++) {
      const cell = g[k * mergedStride + offset];
      const last = k === merged - 1;
      const delta = leak + cell + (last ? last_S : 0);
      const total = last ? delta : wire + delta;
      const inverse = total > 0 ? 1 / total : 0;
      half[k] = (carried + cell * x[k] + (last ? last_S * end_V : 0)) * inverse;
      factor[k] = wire * inverse;
      carried = wire * half[k];
      leak = delta * factor[k];
    }
    let v = 0;
    for (let k = merged - 1; k >= 0; k--) {
      v = half[k] + (k < merged - 1 ? factor[k] * v : 0);
      volts[k * mergedStride + offset] = v;
    }
  }
}
