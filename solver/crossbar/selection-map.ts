import { type CrossbarDescription, describeCrossbar, schemeBiases } from '../../circuits/crossbar/index.js';
import { inputError, type Status, worseStatus } from '../../core/index.js';
import { solveCholesky } from '../dense/index.js';
import { Crossbar } from './crossbar.js';
import type { CrossbarOptions } from './options.js';

/** Which cells are selected, one at a time, and how. */
export interface SelectionMapProblem extends CrossbarDescription, CrossbarOptions {
  /** A scheme that selects one cell. */
  readonly scheme: keyof typeof schemeBiases;
  /** On the selected word line, V. */
  readonly selected_V: number;
  /** Told how many of how many solves are done. */
  readonly onSolved?: (done: number, all: number) => void;
}

/** Every cell of an array at the moment when it is the selected one. Arrays [rows × columns]; NaN on lines without a pad. */
export interface SelectionMap {
  /** Voltage across the cell, V, and the current through it, A. */
  readonly cell_V: Float64Array;
  readonly cell_A: Float64Array;
  /** Current out of the selected bit line, A: the cell's own and what reaches it by other ways. */
  readonly sensed_A: Float64Array;
  /** The worst of all line responses, and their largest net node current, A. */
  readonly status: Status;
  readonly message: string;
  readonly kclResidual_A: number;
  /** Line responses that were solved: word and bit lines, not cells. */
  readonly solves: number;
}

/** Node voltages of so many line responses are held at once. */
const CHUNK = 8;

/**
 * Selects every cell of a linear crossbar. The array is solved once a line, with 1 V on it and 0 V on all others; what any
 * selection does is a sum of these responses. With unselected lines floating, the two selected ones see the resistance
 * R = Z_ii + Z_jj − 2·Z_ij of the lines' admittance matrix turned round, and the others follow from its columns (Klein & Randić,
 * J. Math. Chem. 12, 1993).
 * @throws OhmpropError as `Crossbar` does, and `crossbar.lines` for floating lines with two pads
 */
export function mapSelections(problem: SelectionMapProblem): SelectionMap {
  const { scheme, selected_V, onSolved } = problem;
  const circuit = describeCrossbar(problem);
  const { rows, columns, conductances_S } = circuit;
  if (scheme === 'float' && (circuit.driveBothEnds || circuit.senseEnds === 'both')) {
    // two pads of a line that floats are not joined, and so no single terminal
    throw inputError(
      'crossbar.lines',
      'scheme float: maps of all selections are made of lines with one pad each; leave out pads at both ends, or solve single selections',
    );
  }
  const without = { row: new Set(circuit.floatingRows), column: new Set(circuit.floatingColumns) };
  const ports = [
    ...Array.from({ length: rows }, (_, i) => ({ row: i, column: -1 })).filter(
      ({ row }) => !without.row.has(row),
    ),
    ...Array.from({ length: columns }, (_, j) => ({ row: -1, column: j })).filter(
      ({ column }) => !without.column.has(column),
    ),
  ];
  const responses = new Responses(new Crossbar(problem, problem), rows, columns);
  const cell_V = new Float64Array(rows * columns);
  const sensed_A = new Float64Array(rows * columns);
  try {
    if (scheme === 'float') {
      const admittance_S = new Float64Array(ports.length ** 2);
      responses.each(ports, onSolved, 2, ({ at, rows_A, columns_A }) => {
        for (const [q, { row, column }] of ports.entries()) {
          admittance_S[q * ports.length + at] = row >= 0 ? rows_A[row] : -columns_A[column];
        }
      });
      const turned_ohm = inverse(admittance_S, ports.length);
      const portOf = { row: new Int32Array(rows).fill(-1), column: new Int32Array(columns).fill(-1) };
      for (const [q, { row, column }] of ports.entries()) {
        if (row >= 0) portOf.row[row] = q;
        else portOf.column[column] = q;
      }
      const z = (a: number, b: number) => turned_ohm[a * ports.length + b];
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) {
          const [a, b] = [portOf.row[i], portOf.column[j]];
          sensed_A[i * columns + j] =
            a < 0 || b < 0 ? Number.NaN : selected_V / (z(a, a) + z(b, b) - 2 * z(a, b));
        }
      }
      responses.each(ports, onSolved, 2, ({ at, cells_V }) => {
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            const k = i * columns + j;
            const [a, b] = [portOf.row[i], portOf.column[j]];
            // voltage of this line while (i, j) is selected, against a common ground that no cell sees
            if (a >= 0 && b >= 0) cell_V[k] += cells_V[k] * (z(at, a) - z(at, b)) * sensed_A[k];
            else cell_V[k] = Number.NaN;
          }
        }
      });
    } else {
      const { otherRows, selectedColumn, otherColumns } = schemeBiases[scheme];
      const base = { rows_V: otherRows * selected_V, columns_V: otherColumns * selected_V };
      const step = {
        row: (1 - otherRows) * selected_V,
        column: (selectedColumn - otherColumns) * selected_V,
      };
      responses.each(ports, onSolved, 1, ({ at, cells_V, columns_A }) => {
        const { row, column } = ports[at];
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            const k = i * columns + j;
            const volts =
              row >= 0
                ? base.rows_V + (row === i ? step.row : 0)
                : base.columns_V + (column === j ? step.column : 0);
            cell_V[k] += volts * cells_V[k];
            sensed_A[k] += volts * columns_A[j];
          }
        }
      });
      for (let k = 0; k < cell_V.length; k++) {
        if (!without.row.has(Math.floor(k / columns)) && !without.column.has(k % columns)) continue;
        cell_V[k] = Number.NaN;
        sensed_A[k] = Number.NaN;
      }
    }
  } finally {
    responses.crossbar.close();
  }
  const { status, message, kclResidual_A, solves } = responses;
  const cell_A = cell_V.map((v, k) => v * conductances_S[k]);
  return { cell_V, cell_A, sensed_A, status, message, kclResidual_A, solves };
}

/** What 1 V on one line does, 0 V on all others. */
interface Response {
  /** Place among the ports. */
  readonly at: number;
  readonly cells_V: Float64Array;
  /** Into word lines and out of bit lines, A. */
  readonly rows_A: Float64Array;
  readonly columns_A: Float64Array;
}

class Responses {
  status: Status = 'settled';
  message = '';
  kclResidual_A = 0;
  solves = 0;

  constructor(
    readonly crossbar: Crossbar,
    private readonly rows: number,
    private readonly columns: number,
  ) {}

  /** @param passes how often all ports are gone through, for what is told of the way */
  each(
    ports: readonly { readonly row: number; readonly column: number }[],
    onSolved: SelectionMapProblem['onSolved'],
    passes: number,
    visit: (response: Response) => void,
  ): void {
    const { rows, columns } = this;
    for (let first = 0; first < ports.length; first += CHUNK) {
      const some = ports.slice(first, first + CHUNK);
      const rows_V = new Float64Array(some.length * rows);
      const columns_V = new Float64Array(some.length * columns);
      for (const [p, { row, column }] of some.entries()) {
        if (row >= 0) rows_V[p * rows + row] = 1;
        else columns_V[p * columns + column] = 1;
      }
      const solved = this.crossbar.solve({ count: some.length, rows_V, columns_V });
      const worse = worseStatus(this.status, solved.status);
      if (this.message === '' || worse !== this.status) this.message = solved.message;
      this.status = worse;
      this.kclResidual_A = Math.max(this.kclResidual_A, solved.stats.kclResidual_A);
      this.solves += some.length;
      for (let p = 0; p < some.length; p++) {
        const part = (values: Float64Array, width: number) => values.subarray(p * width, (p + 1) * width);
        const bit_V = part(solved.bitVoltages_V, rows * columns);
        visit({
          at: first + p,
          cells_V: part(solved.wordVoltages_V, rows * columns).map((word_V, k) => word_V - bit_V[k]),
          rows_A: part(solved.rowCurrents_A, rows),
          columns_A: part(solved.outputCurrents_A, columns),
        });
      }
      onSolved?.(this.solves, passes * ports.length);
    }
  }
}

/** A generalised inverse of an admittance matrix, whose rows sum to 0: its last line grounded. */
function inverse(admittance_S: Float64Array, n: number): Float64Array {
  const m = n - 1;
  const inverse_ohm = new Float64Array(n * n);
  const reduced_S = new Float64Array(m * m);
  for (let a = 0; a < m; a++) {
    for (let b = 0; b < m; b++) {
      // symmetric but for rounding
      reduced_S[a * m + b] = (admittance_S[a * n + b] + admittance_S[b * n + a]) / 2;
    }
  }
  const factor = reduced_S;
  solveCholesky(factor, new Float64Array(m), m);
  const x = new Float64Array(m);
  for (let c = 0; c < m; c++) {
    // the factor is below the diagonal: forwards from the one place that is not 0, and backwards
    x.fill(0);
    for (let a = c; a < m; a++) {
      let sum = a === c ? 1 : 0;
      for (let k = c; k < a; k++) sum -= factor[a * m + k] * x[k];
      x[a] = sum / factor[a * m + a];
    }
    for (let a = m - 1; a >= 0; a--) {
      let sum = x[a];
      for (let k = a + 1; k < m; k++) sum -= factor[k * m + a] * x[k];
      x[a] = sum / factor[a * m + a];
    }
    for (let a = 0; a < m; a++) inverse_ohm[a * n + c] = x[a];
  }
  return inverse_ohm;
}
