/**
 * Cells behind an emulated instrument: physics that somebody else works out, as drivers know none. Rows and columns count from
 * 0; a positive current flows into the cell.
 */
export interface EmulatedCells {
  /** For people: of what model, how many. */
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** What flows while a voltage is on, A; the state does not move by asking. */
  current_A(row: number, column: number, voltage_V: number): number;
  /** A voltage stays across a cell for so long: its state moves. */
  hold(row: number, column: number, voltage_V: number, seconds: number): void;
  /** Time passes with nothing across any cell. */
  pass(seconds: number): void;
}
