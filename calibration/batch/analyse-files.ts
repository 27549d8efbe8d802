import { availableParallelism } from 'node:os';
import { eventLoopTurn, inputError } from '../../core/index.js';
import type { FeatureOptions } from '../features/index.js';
import { MeasuredReader, type ReadingAsked } from '../files/index.js';
import { type AnalysedFile, analyseFile, type FileOutcome, skippedBy } from './analyse-file.js';
import type { FoundFile, SkippedFile } from './find-files.js';
import { inThreads, LostTask, threadModule } from './thread-pool.js';

/** What every thread of a batch is started with. */
export interface BatchStart {
  readonly reading: ReadingAsked;
  readonly features: FeatureOptions;
}

/** What is under way: files are read, some once more at one voltage, and cells are fitted. */
export type BatchStage = 'reading' | 'comparing' | 'fitting';

/** How a batch is read. */
export interface BatchOptions extends BatchStart {
  /** Default one a core, where there are files enough. The answer does not depend on it. */
  readonly threads?: number;
  readonly signal?: AbortSignal;
  /** After each file and each fit. */
  readonly progress?: (done: number, all: number, stage: BatchStage) => void;
  readonly stage?: BatchStage;
}

/** Where the cells of a batch are compared. */
export interface CommonVoltage {
  /** Magnitude [V]. */
  readonly value_V: number;
  /** What the cells would have been read at, each on its own [V], ascending. */
  readonly own_V: readonly number[];
}

/** All files of a batch, in the order in which they were found. */
export interface Batch {
  readonly analysed: readonly AnalysedFile[];
  readonly skipped: readonly SkippedFile[];
  /** Where cells would have been read at different voltages: the one that they are compared at. */
  readonly common?: CommonVoltage;
}

/** Fewer files are read before a thread has started. */
const FEW = 24;
const MOST_THREADS = 8;

/**
 * Reads files and finds their features, many at a time.
 * @throws `calibrate.answers` (exit code 2); the signal's reason where it was aborted
 */
export async function analyseFiles(files: readonly FoundFile[], options: BatchOptions): Promise<Batch> {
  const { reading, features, signal, progress, stage = 'reading' } = options;
  const outcomes: FileOutcome[] = new Array(files.length);
  let done = 0;
  const take = (at: number, outcome: FileOutcome): void => {
    outcomes[at] = outcome;
    done++;
    progress?.(done, files.length, stage);
  };
  const threads = options.threads ?? Math.min(MOST_THREADS, availableParallelism());
  const module = files.length > FEW && threads > 1 ? threadModule('worker') : undefined;
  if (module === undefined) {
    const reader = new MeasuredReader(reading);
    for (const [at, file] of files.entries()) {
      signal?.throwIfAborted();
      take(at, await analyseFile(file, reader, features));
      // So that a progress bar is drawn and Ctrl-C is heard.
      await eventLoopTurn();
    }
  } else {
    const start: BatchStart = { reading, features };
    await inThreads(module, {
      threads,
      start,
      tasks: files,
      ...(signal === undefined ? {} : { signal }),
      done: (at, result) => take(at, outcomeOf(files[at], result as ThreadResult)),
    });
  }
  return {
    analysed: outcomes.flatMap((outcome) => (outcome.kind === 'analysed' ? [outcome.file] : [])),
    skipped: outcomes.flatMap((outcome) => (outcome.kind === 'skipped' ? [outcome.file] : [])),
  };
}

type ThreadResult =
  | FileOutcome
  | LostTask
  | { readonly kind: 'ended'; readonly code: string; readonly message: string };

function outcomeOf(file: FoundFile, result: ThreadResult): FileOutcome {
  if (result instanceof LostTask) return { kind: 'skipped', file: skippedBy(file, new Error(result.reason)) };
  if (result.kind === 'ended') throw inputError(result.code, result.message);
  return result;
}
