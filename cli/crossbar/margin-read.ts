import { type ReadMargin, readMargin } from '../../solver/crossbar/index.js';
import { wiresOf } from './lines.js';
import type { ReadMarginCells } from './margin-cells.js';
import type { MarginOptions } from './margin-options.js';

/** A cell, from 0. */
export type Place = readonly [row: number, column: number];

/** The cell with the longest wires: read through all of its bit line, driven through all of its word line. */
export function farthest({ driveBothEnds, senseEnds }: MarginOptions, rows: number, columns: number): Place {
  return [
    senseEnds === 'last' ? 0 : senseEnds === 'first' ? rows - 1 : rows >> 1,
    driveBothEnds ? columns >> 1 : columns - 1,
  ];
}

/** The margin of one cell of an array as the flags describe it. */
export function marginAt(
  given: MarginOptions,
  [rows, columns]: readonly [number, number],
  [row, column]: Place,
  cells: ReadMarginCells,
  onRead: (reads: number) => void,
): ReadMargin {
  return readMargin({
    rows,
    columns,
    cells: cells.of(rows, columns),
    wires: wiresOf(given),
    driveBothEnds: given.driveBothEnds,
    senseEnds: given.senseEnds,
    floatingRows: given.floatRows,
    floatingColumns: given.floatCols,
    scheme: given.scheme,
    read_V: given.voltage,
    selected: { row, column },
    most: given.patterns,
    tolerance: given.tolerance,
    onRead,
    ...(given.seed === undefined ? {} : { seed: given.seed }),
    ...(given.gate === undefined ? {} : { gate_V: given.gate }),
  });
}

/** JSON has no word for a number that is none. */
export const orNull = (value: number) => (Number.isNaN(value) ? null : value);
/** How many patterns stand behind a worst one. */
export const triedText = (all: boolean, tried: number) =>
  all ? `the worst of all ${tried} pattern${tried === 1 ? '' : 's'}` : `worst of ${tried} tried`;
/** Below it no threshold tells on from off. */
export const apartText = (margin: number) => (margin > 0 ? '' : ': no threshold tells on from off');

/** Numbers of a margin, by names with units. */
export function marginJson({ on, off, margin, ratio, swing, sneakShareOn, sneakShareOff }: ReadMargin) {
  return {
    margin: orNull(margin),
    ratio: orNull(ratio),
    swing,
    on_A: on.sensed_A,
    off_A: off.sensed_A,
    sneakShareOff: orNull(sneakShareOff),
    sneakShareOn: orNull(sneakShareOn),
    patternsOn: on.tried,
    patternsOff: off.tried,
    allPatterns: on.all && off.all,
  };
}
