import { inputError } from '../../core/index.js';
import type { ParameterValues } from '../../devices/contract/index.js';
import { openRunDirectory, readNpz } from '../../records/index.js';
import type { ComposedRun } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import { preferBest } from './best-checkpoint.js';
import { type LoadedCheckpoint, loadCheckpoint, sizeOf } from './checkpoint.js';
import { readRunConfig } from './run-settings.js';
import { adopt, carryOver } from './transfer.js';

/** What a run may start from besides at random: another run's state, or parameters in a file. */
export type Start =
  | { readonly checkpoint: LoadedCheckpoint; readonly config: RunConfig }
  | { readonly parameters: ParameterValues };

/** How a run that starts from something stands before training. */
export interface StartOutcome {
  /** Error on the test set. */
  readonly testError: number;
  /** Where parameters were carried over: how far off they came out. A sentence for people. */
  readonly programming?: string;
}

/**
 * Reads what a run is to start from, before a device is opened: another run's best or newest checkpoint, or a `.npz` with its
 * parameters by group (`g1` [S], `b1` [A], …), as `export` writes it.
 */
export async function readStart(path: string): Promise<Start> {
  if (path.endsWith('.npz')) {
    const arrays = await readNpz(path);
    return {
      parameters: Object.fromEntries(
        Object.entries(arrays).map(([name, { data }]) => [name, Float64Array.from(data, Number)]),
      ),
    };
  }
  const directory = await openRunDirectory(path, { write: false });
  try {
    const checkpoint = await preferBest(directory, await loadCheckpoint(directory));
    return { checkpoint, config: await readRunConfig(directory) };
  } finally {
    await directory.release();
  }
}

/**
 * Puts a fresh run's device where a start says, in place of a random one; updates count from 0 again.
 * @throws `run.size`, `run.device`, `run.parameters` where that does not fit this network or device
 */
export async function startFrom(run: ComposedRun, name: string, start: Start): Promise<StartOutcome> {
  const { trainer } = run;
  let programming: string | undefined;
  if ('parameters' in start) programming = await carryOver(run, start.parameters);
  else {
    const size = sizeOf(trainer);
    if (start.checkpoint.size !== size) {
      throw inputError(
        'run.size',
        `--from ${name}: that run's network is ${start.checkpoint.size}, this one is ${size}; give --data, --layers and --preset of that run`,
      );
    }
    if (start.config.network.kind !== run.config.network.kind) {
      throw inputError(
        'run.device',
        `--from ${name}: that run is on a ${start.config.network.kind} network, this one on a ${run.config.network.kind} network, whose parameters mean other things; give --preset of that run`,
      );
    }
    programming = await adopt(run, start.checkpoint, start.config);
  }
  const { error: testError } = await trainer.evaluateOn('test');
  return { testError, ...(programming === undefined ? {} : { programming }) };
}
