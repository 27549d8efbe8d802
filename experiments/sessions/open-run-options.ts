import type { DataSet } from '../../learning/index.js';
import type { Opening } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import type { LoadedCheckpoint } from './checkpoint.js';
import type { EarlyWaiting } from './through-losses.js';

/** What may be done to the device and the directory of a run that is opened. */
export interface OpenRunOptions {
  /**
   * `write` puts the device where the run left it. `compare` does so only where the device was made for this: hardware that
   * was there keeps what it holds, which has to be what the run left.
   */
  readonly restore: 'write' | 'compare';
  /** How its device is opened. */
  readonly opening?: Opening;
  /** To go on training: nobody else may then write into its directory. */
  readonly write?: boolean;
  /** Goes on with, or looks at, another board than the run was trained on; else that is refused. */
  readonly otherBoard?: boolean;
  /** What was measured of its board, or `none`, instead of what it was begun with. */
  readonly calibration?: string;
  /** Where its board is lost while it is opened: how long is waited, and who hears of it. Not at all when left out. */
  readonly waiting?: EarlyWaiting;
  /** Refuses a run by throwing, before its device is opened. */
  readonly check?: (config: RunConfig, checkpoint: LoadedCheckpoint, dataSet: DataSet) => void;
  /** Which epoch to look at: the best on the validation samples (default), where a run has any, or the last. */
  readonly epoch?: 'best' | 'last';
  /** What to set otherwise in its configuration. */
  readonly change?: (config: RunConfig) => RunConfig;
  /**
   * Writes its parameters into cells as they come from the factory; else those that only read otherwise than its own are its own,
   * as training left them.
   */
  readonly freshCells?: boolean;
  /** Time that passes before it is looked at, s, for runs in cells; on top of what passed in training. */
  readonly wait_s?: number;
  /** Data to look at instead of its own, tested whole, presented as its own were. */
  readonly data?: string;
  /** Rows of unknown classes (`csv:FILE`, `npz:FILE`) instead of its own data, as the test set. */
  readonly rows?: string;
  /** Only its parameters are wanted: its data are not read, where the run says what they were like. */
  readonly withoutData?: boolean;
  /** What becomes of a run whose own data are another file's content by now: it is told (default), or refused. */
  readonly changedData?: 'told' | 'refused';
}
