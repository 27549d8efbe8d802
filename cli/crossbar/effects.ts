import type { CrossbarCells, CrossbarDescription, CrossbarDrive } from '../../circuits/crossbar/index.js';
import { type CrossbarSolution, cellCurrents_A } from '../../solver/crossbar/index.js';

/** What wire resistance does to one input vector. Arrays over cells are row-major [rows × columns]. */
export interface CrossbarEffects {
  /** Voltage across each cell, V. */
  readonly cell_V: Float64Array;
  readonly current_A: Float64Array;
  /** What each cell lacks of the voltage between its two lines' ends, V; NaN on floating lines. */
  readonly drop_V: Float64Array;
  /** Share of each bit line's cell current that flows through this cell although the ideal product has none there, or the other way. */
  readonly sneakShare: Float64Array;
  /** [columns] */
  readonly output_A: Float64Array;
  readonly ideal_A: Float64Array;
  /** [columns], output over ideal less 1; NaN where the ideal is 0. */
  readonly outputError: Float64Array;
  /** Largest |drop|, V. */
  readonly worstDrop_V: number;
  /** Root mean square of the output error over the rms ideal output. */
  readonly relativeError: number;
  /** Mean and largest |output/ideal − 1| over the lines whose ideal is not 0; NaN where there is none. */
  readonly meanError: number;
  readonly largestError: number;
  /** Lines that these two leave out, as their ideal is 0. */
  readonly withoutIdeal: number;
  readonly power_W: number;
}

/**
 * Compares a solution with the ideal product Iⱼ = Σᵢ Gᵢⱼ (Vᵢ − Vⱼ) for input vector `input`.
 * @param models of cells that have some: the ideal is what they carry between the ends of their lines
 */
export function crossbarEffects(
  description: CrossbarDescription,
  drive: CrossbarDrive,
  solution: CrossbarSolution,
  input: number,
  models?: CrossbarCells,
): CrossbarEffects {
  const { rows, columns, conductances_S } = description;
  const cells = rows * columns;
  const floatingRow = new Set(description.floatingRows);
  const floatingColumn = new Set(description.floatingColumns);
  const cell_V = new Float64Array(cells);
  const current_A = new Float64Array(cells);
  const drop_V = new Float64Array(cells);
  const sneakShare = new Float64Array(cells);
  const ideal_A = new Float64Array(columns);
  const total_A = new Float64Array(columns);
  let worstDrop_V = 0;
  const solved_A = solution.deviceCurrents_A();
  const unloaded_A = models && cellCurrents_A(models, description, drive, input);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const k = i * columns + j;
      const at = input * cells + k;
      cell_V[k] = solution.wordVoltages_V[at] - solution.bitVoltages_V[at];
      current_A[k] = solved_A[at];
      total_A[j] += Math.abs(current_A[k]);
      const floating = floatingRow.has(i) || floatingColumn.has(j);
      const applied_V = drive.rows_V[input * rows + i] - (drive.columns_V?.[input * columns + j] ?? 0);
      drop_V[k] = floating ? Number.NaN : applied_V - cell_V[k];
      if (!floating) {
        ideal_A[j] += unloaded_A === undefined ? conductances_S[k] * applied_V : unloaded_A[k];
        worstDrop_V = Math.max(worstDrop_V, Math.abs(drop_V[k]));
      }
      const wanted = floating ? 0 : applied_V;
      if (current_A[k] * wanted <= 0) sneakShare[k] = Math.abs(current_A[k]);
    }
  }
  for (let k = 0; k < cells; k++) {
    const total = total_A[k % columns];
    sneakShare[k] = total > 0 ? sneakShare[k] / total : 0;
  }
  const output_A = solution.outputCurrents_A.slice(input * columns, (input + 1) * columns);
  const outputError = output_A.map((out, j) => (ideal_A[j] === 0 ? Number.NaN : out / ideal_A[j] - 1));
  const errors = outputError.filter((error) => !Number.isNaN(error)).map(Math.abs);
  const squares = (values: Float64Array) => values.reduce((sum, v) => sum + v * v, 0);
  return {
    cell_V,
    current_A,
    drop_V,
    sneakShare,
    output_A,
    ideal_A,
    outputError,
    worstDrop_V,
    relativeError: Math.sqrt(squares(output_A.map((out, j) => out - ideal_A[j])) / squares(ideal_A)),
    meanError: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    largestError: errors.length === 0 ? Number.NaN : errors.reduce((most, error) => Math.max(most, error), 0),
    withoutIdeal: columns - errors.length,
    power_W: solution.power_W[input],
  };
}
