import { runError } from '../../../core/index.js';
import type { PulseReport, PulseShape, UpdateId } from '../../../devices/contract/index.js';
import type { IntendedPulse, PulseJournal } from '../../../records/index.js';
import { leftOf, type PlannedCell } from '../planned-cells.js';
import { DOUBT_READS, meanOf, PulseVerdicts } from '../pulse-verdicts.js';
import { PULSE_LEVELS, SmuRecovery } from './recovery.js';
import type { LastRun, Smu } from './smu.js';
import type { SmuReader } from './smu-reader.js';
import { isNear, RunCutShort } from './smu-run.js';

/** A pulse that is known not to have been given is given again, so often. */
const MOST_ATTEMPTS = 8;

/**
 * Gives pulses one by one, each written down before it starts. One whose run did not come to its end is asked of the instrument,
 * which counts levels, and where that has forgotten, looked for in the cell; never repeated unseen.
 */
export class SmuPulseGiver {
  /** Where cells were last seen, S; nothing since a pulse. */
  private readonly seen_S = new Map<number, number>();
  /** Pulses that nobody has seen the effect of. */
  private readonly unseen = new Map<number, { readonly shape: PulseShape; readonly before_S: number }>();
  private readonly verdicts: PulseVerdicts;
  private readonly recovery: SmuRecovery;

  constructor(
    private readonly smu: Smu,
    private readonly reader: SmuReader,
    /** What cells are read at, V. */
    private readonly read_V: number,
    private readonly journal: PulseJournal,
  ) {
    this.verdicts = new PulseVerdicts(journal);
    this.recovery = new SmuRecovery(smu, reader, {
      cameBack: (text) => journal.note(text),
      lastRun: (last) => this.hearDoubt(last),
    });
  }

  /** Replies that were missing, and what became of them. */
  get doubts() {
    return { reads: this.recovery.reads, ...this.verdicts.counts };
  }

  /** What is left of an update, cell by cell. @param prove called of each cell before any is pulsed */
  async carryOut(
    planned: readonly PlannedCell[],
    id: UpdateId,
    signal: AbortSignal | undefined,
    prove: (cell: number) => Promise<void>,
  ): Promise<PulseReport> {
    const { journal } = this;
    await this.settleDoubt();
    const cells = leftOf(planned, journal.history, id);
    for (const { cell } of cells) await prove(cell);
    if (journal.history.interrupted?.update !== id) {
      journal.begin(
        id,
        cells.reduce((sum, { count }) => sum + Math.abs(count), 0),
      );
    }
    const report = { applied: true, potentiationPulses: 0, depressionPulses: 0, energy_J: 0 };
    for (const { cell, count, shape } of cells) {
      for (let n = 0; n < Math.abs(count) && !signal?.aborted; n++) {
        const { given, energy_J } = await this.give(cell, shape, signal);
        report.energy_J += energy_J;
        if (given) report[count > 0 ? 'potentiationPulses' : 'depressionPulses']++;
      }
    }
    journal.end(id);
    return report;
  }

  /**
   * Gives one pulse.
   * @returns whether it is known to have been given, and its energy, J, where that was measured
   * @throws OhmpropError `RunCutShort` where somebody stopped it or the line is lost: the doubt is in the journal
   */
  private async give(
    cell: number,
    shape: PulseShape,
    signal?: AbortSignal,
  ): Promise<{ given: boolean; energy_J: number }> {
    const { smu } = this;
    const { amplitude_V, width_s } = shape;
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const before_S = this.seen_S.get(cell) ?? this.saw(cell, (await this.readsOf(cell, 1))[0]);
      try {
        await this.reader.select(cell);
        const readings = await smu.run([amplitude_V, 0], width_s, {
          pulses: 1,
          ...(signal === undefined ? {} : { signal }),
          starting: () => this.journal.intend({ cell, amplitude_V, width_s, before_S }),
        });
        this.confirm(cell, shape, before_S);
        const [{ voltage_V, current_A }] = readings;
        return { given: true, energy_J: voltage_V * current_A * width_s };
      } catch (error) {
        const { isInDoubt } = this;
        if (isInDoubt && error instanceof RunCutShort && (error.reached ?? 0) >= 1) {
          this.confirm(cell, shape, before_S);
        }
        // The instrument may tell meanwhile, where its line was lost.
        await this.recovery.again(error);
        const { doubt } = this.journal.history;
        if (isInDoubt && doubt === undefined) return { given: true, energy_J: Number.NaN };
        const verdict = doubt === undefined ? 'no' : await this.resolve(doubt);
        if (verdict !== 'no') return { given: verdict === 'yes', energy_J: Number.NaN };
      }
    }
    throw runError(
      'smu.pulse-lost',
      `${this.reader.placeOf(cell)}: ${MOST_ATTEMPTS} pulses one after the other were not given; look at the line and at what else uses it`,
    );
  }

  /**
   * What a session before this one left in doubt, as far as its instrument still told when it was opened.
   * @param lastRun of the instrument, before anything else was run
   */
  hearDoubt({ levels, voltages_V }: LastRun): void {
    const { doubt } = this.journal.history;
    if (doubt === undefined || levels !== PULSE_LEVELS || voltages_V.length === 0) return;
    if (isNear(voltages_V[0], doubt.amplitude_V)) this.confirm(doubt.cell, doubt, doubt.before_S);
  }

  /** What is still in doubt is found out by reading. */
  async settleDoubt(): Promise<void> {
    const { doubt } = this.journal.history;
    if (doubt !== undefined) await this.resolve(doubt);
  }

  /** A cell was read. */
  saw(cell: number, read_S: number): number {
    const unseen = this.unseen.get(cell);
    if (unseen !== undefined) {
      this.unseen.delete(cell);
      this.verdicts.noteMove(cell, { ...unseen.shape, change_S: read_S - unseen.before_S });
    }
    this.seen_S.set(cell, read_S);
    return read_S;
  }

  /** Reads again, on an instrument that is armed anew, where a read did not come to its end. */
  reading<T>(read: () => Promise<T>): Promise<T> {
    return this.recovery.reading(read);
  }

  private readsOf(cell: number, reads: number): Promise<number[]> {
    return this.reading(async () => {
      const currents_A = await this.reader.currents_A(cell, this.read_V, reads);
      return currents_A.map((current_A) => Math.max(0, current_A / this.read_V));
    });
  }

  private confirm(cell: number, shape: PulseShape, before_S: number): void {
    this.journal.confirm(cell);
    this.seen_S.delete(cell);
    this.unseen.set(cell, { shape, before_S });
  }

  private async resolve({ cell, amplitude_V, width_s, before_S }: IntendedPulse) {
    const reads_S = await this.readsOf(cell, DOUBT_READS);
    const verdict = this.verdicts.resolve(cell, { amplitude_V, width_s }, before_S, reads_S, false);
    this.seen_S.set(cell, meanOf(reads_S));
    return verdict;
  }

  private get isInDoubt(): boolean {
    return this.journal.history.doubt !== undefined;
  }
}
