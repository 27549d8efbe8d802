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
  /** √(row·column), Ω. */
  readonly sigma: number;
  /** √(column/row). */
  readonly s: number;
  /** Scaled conductance of a driver with its first wire segment, and of a sense end with its last. */
  readonly driver: number;
  readonly sense: number;
}

/** Ω; with 1e6 S cells and 1e4 lines the drop along it is still below 1e-16 of the voltage. */
const IDEAL_OHM = 1e-30;

export function scaleOf(wires: CrossbarWires): Scaling {
  const row_ohm = Math.max(wires.row_ohm, IDEAL_OHM);
  const column_ohm = Math.max(wires.column_ohm, IDEAL_OHM);
  return {
    row_ohm,
    column_ohm,
    sigma: Math.sqrt(row_ohm) * Math.sqrt(column_ohm),
    s: Math.sqrt(column_ohm / row_ohm),
    driver: row_ohm / (row_ohm + wires.driver_ohm),
    sense: column_ohm / (column_ohm + wires.sense_ohm),
  };
}
