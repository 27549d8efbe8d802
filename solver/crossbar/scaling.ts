import type { CrossbarWires } from '../../circuits/crossbar/index.js';

/**
 * The kernel's units (kernels/assembly/crossbar/layout.ts): wires have conductance 1, cells G' = σ·G, bit-line voltages
 * are kept as b/s. A wire of 0 Ω is taken as `IDEAL_OHM`: the drop along it is below the last bit of any voltage, and
 * the factors, which subtract nothing, keep their accuracy.
 */
export interface Scaling {
  /** Wire resistances with 0 replaced, Ω. */
  readonly row_ohm: number;
  readonly column_ohm: number;
  /** The best wire of a bit line that has a drop, Ω: a sense end may be nearer to its cell than the cells to each other. */
  readonly leastColumn_ohm: number;
  /** The same of a word line, whose driver may be nearer to its first cell. */
  readonly leastRow_ohm: number;
  /** √(row·column), Ω. */
  readonly sigma: number;
  /** √(column/row). */
  readonly s: number;
  /** Scaled conductance of a driver with its first wire segment, and of a sense end with its last; `PINNED` where both are 0. */
  readonly driver: number;
  readonly sense: number;
}

/**
 * Scaled conductance between a node and the source it sits on: beside it every other one is below the last bit. The kernel
 * leaves out Kirchhoff's law where a terminal is as good (kernels/assembly/crossbar/layout.ts).
 */
const PINNED = 1e30;

/** Ω; with 1e6 S cells and 1e4 lines the drop along it is still below 1e-16 of the voltage. */
const IDEAL_OHM = 1e-30;

export function scaleOf(wires: CrossbarWires): Scaling {
  const row_ohm = Math.max(wires.row_ohm, IDEAL_OHM);
  const column_ohm = Math.max(wires.column_ohm, IDEAL_OHM);
  const sense = endOf(wires.column_ohm, wires.lastColumn_ohm + wires.sense_ohm);
  const driver = endOf(wires.row_ohm, wires.firstRow_ohm + wires.driver_ohm);
  const nearest = (ohm: number, end: number) => (end > 1 && end < PINNED ? ohm / end : ohm);
  return {
    row_ohm,
    column_ohm,
    leastColumn_ohm: nearest(column_ohm, sense),
    leastRow_ohm: nearest(row_ohm, driver),
    sigma: Math.sqrt(row_ohm) * Math.sqrt(column_ohm),
    s: Math.sqrt(column_ohm / row_ohm),
    driver,
    sense,
  };
}

/** The end of a line with segments of `segment_ohm`. */
function endOf(segment_ohm: number, end_ohm: number): number {
  // a whole line is one node then, which its first and last wire of almost nothing holds
  if (segment_ohm === 0) return IDEAL_OHM / (IDEAL_OHM + end_ohm);
  return Math.min(PINNED, segment_ohm / end_ohm);
}

/** Conductance of the end of a line with segments of `segment_ohm`, S; Infinity where the whole line sits on its source. */
export function endConductance_S(segment_ohm: number, end_ohm: number): number {
  return segment_ohm === 0 ? 1 / end_ohm : Math.min(PINNED / segment_ohm, 1 / end_ohm);
}
