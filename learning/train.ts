import type { AnalogDevice, Coding } from '../devices/contract/index.js';
import { Coder } from './coding.js';
import type { DataSet } from './data/index.js';
import { Trainer } from './trainer.js';
import type { EpochRecord, TrainingEvent } from './training-events.js';
import type { TrainingOptions } from './training-options.js';

/** What `train` needs: a device, data, and how to train. What happens is told to `onEvent`, as data. */
export interface TrainOptions extends TrainingOptions {
  readonly device: AnalogDevice;
  readonly data: DataSet;
  /** How data become inputs and outputs become classes; as the device proposes when left out. */
  readonly coding?: Coding;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: TrainingEvent) => void;
}

/** What a training left behind: a record an epoch, and whether `signal` cut it short. */
export interface TrainResult {
  readonly epochs: readonly EpochRecord[];
  readonly interrupted: boolean;
  /** To go on with: `trainer.run()`, or its state for a checkpoint of your own. */
  readonly trainer: Trainer;
}

/**
 * Trains any analog device on a data set, the library's form of `ohmprop train`: no files are written.
 * Throws `OhmpropError` on options that do not fit, and when a phase gives nothing to learn from.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { device, data, coding, signal, onEvent, ...training } = options;
  const trainer = new Trainer({
    ...training,
    device,
    dataSet: data,
    coder: new Coder(data, device.info, coding),
  });
  const epochs: EpochRecord[] = [];
  let interrupted = false;
  for await (const event of trainer.run(signal)) {
    onEvent?.(event);
    if (event.type === 'epoch') epochs.push(event.record);
    if (event.type === 'interrupted') interrupted = true;
  }
  return { epochs, interrupted, trainer };
}
