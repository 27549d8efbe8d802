import type { CrossbarCells, CrossbarDescription, CrossbarDrive } from '../../circuits/crossbar/index.js';
import { runError, type Status } from '../../core/index.js';
import { cellLaw, cellPoint } from './cell-law.js';
import { CellsCrossbar, type CellsSolution } from './cells-crossbar.js';
import { Crossbar } from './crossbar.js';
import type { CrossbarOptions } from './options.js';
import type { CrossbarSolution } from './solution.js';

/** What a read of the selected cell shows under one data pattern. */
export interface PatternRead {
  /** Current out of the selected bit line, A. */
  readonly sensed_A: number;
  /** Through the selected cell, A. */
  readonly cell_A: number;
}

/** Reads of one cell of an array whose other cells hold data. Patterns: the level of each cell, [rows × columns]. */
export interface PatternReads {
  /** @throws OhmpropError `crossbar.not-settled` */
  read(pattern: Uint8Array): PatternRead;
  /**
   * What each cell but the selected one would add to the sensed current of the last read if it alone were at another level, A,
   * [levels × rows × columns]: to first order, and of a single linear cell with the right sign.
   */
  gains_A(): Float64Array;
  close(): void;
}

/** An array of which one cell is read, its lines and its drive. */
export interface ReadCircuit extends Omit<CrossbarDescription, 'conductances_S'>, CrossbarOptions {
  readonly selected: { readonly row: number; readonly column: number };
  readonly drive: CrossbarDrive;
}

/** Cells that are conductances: level by level, [rows × columns], S. */
export class LinearReads implements PatternReads {
  private readonly crossbar: Crossbar;
  private present: Uint8Array;
  private last: CrossbarSolution | undefined;
  private sensed: CrossbarSolution | undefined;

  constructor(
    private readonly circuit: ReadCircuit,
    private readonly levels_S: readonly Float64Array[],
  ) {
    this.present = new Uint8Array(circuit.rows * circuit.columns);
    this.crossbar = new Crossbar({ ...circuit, conductances_S: levels_S[0] }, circuit);
  }

  read(pattern: Uint8Array): PatternRead {
    const { crossbar, present, levels_S } = this;
    const { drive, columns, selected } = this.circuit;
    const changed: number[] = [];
    for (let k = 0; k < pattern.length; k++) if (pattern[k] !== present[k]) changed.push(k);
    if (changed.length > 0)
      crossbar.update(
        changed,
        changed.map((k) => levels_S[pattern[k]][k]),
      );
    this.present = pattern.slice();
    const kept = this.last === undefined ? {} : { into: this.last };
    this.last = settledOnly(crossbar.solve(drive, kept));
    const at = selected.row * columns + selected.column;
    const v = this.last.wordVoltages_V[at] - this.last.bitVoltages_V[at];
    return {
      sensed_A: this.last.outputCurrents_A[selected.column],
      cell_A: v * crossbar.circuit.conductances_S[at],
    };
  }

  gains_A(): Float64Array {
    const { last, levels_S, present } = this;
    const { rows, columns } = this.circuit;
    const gains_A = new Float64Array(levels_S.length * rows * columns);
    if (last === undefined) return gains_A;
    this.sensed = settledOnly(
      this.crossbar.solve(sensedDrive(this.circuit), this.sensed === undefined ? {} : { into: this.sensed }),
    );
    for (const [level, values_S] of levels_S.entries()) {
      for (let k = 0; k < present.length; k++) {
        const v = last.wordVoltages_V[k] - last.bitVoltages_V[k];
        const more_A = (values_S[k] - levels_S[present[k]][k]) * v;
        gains_A[level * present.length + k] =
          -more_A * (this.sensed.wordVoltages_V[k] - this.sensed.bitVoltages_V[k]);
      }
    }
    return gains_A;
  }

  close(): void {
    this.crossbar.close();
  }
}

/** Cells that follow a model: the states of each level, [rows × columns]. */
export class ModelReads implements PatternReads {
  private readonly crossbar: CellsCrossbar;
  private tangents: Crossbar | undefined;
  private pattern: Uint8Array;
  private last: CellsSolution | undefined;
  private sensed: CrossbarSolution | undefined;

  constructor(
    private readonly circuit: ReadCircuit,
    private readonly cells: Omit<CrossbarCells, 'states'>,
    private readonly levels: readonly Float64Array[],
  ) {
    this.pattern = new Uint8Array(circuit.rows * circuit.columns);
    this.crossbar = new CellsCrossbar({ ...circuit, cells: { ...cells, states: levels[0] } }, circuit);
  }

  read(pattern: Uint8Array): PatternRead {
    const { crossbar, levels, last } = this;
    const { drive, columns, selected } = this.circuit;
    crossbar.setStates(Float64Array.from(pattern, (level, k) => levels[level][k]));
    this.pattern = pattern.slice();
    this.last = settledOnly(crossbar.solve(drive, last === undefined ? {} : { from: last, into: last }));
    return {
      sensed_A: this.last.outputCurrents_A[selected.column],
      cell_A: crossbar.current_A(this.last, drive, selected.row * columns + selected.column),
    };
  }

  gains_A(): Float64Array {
    const { last, levels, pattern, cells, circuit } = this;
    const { columns, drive } = circuit;
    const gains_A = new Float64Array(levels.length * pattern.length);
    if (last === undefined) return gains_A;
    const slopes_S = last.cellConductances_S();
    // lines that float stay somewhere, whatever their cells do
    const least_S = slopes_S.reduce((most, slope) => Math.max(most, 1e-12 * slope), Number.MIN_VALUE);
    const positive_S = slopes_S.map((slope) => Math.max(slope, least_S));
    if (this.tangents === undefined) {
      this.tangents = new Crossbar({ ...circuit, conductances_S: positive_S }, circuit);
    } else this.tangents.reload(positive_S);
    this.sensed = this.tangents.solve(
      sensedDrive(circuit),
      this.sensed === undefined ? {} : { into: this.sensed },
    );
    const law = cellLaw({ ...cells, states: levels[0] });
    const point = cellPoint();
    for (let k = 0; k < pattern.length; k++) {
      const [word_V, bit_V] = [last.wordVoltages_V[k], last.bitVoltages_V[k]];
      const gate_V = drive.gates_V?.[Math.floor(k / columns)] ?? 0;
      const at = (level: number) => {
        law.evaluate(word_V, bit_V, levels[level][k], gate_V, 0, point);
        return point.current_A;
      };
      const now_A = at(pattern[k]);
      const lost = this.sensed.wordVoltages_V[k] - this.sensed.bitVoltages_V[k];
      for (let level = 0; level < levels.length; level++) {
        if (level !== pattern[k]) gains_A[level * pattern.length + k] = -(at(level) - now_A) * lost;
      }
    }
    return gains_A;
  }

  close(): void {
    this.crossbar.close();
    this.tangents?.close();
  }
}

/** 1 V where the selected bit line is sensed: by reciprocity what a current into any node adds there. */
function sensedDrive({ rows, columns, selected }: ReadCircuit): CrossbarDrive {
  const columns_V = new Float64Array(columns);
  columns_V[selected.column] = 1;
  return { count: 1, rows_V: new Float64Array(rows), columns_V };
}

function settledOnly<T extends { readonly status: Status; readonly message: string }>(solution: T): T {
  if (solution.status !== 'settled') throw runError('crossbar.not-settled', solution.message);
  return solution;
}
