import type { CrossbarCircuit } from '../../circuits/crossbar/index.js';
import { runError } from '../../core/index.js';
import { patternOfEntries, SparseLu } from '../sparse/index.js';
import { endConductance_S } from './scaling.js';

/**
 * The nodal equations of a whole crossbar, word and bit nodes, factored once by sparse LU (minimum degree order). Slow
 * to set up and indifferent to what is in the cells: for hundreds of shorts and the like. Wires must have resistance.
 */
export class DirectCrossbar {
  private readonly lu: SparseLu;
  private readonly cells: number;

  constructor(private readonly circuit: CrossbarCircuit) {
    const { rows, columns, conductances_S: g, wires } = circuit;
    this.cells = rows * columns;
    const size = 2 * this.cells;
    const diagonal = new Float64Array(size);
    const row: number[] = [];
    const column: number[] = [];
    const value: number[] = [];
    const join = (a: number, b: number, conductance_S: number) => {
      diagonal[a] += conductance_S;
      diagonal[b] += conductance_S;
      row.push(a, b);
      column.push(b, a);
      value.push(-conductance_S, -conductance_S);
    };
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const k = i * columns + j;
        if (g[k] > 0) join(2 * k, 2 * k + 1, g[k]);
        if (j > 0) join(2 * k, 2 * k - 2, 1 / wires.row_ohm);
        if (i > 0) join(2 * k + 1, 2 * (k - columns) + 1, 1 / wires.column_ohm);
      }
    }
    this.ends((node, end_S) => {
      diagonal[node] += end_S;
    });
    for (let k = 0; k < size; k++) {
      row.push(k);
      column.push(k);
      value.push(diagonal[k]);
    }
    const entries = patternOfEntries(size, row, column);
    const values = new Float64Array(entries.pattern.rowIndex.length);
    value.forEach((v, k) => {
      values[entries.valueIndex[k]] += v;
    });
    this.lu = new SparseLu(entries.pattern);
    if (this.lu.factor(values) >= 0) {
      throw runError(
        'crossbar.singular',
        'the crossbar cannot be factored: its cells differ by too many orders of magnitude',
      );
    }
  }

  /** Every terminal: its node, its conductance [S], and which line's source it hangs on. */
  private ends(visit: (node: number, end_S: number, line: 'row' | 'column', index: number) => void): void {
    const { rows, columns, wires } = this.circuit;
    const driver_S = endConductance_S(wires.row_ohm, wires.firstRow_ohm + wires.driver_ohm);
    const sense_S = endConductance_S(wires.column_ohm, wires.lastColumn_ohm + wires.sense_ohm);
    const floatingRow = new Set(this.circuit.floatingRows);
    const floatingColumn = new Set(this.circuit.floatingColumns);
    for (let i = 0; i < rows; i++) {
      if (floatingRow.has(i)) continue;
      visit(2 * i * columns, driver_S, 'row', i);
      if (this.circuit.driveBothEnds) visit(2 * (i * columns + columns - 1), driver_S, 'row', i);
    }
    for (let j = 0; j < columns; j++) {
      if (floatingColumn.has(j)) continue;
      if (this.circuit.senseEnds !== 'first') visit(2 * ((rows - 1) * columns + j) + 1, sense_S, 'column', j);
      if (this.circuit.senseEnds !== 'last') visit(2 * j + 1, sense_S, 'column', j);
    }
  }

  /** Bit-line voltages, row-major [rows × columns], V. */
  solve(row_V: (i: number) => number, column_V: (j: number) => number): Float64Array {
    const b = new Float64Array(2 * this.cells);
    this.ends((node, end_S, line, index) => {
      b[node] += end_S * (line === 'row' ? row_V(index) : column_V(index));
    });
    const x = this.lu.solve(b);
    return Float64Array.from({ length: this.cells }, (_, k) => x[2 * k + 1]);
  }
}
