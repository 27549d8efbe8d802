import { sameTaps, type Taps, tapSteps, tapsAfter } from '../../devices/boards/index.js';
import type { TrainerState, TrainingEvent } from '../../learning/index.js';
import {
  type HappenedRecord,
  JournalLog,
  type OutcomeRecord,
  type RunDirectory,
} from '../../records/index.js';
import type { HardwareLine } from '../composition/index.js';
import { type BoardStanding, type FoundBoard, hashOfTaps, holdAgainst } from './board-standing.js';
import { valuesOf } from './checkpoint.js';

/**
 * Keeps the journal of a session on a board: each update is on the disk before the board is asked for it, and what it came to,
 * told by the wipers themselves, after it. What is kept here is what a resume would read there.
 */
export class RunJournal {
  /** Where training stands once the update that was intended is known to have been carried out, its answers counted. */
  private reached: TrainerState | undefined;

  private constructor(
    private readonly log: JournalLog,
    private readonly line: HardwareLine,
    private now: BoardStanding,
  ) {}

  /**
   * Opens the journal of a run and writes what its board holds now.
   * @param trainer where training stands
   * @param found what the board was found to hold, of a run that goes on
   */
  static async open(
    directory: Pick<RunDirectory, 'journal'>,
    line: HardwareLine,
    trainer: TrainerState,
    found?: FoundBoard,
  ): Promise<RunJournal> {
    const log = await JournalLog.open(directory.journal);
    try {
      if (found !== undefined) {
        const journal = new RunJournal(log, line, found.standing);
        await journal.goesOnAs(found);
        return journal;
      }
      const { taps, residuals, update, serial } = await line.held();
      const journal = new RunJournal(log, line, { trainer, taps: { taps, residuals }, update, serial });
      await journal.holds('the start');
      return journal;
    } catch (error) {
      await log.close();
      throw error;
    }
  }

  /** Before the device is asked for an update. */
  async intend(
    { id, epoch, minibatch }: Extract<TrainingEvent, { type: 'update-intended' }>,
    trainer: TrainerState,
  ): Promise<void> {
    const intended = { kind: 'intent', id, epoch, minibatch, hash: hashOfTaps(this.now.taps) } as const;
    await this.log.append(intended, { flush: true });
    this.now = { ...this.now, trainer, intended };
    this.reached = undefined;
  }

  /** After it was carried out: writes where the wipers stand, read where that is not known already. */
  async applied(trainer: TrainerState): Promise<void> {
    this.reached = trainer;
    await this.outcome(await this.line.tapsNow(), trainer, 'kept');
  }

  /** An epoch has ended: training stands at the next one, the board as it was. */
  stands(trainer: TrainerState): void {
    this.now = { ...this.now, trainer };
  }

  /** Writes down what happened between updates. */
  async happened(record: Omit<HappenedRecord, 'kind'>): Promise<void> {
    await this.log.append({ kind: 'happened', ...record }, { flush: true });
  }

  /** Holds what the board says now against where the run stands. */
  async compare(): Promise<FoundBoard> {
    const held = await this.line.held();
    const found = holdAgainst(this.now, held, this.line.clip);
    if (found.how !== 'carried-out' || this.reached === undefined) return found;
    // Its answers had come; only its wipers could not be read.
    const text = `board ${held.serial} had carried out update ${held.update}; nothing of it is lost`;
    return { ...found, trainer: this.reached, text };
  }

  /** The run goes on from what was found, the board holding it: an outcome that nobody could write down is written first. */
  async goesOnAs({ how, taps, trainer, update, text }: FoundBoard): Promise<void> {
    if (how === 'carried-out') {
      await this.outcome(taps, trainer, this.reached === trainer ? 'kept' : 'lost');
    }
    this.now = { ...this.now, trainer, taps, update, intended: undefined };
    this.reached = undefined;
    await this.holds(text);
  }

  async close(): Promise<void> {
    await this.log.close();
  }

  /** What a process that ends leaves is written at once; the next intention flushes it, and until then the board itself tells it. */
  private async outcome(
    after: Taps,
    trainer: TrainerState,
    readings: OutcomeRecord['readings'],
  ): Promise<void> {
    const { taps } = this.now;
    const steps = tapSteps(taps, after);
    const { best: _, ...rest } = trainer;
    const whole = sameTaps(tapsAfter(taps, steps), after)
      ? {}
      : { held: { taps: [...after.taps], residuals: [...after.residuals] } };
    await this.log.append(
      {
        kind: 'outcome',
        id: trainer.updates,
        epoch: trainer.epoch,
        minibatch: trainer.minibatch,
        hash: hashOfTaps(after),
        steps,
        ...whole,
        readings,
        trainer: valuesOf(rest),
      },
      { flush: false },
    );
    this.now = { ...this.now, trainer, taps: after, update: trainer.updates, intended: undefined };
    this.reached = undefined;
  }

  private async holds(why: string): Promise<void> {
    const { taps, residuals, update, serial, boots } = await this.line.held();
    const held = { taps: [...taps], residuals: [...residuals] };
    const hash = hashOfTaps({ taps, residuals });
    await this.log.append({ kind: 'held', why, serial, boots, update, hash, ...held }, { flush: true });
  }
}
