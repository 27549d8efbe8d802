import { runError } from '../../../core/index.js';
import type { CellArray, CellRange } from '../../contract/index.js';

/** How an array is shared by the groups of a network. */
export interface SharedArrayOptions {
  /** Reads that one look is the mean of. */
  readonly averages?: number;
  readonly read_V?: number;
  /** Pulses that a cell may get in its life. */
  readonly endurance?: number;
  /** Pulses that each cell has got so far, of both signs; counted here when left out. */
  readonly given?: (cell: number) => number;
}

/** What an array was asked for so far. */
export interface ArrayWork {
  /** Reads of single cells, those of whole looks included, averages counted. */
  cellReads: number;
  /** Looks at all cells that are in use, averages counted. */
  looks: number;
  pulses: number;
  /** Width of all pulses, s. */
  pulses_s: number;
}

/**
 * One array on which several groups lie: looked at as a whole, once until it is pulsed again, and pulsed under numbers that rise
 * by one an update.
 */
export class SharedArray {
  readonly work: ArrayWork = { cellReads: 0, looks: 0, pulses: 0, pulses_s: 0 };
  /** All cells in use, as last looked at, of so many reads. */
  private seen: { readonly read_S: Float64Array; readonly averages: number } | undefined;
  private used: CellRange | undefined;
  private readonly asked: Uint32Array;
  /** Of a run that goes on: the next of the updates whose outcome is not known. */
  private doubtful: number | undefined;

  constructor(
    readonly array: CellArray,
    private readonly options: SharedArrayOptions = {},
  ) {
    const { rows, columns } = array.info;
    this.asked = new Uint32Array(rows * columns);
  }

  get averages(): number {
    return this.options.averages ?? 1;
  }

  /** A group lies there: looks take it in. */
  use({ row, column, rows, columns }: CellRange): void {
    const { used } = this;
    if (used === undefined) {
      this.used = { row, column, rows, columns };
      return;
    }
    const first = { row: Math.min(used.row, row), column: Math.min(used.column, column) };
    this.used = {
      ...first,
      rows: Math.max(used.row + used.rows, row + rows) - first.row,
      columns: Math.max(used.column + used.columns, column + columns) - first.column,
    };
  }

  /** Cells in use, or a rectangle around them. */
  get area(): CellRange {
    const { rows, columns } = this.array.info;
    return this.used ?? { row: 0, column: 0, rows, columns };
  }

  /** Conductances of `area`, S, row-major: as they were seen since the last pulse, else looked at now. */
  async look(averages = this.averages): Promise<Float64Array> {
    if (this.seen !== undefined && this.seen.averages >= averages) return this.seen.read_S;
    const { read_V } = this.options;
    const { area } = this;
    const read_S = await this.array.read(area, { averages, ...(read_V === undefined ? {} : { read_V }) });
    this.seen = { read_S, averages };
    this.work.looks += averages;
    this.work.cellReads += averages * read_S.length;
    return read_S;
  }

  /** What was seen is old. */
  lookAgain(): void {
    this.seen = undefined;
  }

  /** Cells of a range read by themselves, S. */
  async readOnly(range: CellRange, read_V: number, averages: number): Promise<Float64Array> {
    const read_S = await this.array.read(range, { read_V, averages });
    this.work.cellReads += averages * read_S.length;
    return read_S;
  }

  /** Id of the next update on this array. */
  nextId(): number {
    const { lastUpdate } = this.array.info;
    if (this.doubtful !== undefined && this.doubtful <= lastUpdate) return this.doubtful++;
    return lastUpdate + 1;
  }

  /** After update `last` some more may have been begun, whose outcome nobody wrote down: they are asked for again, by their ids. */
  goOnAfter(last: number): void {
    this.doubtful = last + 1;
  }

  /** @throws OhmpropError `cells.endurance`, before any of these pulses is given */
  requireLeft(cell: number, pulses: number): void {
    const { endurance } = this.options;
    if (endurance === undefined) return;
    const before = this.given(cell);
    if (before + pulses <= endurance) return;
    const { name, columns } = this.array.info;
    throw runError(
      'cells.endurance',
      `${name}: cell ${Math.floor(cell / columns)},${cell % columns} has had ${before} pulses, and ${pulses} more would be above its ${endurance} (--endurance). The run ends before them; resume it with a larger budget, or train on other cells`,
    );
  }

  /** Pulses that a cell had before or within this process. */
  given(cell: number): number {
    return this.options.given?.(cell) ?? this.asked[cell];
  }

  /** Pulses are going to be asked for. */
  note(cell: number, pulses: number, width_s: number): void {
    this.asked[cell] += pulses;
    this.work.pulses += pulses;
    this.work.pulses_s += pulses * width_s;
  }
}
