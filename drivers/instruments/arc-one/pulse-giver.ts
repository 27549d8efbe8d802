import { runError } from '../../../core/index.js';
import type { CellRange, PulseShape } from '../../../devices/contract/index.js';
import type { PulseJournal, ResolvedDoubt } from '../../../records/index.js';
import { DOUBT_READS, meanOf, PulseVerdicts } from '../pulse-verdicts.js';
import type { ArcOne } from './arc-one.js';
import { ArcOneDoubt, placeOf } from './doubt.js';

/** A read is tried so often before an instrument counts as lost. */
const MOST_READS = 8;
/** A pulse that reading has shown not to have been given is given again, so often. */
const MOST_ATTEMPTS = 8;

/** What became of replies that were missing. */
export interface Doubts {
  readonly reads: number;
  readonly given: number;
  readonly notGiven: number;
  readonly unknown: number;
}

/**
 * Gives single pulses to cells and reads them, over an instrument that may leave either without an answer. Whatever is not
 * answered is found out by reading: a pulse counts as given where its cell has moved its way, as not given where it stands as it
 * stood and pulses no stronger have moved it before, or will; until then it is unknown, written down as that, and not repeated.
 */
export class PulseGiver {
  /** Where cells were last seen, S; NaN: not yet. */
  private readonly seen_S: Float64Array;
  private readonly verdicts: PulseVerdicts;
  /** Reads that were not answered. */
  private lostReads = 0;

  /** @param range of reads: what lies outside is read again on an instrument that was begun anew before it is believed */
  constructor(
    private readonly instrument: ArcOne,
    private readonly journal: PulseJournal,
    private readonly range: { readonly low: number; readonly high: number },
  ) {
    const cells = instrument.settings.words * instrument.settings.bits;
    this.seen_S = new Float64Array(cells).fill(Number.NaN);
    this.verdicts = new PulseVerdicts(journal);
  }

  /** Replies that were missing, and what became of them. */
  get doubts(): Doubts {
    return { reads: this.lostReads, ...this.verdicts.counts };
  }

  /** Gives one pulse. @returns whether it is known to have been given */
  async give(cell: number, shape: PulseShape): Promise<boolean> {
    const { row, column } = this.placeOf(cell);
    const { amplitude_V, width_s } = shape;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const before_S = Number.isNaN(this.seen_S[cell]) ? await this.readOne(row, column) : this.seen_S[cell];
      this.journal.intend({ cell, amplitude_V, width_s, before_S });
      const after_S = await this.pulseOnce(row, column, amplitude_V, width_s);
      if (typeof after_S === 'number') {
        this.verdicts.noteMove(cell, { ...shape, change_S: after_S - before_S });
        this.seen_S[cell] = after_S;
        return true;
      }
      const given = await this.resolve(cell, shape, before_S, after_S.replied > 0);
      if (given !== 'no') return given === 'yes';
    }
    throw runError(
      'arc-one.pulse-lost',
      `${this.instrument.line.name}: cell ${placeOf(row, column)}: ${MOST_ATTEMPTS} pulses one after the other were not given, as reading it has shown; look at the line and at what else uses it`,
    );
  }

  /** What a process before this one left in doubt is found out now. */
  async settleDoubt(): Promise<void> {
    const { doubt } = this.journal.history;
    if (doubt !== undefined) await this.resolve(doubt.cell, doubt, doubt.before_S, false);
  }

  /** Cells of a rectangle one by one, S, row-major. */
  async readEach(range: CellRange, read_V: number): Promise<Float64Array> {
    const read_S = new Float64Array(range.rows * range.columns);
    for (let i = 0; i < read_S.length; i++) {
      const row = range.row + Math.floor(i / range.columns);
      read_S[i] = await this.readOne(row, range.column + (i % range.columns), read_V);
    }
    return read_S;
  }

  /** A rectangle cut out of a read of all cells, S, row-major. */
  async readWhole(range: CellRange, read_V: number): Promise<Float64Array> {
    const { bits } = this.instrument.settings;
    const ohm = await this.again(() => this.instrument.readAll(read_V));
    const read_S = new Float64Array(range.rows * range.columns);
    for (let i = 0; i < read_S.length; i++) {
      const cell = (range.row + Math.floor(i / range.columns)) * bits + range.column + (i % range.columns);
      read_S[i] = await this.believed(cell, 1 / ohm[cell], read_V);
    }
    return read_S;
  }

  /** One read as the instrument gives it, ohm, at any voltage. */
  resistance_ohm(row: number, column: number, read_V: number): Promise<number> {
    return this.again(() => this.instrument.read(row, column, read_V));
  }

  private async readOne(
    row: number,
    column: number,
    read_V = this.instrument.settings.read_V,
  ): Promise<number> {
    const { bits } = this.instrument.settings;
    return this.believed(row * bits + column, 1 / (await this.resistance_ohm(row, column, read_V)), read_V);
  }

  /** A read outside the range may be that of an instrument that has lost its settings: it is begun anew and asked again. */
  private async believed(cell: number, read_S: number, read_V: number): Promise<number> {
    let now_S = read_S;
    if (!this.isInRange(now_S)) {
      const { row, column } = this.placeOf(cell);
      await this.instrument.begin();
      now_S = 1 / (await this.resistance_ohm(row, column, read_V));
    }
    if (read_V === this.instrument.settings.read_V) this.seen_S[cell] = now_S;
    return now_S;
  }

  /** Conductance after it, S, or the doubt. */
  private async pulseOnce(
    row: number,
    column: number,
    amplitude_V: number,
    width_s: number,
  ): Promise<number | ArcOneDoubt> {
    try {
      const after_S = 1 / (await this.instrument.pulse(row, column, amplitude_V, width_s));
      if (this.isInRange(after_S)) return after_S;
      await this.instrument.begin();
      const cause = runError(
        'arc-one.reply',
        `read ${after_S} S after a pulse, outside the range of its cells`,
      );
      return new ArcOneDoubt('pulse', 0, cause);
    } catch (error) {
      if (error instanceof ArcOneDoubt) return error;
      throw error;
    }
  }

  /** Finds out by reading whether a pulse was given. */
  private async resolve(
    cell: number,
    shape: PulseShape,
    before_S: number,
    replied: boolean,
  ): Promise<ResolvedDoubt['given']> {
    const { row, column } = this.placeOf(cell);
    const reads_S: number[] = [];
    for (let n = 0; n < DOUBT_READS; n++) reads_S.push(await this.readOne(row, column));
    this.seen_S[cell] = meanOf(reads_S);
    return this.verdicts.resolve(cell, shape, before_S, reads_S, replied);
  }

  /** Asks again what changes nothing; each time the session has begun anew before. */
  private async again<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof ArcOneDoubt)) throw error;
        this.lostReads++;
        if (attempt >= MOST_READS || error.cause.code === 'line.lost') throw error.cause;
      }
    }
  }

  private isInRange(read_S: number): boolean {
    return read_S >= this.range.low && read_S <= this.range.high;
  }

  private placeOf(cell: number): { row: number; column: number } {
    const { bits } = this.instrument.settings;
    return { row: Math.floor(cell / bits), column: cell % bits };
  }
}
