import { inputError } from '../../../core/index.js';
import type { CellRange } from '../../contract/index.js';

/** A group of cells that a network needs: its name as pulses are logged by, `g1`, `g1-` for second cells of pairs, `g1.fast`. */
export interface NeededGroup {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/** An array that groups are laid on. */
export interface ArraySize {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
}

/** A rectangle of a group on an array. */
export interface PlacedPart {
  readonly group: string;
  /** Number of the array. */
  readonly array: number;
  /** Where in the group it begins, and its size. */
  readonly part: CellRange;
  /** Where it lies on the array. */
  readonly at: { readonly row: number; readonly column: number };
}

interface Free {
  readonly array: number;
  readonly row: number;
  readonly column: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Lays groups on arrays, one after the other: whole where one still has room for it, else cut into rectangles that have. The same
 * groups and arrays always come out the same.
 * @throws OhmpropError `cells.layout` where all arrays together have too few cells
 */
export function placeGroups(groups: readonly NeededGroup[], arrays: readonly ArraySize[]): PlacedPart[] {
  const needed = groups.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  const there = arrays.reduce((sum, { rows, columns }) => sum + rows * columns, 0);
  if (needed > there) {
    throw inputError(
      'cells.layout',
      `the network needs ${needed} cells (${groups.map(({ name, rows, columns }) => `${name} ${rows} × ${columns}`).join(', ')}), and ${arrays.map(({ name, rows, columns }) => `${name} has ${rows} × ${columns}`).join(', ')}; use fewer hidden nodes or inputs, or lay groups on more arrays (cells.layout); a source-measure unit has more cells behind a switch matrix (--matrix)`,
    );
  }
  let free: Free[] = arrays.map(({ rows, columns }, array) => ({ array, row: 0, column: 0, rows, columns }));
  const placed: PlacedPart[] = [];
  for (const { name, rows, columns } of groups) {
    const left: CellRange[] = [{ row: 0, column: 0, rows, columns }];
    for (let piece = left.shift(); piece !== undefined; piece = left.shift()) {
      const room = roomFor(piece, free);
      const size = { rows: Math.min(piece.rows, room.rows), columns: Math.min(piece.columns, room.columns) };
      const part = { row: piece.row, column: piece.column, ...size };
      placed.push({ group: name, array: room.array, part, at: { row: room.row, column: room.column } });
      free = free.flatMap((one) => (one === room ? restOf(one, size) : [one]));
      left.push(...restOf(piece, size));
    }
  }
  return placed;
}

/** The first free rectangle that holds the whole piece, else the one that holds most of it. */
function roomFor({ rows, columns }: CellRange, free: readonly Free[]): Free {
  const held = (one: Free) => Math.min(rows, one.rows) * Math.min(columns, one.columns);
  const whole = free.find((one) => one.rows >= rows && one.columns >= columns);
  return whole ?? free.reduce((best, one) => (held(one) > held(best) ? one : best));
}

/** What is left of a rectangle once its first rows and columns are taken: to the right of them, and below. */
function restOf<R extends CellRange>(whole: R, { rows, columns }: Pick<CellRange, 'rows' | 'columns'>): R[] {
  const right = { ...whole, column: whole.column + columns, columns: whole.columns - columns, rows };
  const below = { ...whole, row: whole.row + rows, rows: whole.rows - rows };
  return [right, below].filter((one) => one.rows > 0 && one.columns > 0);
}

/**
 * Checks a table that somebody wrote: every cell of every group lies on an array, once, and no two on one cell.
 * @throws OhmpropError `cells.layout` naming the entry
 */
export function checkPlacement(
  parts: readonly PlacedPart[],
  groups: readonly NeededGroup[],
  arrays: readonly ArraySize[],
): void {
  const taken = arrays.map(({ rows, columns }) => new Int32Array(rows * columns).fill(-1));
  const cellsOf = new Map(groups.map((group) => [group.name, new Uint8Array(group.rows * group.columns)]));
  for (const [entry, { group: name, array, part, at }] of parts.entries()) {
    const refuse = (what: string) => inputError('cells.layout', `cells.layout[${entry}]: ${what}`);
    const group = groups.find((one) => one.name === name);
    const seen = cellsOf.get(name);
    if (group === undefined || seen === undefined) {
      throw refuse(`there is no group ${name}; this network has ${groups.map((one) => one.name).join(', ')}`);
    }
    if (part.row + part.rows > group.rows || part.column + part.columns > group.columns) {
      throw refuse(
        `${name} has ${group.rows} × ${group.columns} cells, ${part.rows} × ${part.columns} from ${part.row},${part.column} on are not all among them`,
      );
    }
    const there = arrays[array];
    if (at.row + part.rows > there.rows || at.column + part.columns > there.columns) {
      throw refuse(
        `${part.rows} × ${part.columns} cells at ${at.row},${at.column} reach beyond ${there.name}, ${there.rows} × ${there.columns}`,
      );
    }
    for (let row = 0; row < part.rows; row++) {
      for (let column = 0; column < part.columns; column++) {
        const cell = (part.row + row) * group.columns + part.column + column;
        if (seen[cell])
          throw refuse(`cell ${part.row + row},${part.column + column} of ${name} lies elsewhere already`);
        seen[cell] = 1;
        const on = (at.row + row) * there.columns + at.column + column;
        const other = taken[array][on];
        if (other >= 0)
          throw refuse(
            `cell ${at.row + row},${at.column + column} of ${there.name} is taken by cells.layout[${other}]`,
          );
        taken[array][on] = entry;
      }
    }
  }
  for (const { name, columns } of groups) {
    const missing = cellsOf.get(name)?.indexOf(0) ?? -1;
    if (missing < 0) continue;
    throw inputError(
      'cells.layout',
      `cells.layout: cell ${Math.floor(missing / columns)},${missing % columns} of group ${name} lies on no array; leave the table out to have groups laid out`,
    );
  }
}
