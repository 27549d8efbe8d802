/** A cell as several reads show it: their mean and standard deviation, S. */
export interface Reading {
  readonly conductance_S: number;
  readonly spread_S: number;
  readonly reads: number;
}

/** Mean and standard deviation of reads of one cell. */
export function readingOf(reads_S: readonly number[]): Reading {
  const reads = reads_S.length;
  const conductance_S = reads_S.reduce((sum, g) => sum + g, 0) / reads;
  const squares = reads_S.reduce((sum, g) => sum + (g - conductance_S) ** 2, 0);
  return { conductance_S, spread_S: reads > 1 ? Math.sqrt(squares / (reads - 1)) : 0, reads };
}

/** How many σ two readings must differ by to be of a cell that moved. */
const SIGNIFICANT = 4;

/** How much reads of the same cell differ, pooled over cells as a share of their conductance and of the whole range. */
export class ReadSpread {
  private squares = 0;
  private freedom = 0;

  /** @param least_S what two reads may differ by on rounding alone */
  constructor(
    private readonly least_S: number,
    private readonly range_S: number,
  ) {}

  note({ conductance_S, spread_S, reads }: Reading): void {
    if (reads < 2) return;
    this.squares += (reads - 1) * (spread_S / this.scale(conductance_S)) ** 2;
    this.freedom += reads - 1;
  }

  /** Whether a cell stands elsewhere now. */
  moved(before: Reading, now: Reading): boolean {
    const share = this.freedom === 0 ? 0 : Math.sqrt(this.squares / this.freedom);
    const sigma_S = share * this.scale(before.conductance_S) * Math.sqrt(1 / before.reads + 1 / now.reads);
    return Math.abs(now.conductance_S - before.conductance_S) > Math.max(SIGNIFICANT * sigma_S, this.least_S);
  }

  /** Noise of a read grows with the conductance and has a floor. */
  private scale(conductance_S: number): number {
    return Math.abs(conductance_S) + 0.02 * this.range_S;
  }
}
