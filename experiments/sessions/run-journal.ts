import { runError } from '../../core/index.js';
import { sameTaps, type Taps, tapSteps, tapsAfter } from '../../devices/boards/index.js';
import type { TrainerState, TrainingEvent } from '../../learning/index.js';
import {
  type HappenedRecord,
  JournalLog,
  type OutcomeRecord,
  type RunDirectory,
} from '../../records/index.js';
import type { HardwareLine, HeldWipers } from '../composition/index.js';
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
   * Opens the journal of a run; the board is not asked yet.
   * @param standing what it should hold by what was written down, or held when the run was put at its start
   */
  static async open(
    directory: Pick<RunDirectory, 'journal'>,
    line: HardwareLine,
    standing: BoardStanding,
  ): Promise<RunJournal> {
    return new RunJournal(await JournalLog.open(directory.journal), line, standing);
  }

  /**
   * Writes what the board holds now: that of a new run, which is to be as it was left, or of one that goes on.
   * @param found what it was found to hold, of a run that goes on
   */
  async begin(found?: FoundBoard): Promise<void> {
    if (found !== undefined) return this.goesOnAs(found);
    const { how, text } = await this.compare();
    if (how !== 'as-left') throw runError('board.restarted', text);
    await this.holds('the start');
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
    // Asked first: a line that is lost here leaves nothing half written.
    const held = await this.line.held();
    if (how === 'carried-out') {
      await this.outcome(taps, trainer, this.reached === trainer ? 'kept' : 'lost');
    }
    this.now = { ...this.now, trainer, taps, update, intended: undefined };
    this.reached = undefined;
    await this.holds(text, held);
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

  private async holds(why: string, found?: HeldWipers): Promise<void> {
    const { taps, residuals, update, serial, boots } = found ?? (await this.line.held());
    const held = { taps: [...taps], residuals: [...residuals] };
    const hash = hashOfTaps({ taps, residuals });
    await this.log.append({ kind: 'held', why, serial, boots, update, hash, ...held }, { flush: true });
  }
}
