import { OhmpropError } from '../../core/index.js';
import type { DeviceState } from '../../devices/contract/index.js';
import type { TrainingEvent } from '../../learning/index.js';
import type { RunDirectory } from '../../records/index.js';
import type { ComposedRun } from '../composition/index.js';
import { ArrayStanding } from './array-standing.js';
import { keepBest } from './best-checkpoint.js';
import { BoardBand, outOfBand } from './board-band.js';
import { BoardChecks } from './board-checks.js';
import { type BoardStanding, deviceAt, type FoundBoard, standingAt } from './board-standing.js';
import { saveCheckpoint } from './checkpoint.js';
import type { SessionEvent } from './events.js';
import { findAgain, isPassing, patienceWith } from './lost-board.js';
import { RunJournal } from './run-journal.js';
import type { EarlyPause } from './through-losses.js';

/** How long an end that was asked for waits for a board that does not answer, s. */
const PARTING_seconds = 5;

/** Who hears of training, and what ends it early. */
export interface KeptOptions {
  readonly signal: AbortSignal | undefined;
  /** What a board was found to hold, of a run that goes on. */
  readonly found: FoundBoard | undefined;
  readonly isNew: boolean;
  /** Of a new run: what its board holds at the start, and how it was lost and found before there was a journal. */
  readonly held?: DeviceState | undefined;
  readonly pauses?: readonly EarlyPause[];
  readonly tell: (event: SessionEvent) => Promise<void>;
  /** Of training, in order; one that is told again after trouble is told once. */
  readonly take: (event: TrainingEvent) => Promise<void>;
}

/**
 * Runs the epochs that are left so that nothing is lost: a checkpoint after each and at an interruption, and on a board a journal of
 * every update. A board that is lost meanwhile is waited for, opened anew, compared and gone on with.
 * @returns with the event of an interruption, where there was one
 */
export async function trainKept(
  directory: RunDirectory,
  run: ComposedRun,
  options: KeptOptions,
): Promise<{ interrupted?: TrainingEvent }> {
  const { trainer, composition } = run;
  const line = composition.hardware?.line;
  if (line === undefined) return trainWithoutLine(directory, run, options);
  const { network } = run.config;
  const band = new BoardBand(
    line,
    trainer.device.info.name,
    network.kind === 'board' ? network.middleBand : 0,
  );
  const { found, isNew } = options;
  const journal = await RunJournal.open(directory, line, found?.standing ?? (await startOf(run, options)));
  const every = network.kind === 'board' ? (network.checkEvery ?? 0) : 0;
  const checks = new BoardChecks(line, journal, trainer.device.info.name, every);
  const hurry = () => line.hurry(PARTING_seconds);
  options.signal?.addEventListener('abort', hurry, { once: true });
  try {
    for (const { seconds, text, code } of options.pauses ?? []) {
      await journal.happened({ what: 'paused', text, code });
      await journal.happened({ what: 'resumed', text: 'nothing was learned yet', seconds });
    }
    for (let [due, saved, begun] = [false, !isNew, false]; ; ) {
      try {
        // A run that ends before its first epoch does has something to go on from.
        if (!saved) await saveCheckpoint(directory, run);
        saved = true;
        if (!begun) await journal.begin(found);
        begun = true;
        if (due) await keepCheckpoint(directory, run, options, false);
        await band.look();
        await checks.catchUp();
        return await trainOn(directory, run, options, { journal, band, checks }, (now) => {
          due = now;
        });
      } catch (error) {
        if (options.signal?.aborted && isStopped(error)) {
          return await endStopped(directory, run, journal, options);
        }
        if (!isPassing(error)) throw error;
        const patience_seconds = patienceWith(run.config);
        if (patience_seconds === 0) throw error;
        if (!(await goOnAfter(error, run, { journal, band, checks }, patience_seconds, options))) {
          return { interrupted: { type: 'interrupted', epoch: trainer.state.epoch } };
        }
        // Gone on with is begun.
        begun = true;
      }
    }
  } catch (error) {
    // Who starts the run anew, or reads its report, learns why from here.
    const { message, code } = error as OhmpropError;
    const known = error instanceof OhmpropError ? { code } : {};
    await journal.happened({ what: 'failed', text: message, ...known }).catch(() => {});
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', hurry);
    await journal.close().catch(() => {});
  }
}

/** On a simulated device; in cells behind instruments each update is written down before and after it. */
async function trainWithoutLine(
  directory: RunDirectory,
  run: ComposedRun,
  options: KeptOptions,
): Promise<{ interrupted?: TrainingEvent }> {
  if (run.composition.arrays === undefined) return trainOn(directory, run, options);
  // A run that ends before its first epoch does has something to go on from.
  if (options.isNew) await saveCheckpoint(directory, run);
  const journal = await ArrayStanding.begin(directory, run);
  try {
    return await trainOn(directory, run, options, { journal });
  } finally {
    journal.end();
  }
}

/** Where a new run stands before its first update. */
async function startOf({ trainer }: ComposedRun, { held }: KeptOptions): Promise<BoardStanding> {
  return standingAt({ trainer: trainer.state, device: held ?? (await trainer.device.snapshot()) });
}

/** What is kept and watched of a board while a run trains on it. */
interface BoardCare {
  readonly journal: RunJournal;
  readonly band: BoardBand;
  readonly checks: BoardChecks;
}

async function trainOn(
  directory: RunDirectory,
  run: ComposedRun,
  options: KeptOptions,
  {
    journal,
    band,
    checks,
  }: Partial<Omit<BoardCare, 'journal'>> & {
    readonly journal?: Pick<RunJournal, 'intend' | 'applied' | 'stands' | 'happened'>;
  } = {},
  due: (checkpoint: boolean) => void = () => {},
): Promise<{ interrupted?: TrainingEvent }> {
  const { trainer } = run;
  const told = lineOf(run);
  let interrupted: TrainingEvent | undefined;
  for await (const event of trainer.run(options.signal)) {
    if (event.type === 'interrupted') interrupted = event;
    if (event.type === 'update-intended') await journal?.intend(event, trainer.state);
    if (event.type === 'update-applied') {
      await journal?.applied(trainer.state);
      await band?.look();
    }
    const epoch = event.type === 'epoch';
    if (epoch) {
      due(true);
      const text = told();
      if (text !== undefined) await journal?.happened({ what: 'retries', text });
    }
    await options.take(event);
    if (epoch) journal?.stands(trainer.state);
    if (epoch || event.type === 'interrupted') {
      const best = epoch && trainer.state.best?.epoch === event.record.epoch;
      await keepCheckpoint(directory, run, options, best);
      due(false);
    }
    if (event.type === 'epoch') await checks?.ended(event.record.epoch);
  }
  return interrupted === undefined ? {} : { interrupted };
}

/** Tells, each time, what was amiss on the line since the last: nothing where nothing was. */
function lineOf({ composition: { hardware } }: ComposedRun): () => string | undefined {
  let before = hardware?.lineFigures?.();
  return () => {
    const now = hardware?.lineFigures?.();
    if (now === undefined || before === undefined) return undefined;
    const [retries, errors] = [now.retries - before.retries, now.errors - before.errors];
    before = now;
    return retries + errors === 0
      ? undefined
      : `${retries} requests repeated, ${errors} damaged frames in this epoch`;
  };
}

async function keepCheckpoint(
  directory: RunDirectory,
  run: ComposedRun,
  { tell }: KeptOptions,
  best: boolean,
): Promise<void> {
  const path = await saveCheckpoint(directory, run);
  if (best) await keepBest(directory, path);
  await tell({ type: 'checkpoint-written', path, updates: run.trainer.state.updates });
}

/** Whether a board was told to stop, by whoever ends this process in a hurry or by somebody else. */
function isStopped(error: unknown): boolean {
  return error instanceof OhmpropError && error.code === 'board.stopped';
}

/** An end in a hurry: the board was stopped in the middle of an update, and says whether it carried that out. */
async function endStopped(
  directory: RunDirectory,
  run: ComposedRun,
  journal: RunJournal,
  options: KeptOptions,
): Promise<{ interrupted: TrainingEvent }> {
  const { trainer } = run;
  // What cannot be asked now is asked by whoever goes on: the journal has all that he needs.
  await (async () => {
    const found = await journal.compare();
    if (found.how === 'otherwise') return;
    await trainer.restore(found.trainer, deviceAt(await trainer.device.snapshot(), found), trainer.arrays);
    await journal.goesOnAs(found);
    await keepCheckpoint(directory, run, options, false);
  })().catch(() => {});
  return { interrupted: { type: 'interrupted', epoch: trainer.state.epoch } };
}

/** @returns false where an end was asked for while the board was away */
async function goOnAfter(
  error: OhmpropError,
  { trainer, composition: { hardware } }: ComposedRun,
  { journal, band }: BoardCare,
  patience_seconds: number,
  { signal, tell }: KeptOptions,
): Promise<boolean> {
  if (hardware?.line === undefined) throw error;
  const started = performance.now();
  await journal.happened({ what: 'paused', text: error.message, code: error.code });
  await tell({ type: 'paused', text: error.message, code: error.code });
  for (;;) {
    const there = await findAgain(hardware.line, error, {
      patience_seconds,
      signal,
      tell: (text) => tell({ type: 'hardware', text }),
    });
    if (!there) return false;
    try {
      const say = (text: string) => tell({ type: 'hardware', text });
      if (!(await band.back(error.code === outOfBand, say, signal))) return false;
      const found = await journal.compare();
      await trainer.restore(found.trainer, deviceAt(await trainer.device.snapshot(), found), trainer.arrays);
      await journal.goesOnAs(found);
      const seconds = (performance.now() - started) / 1000;
      await journal.happened({ what: 'resumed', text: found.text, seconds });
      await tell({ type: 'resumed', text: found.text, seconds });
      return true;
    } catch (again) {
      // It may be lost once more while it is looked at.
      if (!isPassing(again)) throw again;
    }
  }
}
