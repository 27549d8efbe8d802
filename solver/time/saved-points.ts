/** Rows in a block of memory. */
const BLOCK_ROWS = 512;

/** Rows of numbers that grow, kept in blocks. */
export class SavedPoints {
  private readonly blocks: Float64Array[] = [];
  private used = 0;
  private readonly times: number[] = [];

  constructor(readonly columns: number) {}

  get rows(): number {
    return this.times.length;
  }

  get last_s(): number {
    return this.times.length === 0 ? Number.NEGATIVE_INFINITY : this.times[this.times.length - 1];
  }

  /** A new row to be filled. */
  row(time_s: number): Float64Array {
    if (this.blocks.length === 0 || this.used === BLOCK_ROWS) {
      this.blocks.push(new Float64Array(BLOCK_ROWS * this.columns));
      this.used = 0;
    }
    this.times.push(time_s);
    const block = this.blocks[this.blocks.length - 1];
    const from = this.used++ * this.columns;
    return block.subarray(from, from + this.columns);
  }

  time_s(): Float64Array {
    return Float64Array.from(this.times);
  }

  /** One column through all rows. */
  column(index: number): Float64Array {
    const { rows, columns } = this;
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) {
      values[row] = this.blocks[Math.floor(row / BLOCK_ROWS)][(row % BLOCK_ROWS) * columns + index];
    }
    return values;
  }
}
