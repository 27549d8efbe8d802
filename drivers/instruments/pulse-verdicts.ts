import type { PulseShape } from '../../devices/contract/index.js';
import type { PulseJournal, PulseMove, ResolvedDoubt } from '../../records/index.js';

/** Reads by which it is found out what became of a pulse. */
export const DOUBT_READS = 16;
/** σ of a single read, of the conductance, until reads have shown it. */
const ASSUMED_SIGMA = 0.01;
/** So many σ a cell must have moved by to have been pulsed. */
const SIGNIFICANT = 5;
/** So many times what reads can tell a usual move must be: near its end a cell moves less. */
const CLEAR = 3;

/**
 * Judges by reads what became of pulses that were not answered: one counts as given where its cell has moved its way, as not given
 * where it stands as it stood and pulses no stronger have moved it before, or will; until then it is unknown.
 */
export class PulseVerdicts {
  readonly counts = { given: 0, notGiven: 0, unknown: 0 };
  /** What the last pulse of either sign did to cells, in this session. */
  private readonly moves = new Map<string, PulseMove>();
  /** Pulses of which nobody can say yet: what a pulse must do to its cell to show that they were not given. */
  private open: { readonly cell: number; readonly pulse: PulseMove; readonly least_S: number }[] = [];
  private squares = 0;
  private freedom = 0;

  constructor(private readonly journal: PulseJournal) {}

  /** What a pulse did to its cell also tells of those to it that nobody could tell of. */
  noteMove(cell: number, move: PulseMove): void {
    this.moves.set(keyOf(cell, move), move);
    if (this.open.length === 0) return;
    const told = this.open.filter((one) => one.cell === cell && shows(move, one.pulse, one.least_S));
    for (const one of told) {
      this.journal.notGiven(one.cell);
      this.counts.unknown--;
      this.counts.notGiven++;
    }
    this.open = this.open.filter((one) => !told.includes(one));
  }

  /**
   * Judges a pulse and writes it down.
   * @param reads_S of its cell, `DOUBT_READS` of them, now
   * @param replied it is known to have been given
   */
  resolve(
    cell: number,
    shape: PulseShape,
    before_S: number,
    reads_S: readonly number[],
    replied: boolean,
  ): ResolvedDoubt['given'] {
    const now_S = meanOf(reads_S);
    this.squares += reads_S.reduce((sum, g) => sum + (g / now_S - 1) ** 2, 0);
    this.freedom += reads_S.length - 1;
    const given = replied ? 'yes' : this.verdict(cell, shape, before_S, now_S);
    this.journal.resolve({ cell, given, now_S: Number(now_S.toPrecision(6)), reads: reads_S.length });
    this.counts[given === 'yes' ? 'given' : given === 'no' ? 'notGiven' : 'unknown']++;
    return given;
  }

  private verdict(cell: number, shape: PulseShape, before_S: number, now_S: number): ResolvedDoubt['given'] {
    const share = this.freedom >= DOUBT_READS - 1 ? Math.sqrt(this.squares / this.freedom) : ASSUMED_SIGMA;
    // one read before, the mean of many after
    const least_S = SIGNIFICANT * share * Math.abs(before_S) * Math.sqrt(1 + 1 / DOUBT_READS);
    const change_S = now_S - before_S;
    const usual =
      this.moves.get(keyOf(cell, shape)) ?? this.journal.history.lastMove(cell, shape.amplitude_V);
    if (Math.abs(change_S) > least_S) {
      return usual === undefined || change_S * usual.change_S > 0 ? 'yes' : 'unknown';
    }
    const pulse = { amplitude_V: shape.amplitude_V, width_s: shape.width_s, change_S };
    if (usual !== undefined && shows(usual, pulse, least_S)) return 'no';
    this.open.push({ cell, pulse, least_S });
    return 'unknown';
  }
}

/** Mean of reads, S. */
export function meanOf(reads_S: readonly number[]): number {
  return reads_S.reduce((sum, g) => sum + g, 0) / reads_S.length;
}

function keyOf(cell: number, { amplitude_V }: PulseShape): string {
  return `${cell} ${amplitude_V < 0 ? '-' : '+'}`;
}

/** A cell that this has moved would have been moved by that, which is no weaker: where it has not, that was not given. */
function shows(move: PulseMove, pulse: PulseShape, least_S: number): boolean {
  return (
    Math.abs(move.change_S) > CLEAR * least_S &&
    move.amplitude_V * pulse.amplitude_V > 0 &&
    Math.abs(pulse.amplitude_V) >= Math.abs(move.amplitude_V) * (1 - 1e-9) &&
    pulse.width_s >= move.width_s * (1 - 1e-9)
  );
}
