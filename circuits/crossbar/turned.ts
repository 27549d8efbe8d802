import { inputError } from '../../core/index.js';
import { mirrored } from '../../devices/elements/index.js';
import type { CrossbarCells } from './cells.js';
import type { CrossbarDescription, CrossbarWires, SenseEnds } from './description.js';

/** Drawn with its driven lines as word lines: what is driven through the bit lines is the same circuit, turned. */
export interface TurnedCrossbar {
  readonly description: CrossbarDescription;
  /** The turned word line of a bit line, and the other way. */
  readonly rowOf: (column: number) => number;
  /** The turned bit line of a word line, and the other way. */
  readonly columnOf: (row: number) => number;
}

/** What a turned crossbar needs of a description: nothing left out that turns. */
type Whole = CrossbarDescription & { readonly wires: CrossbarWires };

/**
 * The same array and pads with inputs on the bit lines: these are driven at the ends where they are sensed otherwise, word lines are
 * sensed where they are driven. Solvers know driven word lines alone, so lines change places, and their order turns where the pads lie
 * at the other end: a transposed matrix by itself is another circuit, as wires lie before other cells.
 */
export function turnCrossbar(circuit: Whole): TurnedCrossbar {
  const { rows, columns, conductances_S, wires } = circuit;
  const pads: SenseEnds = circuit.senseEnds ?? 'last';
  const rowOf = (column: number) => columns - 1 - column;
  const columnOf = pads === 'first' ? (row: number) => row : (row: number) => rows - 1 - row;
  const turned_S = new Float64Array(conductances_S.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      turned_S[rowOf(j) * rows + columnOf(i)] = conductances_S[i * columns + j];
    }
  }
  return {
    rowOf,
    columnOf,
    description: {
      rows: columns,
      columns: rows,
      conductances_S: turned_S,
      wires: {
        row_ohm: wires.column_ohm,
        column_ohm: wires.row_ohm,
        firstRow_ohm: wires.lastColumn_ohm,
        lastColumn_ohm: wires.firstRow_ohm,
        driver_ohm: wires.driver_ohm,
        sense_ohm: wires.sense_ohm,
      },
      driveBothEnds: pads === 'both',
      senseEnds: circuit.driveBothEnds ? 'both' : 'last',
      floatingRows: (circuit.floatingColumns ?? []).map(rowOf),
      floatingColumns: (circuit.floatingRows ?? []).map(columnOf),
    },
  };
}

/**
 * Cells with models of a turned crossbar: what led from word to bit line leads the other way.
 * @throws OhmpropError `crossbar.cells` for transistors, whose gate lines go along the drawn word lines
 */
export function turnCells(
  { model, states, selector, transistor }: CrossbarCells,
  turned: TurnedCrossbar,
): CrossbarCells {
  if (transistor !== undefined) {
    throw inputError(
      'crossbar.cells',
      'inputs on the bit lines: gate lines of transistors go along the word lines, so such cells are driven on their rows alone',
    );
  }
  const { rows: columns, columns: rows } = turned.description;
  const moved = new Float64Array(states.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      moved[turned.rowOf(j) * rows + turned.columnOf(i)] = states[i * columns + j];
    }
  }
  return {
    model: mirrored(model),
    states: moved,
    ...(selector === undefined ? {} : { selector: mirrored(selector) }),
  };
}

/**
 * Values of the turned cells at their places in the array as it is drawn.
 * @param values [count × turned rows × turned columns]
 * @returns [count × rows × columns]
 */
export function turnedBack(values: Float64Array, turned: TurnedCrossbar): Float64Array {
  const { rows: columns, columns: rows } = turned.description;
  const cells = rows * columns;
  const back = new Float64Array(values.length);
  for (let first = 0; first < values.length; first += cells) {
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        back[first + i * columns + j] = values[first + turned.rowOf(j) * rows + turned.columnOf(i)];
      }
    }
  }
  return back;
}
