/** A pulse that will be given: on its way to the disk before it goes over the line. */
export interface IntendedPulse {
  /** row · columns + column. */
  readonly cell: number;
  readonly amplitude_V: number;
  readonly width_s: number;
  /** Where the cell was last seen, S. */
  readonly before_S: number;
}

/** What became of a pulse whose reply was missing, found out by reading: `unknown` where a read cannot tell. */
export interface ResolvedDoubt {
  readonly cell: number;
  readonly given: 'yes' | 'no' | 'unknown';
  /** What was read, S, by the mean of so many reads. */
  readonly now_S: number;
  readonly reads: number;
}

/** What one pulse did to a cell. */
export interface PulseMove {
  readonly change_S: number;
  readonly amplitude_V: number;
  readonly width_s: number;
}

/** An update that was begun and not ended. */
export interface InterruptedUpdate {
  readonly update: number;
  readonly planned: number;
  readonly given: number;
  /** Pulses of it that cells have got, or may have got, by cell: positive and negative ones. */
  readonly cells: ReadonlyMap<number, readonly [positive: number, negative: number]>;
}

/** What a journal says of an array. */
export interface PulseHistory {
  /** Last update that was carried out, to its end or cut short. */
  readonly lastUpdate: number;
  /** Given to each cell so far, row-major, either way. */
  readonly positive: Uint32Array;
  readonly negative: Uint32Array;
  /** Of each cell: pulses of which nobody can say whether they were given. */
  readonly unknown: Uint32Array;
  /** What the last pulse of that sign did to a cell, as the next one to it found it, where that is known. */
  lastMove(cell: number, sign: number): PulseMove | undefined;
  /** An update that was begun and not ended: the process that carried it out has died. */
  readonly interrupted?: InterruptedUpdate;
  /** The last pulse that was going to be given, of which nothing is known. */
  readonly doubt?: IntendedPulse;
}

/** A history as lines of a journal make it, one after the other. */
export class GrowingHistory implements PulseHistory {
  lastUpdate = 0;
  readonly positive: Uint32Array;
  readonly negative: Uint32Array;
  readonly unknown: Uint32Array;
  interrupted?: { update: number; planned: number; given: number; cells: Map<number, [number, number]> };
  doubt?: IntendedPulse;
  /** Of each cell, its last pulse, as long as it is certain. */
  private readonly last = new Map<number, IntendedPulse>();
  private readonly moves = new Map<number, PulseMove>();

  constructor(
    readonly rows: number,
    readonly columns: number,
  ) {
    this.positive = new Uint32Array(rows * columns);
    this.negative = new Uint32Array(rows * columns);
    this.unknown = new Uint32Array(rows * columns);
  }

  begin(update: number, planned: number): void {
    this.interrupted = { update, planned, given: 0, cells: new Map() };
  }

  intend(pulse: IntendedPulse): void {
    const { cell, before_S } = pulse;
    const last = this.last.get(cell);
    if (last !== undefined) {
      const { amplitude_V, width_s } = last;
      this.moves.set(moveKey(cell, amplitude_V), {
        change_S: before_S - last.before_S,
        amplitude_V,
        width_s,
      });
    }
    this.last.set(cell, pulse);
    this.doubt = pulse;
  }

  lastMove(cell: number, sign: number): PulseMove | undefined {
    return this.moves.get(moveKey(cell, sign));
  }

  /** The pulse before was answered. */
  confirm(): void {
    const { doubt } = this;
    if (doubt === undefined) return;
    this.count(doubt);
    delete this.doubt;
  }

  resolve({ cell, given }: ResolvedDoubt): void {
    const { doubt } = this;
    if (doubt === undefined || doubt.cell !== cell) return;
    if (given === 'yes') this.count(doubt);
    else {
      if (given === 'unknown') {
        this.unknown[cell]++;
        // nobody repeats it
        this.countInUpdate(doubt);
      }
      this.last.delete(cell);
    }
    delete this.doubt;
  }

  /** Of an earlier pulse nobody could tell; now it is known not to have been given. */
  tellLater(cell: number): void {
    this.confirm();
    if (this.unknown[cell] > 0) this.unknown[cell]--;
  }

  end(update: number): void {
    this.lastUpdate = Math.max(this.lastUpdate, update);
    delete this.interrupted;
  }

  private count({ cell, amplitude_V }: IntendedPulse): void {
    (amplitude_V < 0 ? this.negative : this.positive)[cell]++;
    if (this.interrupted === undefined) return;
    this.interrupted.given++;
    this.countInUpdate({ cell, amplitude_V });
  }

  private countInUpdate({ cell, amplitude_V }: Pick<IntendedPulse, 'cell' | 'amplitude_V'>): void {
    const { interrupted } = this;
    if (interrupted === undefined) return;
    const [positive, negative] = interrupted.cells.get(cell) ?? [0, 0];
    interrupted.cells.set(cell, amplitude_V < 0 ? [positive, negative + 1] : [positive + 1, negative]);
  }
}

function moveKey(cell: number, sign: number): number {
  return 2 * cell + (sign < 0 ? 1 : 0);
}
