import type { EpochRecord, TrainingEvent } from '../../learning/index.js';
import type { LineFigures } from '../composition/index.js';
import type { StartOutcome } from './start-from.js';

/**
 * What happens while a run trains, as plain data. A session begins with `session-started` and ends with exactly one of
 * `interrupted`, `finished` and `failed`; after it comes only what a board says while it is closed.
 */
export type SessionEvent =
  | SessionStarted
  | (TrainingEvent & {
      /** Of the line to a board, where there is one; with minibatches and epochs. */
      readonly line?: LineFigures;
    })
  | { readonly type: 'warning'; readonly text: string }
  /** What a board says unasked: that it was reset, that its line was lost and found. */
  | { readonly type: 'hardware'; readonly text: string }
  /** A board cannot go on for now, and is waited for: it was lost, has started anew, or is out of its band. */
  | { readonly type: 'paused'; readonly text: string; readonly code: string }
  /** It goes on, so many seconds later. */
  | { readonly type: 'resumed'; readonly text: string; readonly seconds: number }
  | { readonly type: 'checkpoint-written'; readonly path: string; readonly updates: number }
  | { readonly type: 'finished'; readonly epochs: readonly EpochRecord[]; readonly reportPath?: string }
  | { readonly type: 'failed'; readonly error: Error };

/** The first event of a session: what runs, on what, and from where. */
export interface SessionStarted {
  readonly type: 'session-started';
  /** Run directory. */
  readonly run: string;
  readonly device: string;
  readonly data: string;
  /** The column of a table that is taken for the class: `column 3 (species)`. */
  readonly label?: string;
  readonly seed: number;
  /** Passes in all. */
  readonly epochs: number;
  /** Samples of each part. */
  readonly samples: { readonly train: number; readonly validation?: number; readonly test: number };
  /** Where conductances live in cells: `ag-asi-jo`, `accumulate`; and how many nodes learn a bias current that does not. */
  readonly cells?: { readonly model: string; readonly policy: string; readonly idealBiases: number };
  /** Free states kept from epoch to epoch: how many, of which layers, how large. */
  readonly particles?: string;
  /** Where a new run starts, if not at random: another run's state or a file's, and what became of it on this device. */
  readonly startedFrom?: { readonly run: string } & StartOutcome;
  /** Where a run that is not new goes on. */
  readonly resumed?: { readonly epoch: number; readonly updates: number };
}

/** Takes a session's events, in order. The session waits for it; what it throws ends the session as failed. */
export type Sink = (event: SessionEvent) => void | Promise<void>;
