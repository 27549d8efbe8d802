import { applyScheme, type schemeBiases } from '../../circuits/crossbar/index.js';
import { type Status, worseStatus } from '../../core/index.js';
import { CellsCrossbar, type CellsDescription, type CellsSolution } from './cells-crossbar.js';
import type { CrossbarOptions } from './options.js';
import type { SelectionMap } from './selection-map.js';

/** Which cells are selected, one at a time, and how. */
export interface CellsSelectionMapProblem extends CellsDescription, CrossbarOptions {
  /** A scheme that selects one cell. */
  readonly scheme: keyof typeof schemeBiases;
  /** On the selected word line, V. */
  readonly selected_V: number;
  /** Of cells with transistors: what opens those of the selected word line, V; 0 V on the others. */
  readonly gate_V?: number;
  /** Told how many of how many selections are done. */
  readonly onSolved?: (done: number, all: number) => void;
}

/**
 * Selects every cell of a crossbar whose cells have models: a solve of its own each, as nothing can be superposed, from the voltages of
 * the selection before.
 * @throws OhmpropError as `CellsCrossbar` does
 */
export function mapCellSelections(problem: CellsSelectionMapProblem): SelectionMap {
  const { rows, columns, scheme, selected_V, gate_V, onSolved } = problem;
  const crossbar = new CellsCrossbar(problem, problem);
  const without = { row: new Set(problem.floatingRows), column: new Set(problem.floatingColumns) };
  const cell_V = new Float64Array(rows * columns).fill(Number.NaN);
  const cell_A = cell_V.slice();
  const sensed_A = cell_V.slice();
  let status: Status = 'settled';
  let message = '';
  let kclResidual_A = 0;
  let solves = 0;
  const inputs_V = new Float64Array(rows).fill(selected_V);
  let last: CellsSolution | undefined;
  try {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const k = row * columns + column;
        if (!without.row.has(row) && !without.column.has(column)) {
          const { floatingRows, floatingColumns, ...drive } = applyScheme(scheme, {
            rows,
            columns,
            inputs_V,
            count: 1,
            selected: { row, column },
            ...(gate_V === undefined ? {} : { gate_V }),
          });
          if (scheme === 'float') {
            crossbar.setFloating([...without.row, ...floatingRows], [...without.column, ...floatingColumns]);
          }
          const from = last === undefined || column === 0 ? {} : { from: last };
          const solved = crossbar.solve(drive, { ...from, ...(last === undefined ? {} : { into: last }) });
          last = solved;
          cell_V[k] = solved.wordVoltages_V[k] - solved.bitVoltages_V[k];
          cell_A[k] = crossbar.current_A(solved, drive, k);
          sensed_A[k] = solved.outputCurrents_A[column];
          const worse = worseStatus(status, solved.status);
          if (message === '' || worse !== status) message = solved.message;
          status = worse;
          kclResidual_A = Math.max(kclResidual_A, solved.stats.kclResidual_A);
          solves++;
        }
        onSolved?.(k + 1, rows * columns);
      }
    }
  } finally {
    crossbar.close();
  }
  return { cell_V, cell_A, sensed_A, status, message, kclResidual_A, solves };
}
