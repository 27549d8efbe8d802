import { turnedBack } from '../../circuits/crossbar/index.js';
import type { CrossbarEffects } from './effects.js';
import type { ReadCrossbar } from './flags.js';

/** Results of a solver at the places of the array as it is drawn; with inputs on word lines they are there already. */
export interface AsDrawn {
  readonly rows: number;
  readonly columns: number;
  /** How the lines whose currents are the outputs are called. */
  readonly sensedName: 'bit line' | 'word line';
  /** Values of all cells, [count × rows × columns]. */
  readonly cells: (values: Float64Array) => Float64Array;
  /** Values of the sensed lines, [count × lines]. */
  readonly sensed: (values: Float64Array) => Float64Array;
  /** Values of the driven lines, [count × lines]. */
  readonly driven: (values: Float64Array) => Float64Array;
  /** Of what word and bit lines have, the drawn ones' in this order. */
  readonly lines: <T>(word: T, bit: T) => readonly [word: T, bit: T];
}

export function asDrawn({ description, turned }: ReadCrossbar): AsDrawn {
  if (turned === undefined) {
    const same = (values: Float64Array) => values;
    const { rows, columns } = description;
    return {
      rows,
      columns,
      sensedName: 'bit line',
      cells: same,
      sensed: same,
      driven: same,
      lines: (w, b) => [w, b],
    };
  }
  const { rows: columns, columns: rows } = turned.description;
  const reordered = (lines: number, from: (line: number) => number) => (values: Float64Array) =>
    values.map((_, k) => values[k - (k % lines) + from(k % lines)]);
  return {
    rows,
    columns,
    sensedName: 'word line',
    cells: (values) => turnedBack(values, turned),
    sensed: reordered(rows, turned.columnOf),
    driven: reordered(columns, turned.rowOf),
    lines: (w, b) => [b, w],
  };
}

/** The effects of wires at the places of the array as it is drawn. */
export function drawnEffects(effects: CrossbarEffects, { cells, sensed }: AsDrawn): CrossbarEffects {
  return {
    ...effects,
    cell_V: cells(effects.cell_V),
    current_A: cells(effects.current_A),
    drop_V: cells(effects.drop_V),
    sneakShare: cells(effects.sneakShare),
    output_A: sensed(effects.output_A),
    ideal_A: sensed(effects.ideal_A),
    outputError: sensed(effects.outputError),
  };
}
