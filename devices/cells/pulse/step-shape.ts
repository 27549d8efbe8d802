/**
 * How one pulse of one direction moves the state of a cell. The state w is the conductance in units of its range:
 * w = (G − G_min)/(G_max − G_min). Pure: one shape serves every cell.
 *
 * Promises, tested for every shape: `after(w, k)` equals k times `after(w, 1)` to 1e-12; a potentiating step is never
 * negative and a depressing one never positive for w in [0, 1].
 */
export interface StepShape {
  /** Signed change of w by one nominal pulse at w, before the bounds. */
  step(w: number): number;
  /** w after k ≥ 0 nominal pulses, clipped to [low, high] (0 and 1 when left out). */
  after(w: number, k: number, low?: number, high?: number): number;
  /**
   * Signed steps at evenly spaced states 0 … 1 with straight lines between them, which is how a kernel sees the shape:
   * exact for shapes that are piecewise linear, to `tabulationError` of the largest step otherwise.
   */
  readonly table: Float64Array;
  readonly tabulationError: number;
}

export function clip(w: number, low: number, high: number): number {
  return w < low ? low : w > high ? high : w;
}

/** k pulses one by one: for shapes whose map has no closed form. */
export function oneByOne(
  step: (w: number) => number,
  w: number,
  k: number,
  low: number,
  high: number,
): number {
  let x = w;
  for (let n = 0; n < k; n++) {
    const next = clip(x + step(x), low, high);
    if (next === x) return x;
    x = next;
  }
  return x;
}

/** Nodes of a tabulated curved shape: with 1024 intervals the error of a line is below f''/8·2⁻²⁰. */
const TABLE_NODES = 1025;

/** A curved step at evenly spaced states, and how far a line between them strays, relative to the largest step. */
export function tabulate(step: (w: number) => number): { table: Float64Array; tabulationError: number } {
  const table = Float64Array.from({ length: TABLE_NODES }, (_, i) => step(i / (TABLE_NODES - 1)));
  let largest = 0;
  let error = 0;
  for (let i = 0; i + 1 < TABLE_NODES; i++) {
    largest = Math.max(largest, Math.abs(table[i]), Math.abs(table[i + 1]));
    const middle = step((i + 0.5) / (TABLE_NODES - 1));
    error = Math.max(error, Math.abs(middle - 0.5 * (table[i] + table[i + 1])));
  }
  return { table, tabulationError: largest > 0 ? error / largest : 0 };
}
