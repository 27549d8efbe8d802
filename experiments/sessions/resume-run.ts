import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { inputError, OhmpropError } from '../../core/index.js';
import { appendToJournal, truncateMetrics, writeFileAtomically } from '../../records/index.js';
import type { Opening } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import { checkConfig, describeUnused, isInstrument, unusedSettings } from '../schema/index.js';
import { keepCalibration } from './board-of-run.js';
import { closeDevice, finallyClose } from './finally-close.js';
import { KeptLine } from './kept-line.js';
import { type OpenedRun, openRun } from './open-run.js';
import type { OpenRunOptions } from './open-run-options.js';
import { readEpochs } from './run-epochs.js';
import { type SessionOptions, trainInRunDirectory } from './session.js';
import type { RunOutcome } from './start-run.js';

/** What may differ when a run goes on; all else is as it was. */
export interface ResumeRunOptions
  extends Pick<SessionOptions, 'signal' | 'sinks' | 'lineLog' | 'withoutReport'> {
  /** Passes in all, if other than the run was started with. */
  readonly epochs?: number;
  /** Threads from now on; results are the same. */
  readonly threads?: number | 'auto';
  /** Where pulses are logged from now on, in the run directory; for a run whose log lay elsewhere. */
  readonly pulseLog?: string;
  /** Where its board is now, if not where it was. */
  readonly device?: string;
  /** Goes on with another board than it was trained on; else that is refused. */
  readonly otherBoard?: boolean;
  /** What was measured of its board, a file or `none`; what it was begun with when left out. */
  readonly calibration?: string;
  /** As of `startRun`. */
  readonly openArray?: NonNullable<Opening['openArray']>;
  /** Goes on though the data's files are not what they were; else that is refused. */
  readonly changedData?: boolean;
}

/** Goes on with a run from its newest checkpoint, as if it had never stopped. @throws `run.finished` */
export async function resumeRun(path: string, options: ResumeRunOptions = {}): Promise<RunOutcome> {
  const {
    epochs: asked,
    threads,
    pulseLog,
    changedData = false,
    device,
    otherBoard = false,
    calibration,
    openArray,
    ...rest
  } = options;
  let planned = 0;
  const line = new KeptLine(rest.lineLog);
  const { directory, run, warnings, found } = await opened(path, {
    restore: 'write',
    opening: {
      lineLog: line.log,
      recorded: rest.lineLog !== undefined,
      ...(openArray === undefined ? {} : { openArray }),
    },
    write: true,
    changedData: changedData ? 'told' : 'refused',
    otherBoard,
    ...(calibration === undefined ? {} : { calibration }),
    waiting: {
      signal: rest.signal,
      tell: async (text) => {
        for (const sink of rest.sinks ?? []) await sink({ type: 'hardware', text });
      },
    },
    change: (config) => {
      planned = config.training.epochs;
      const changed = {
        ...config,
        threads: threads ?? config.threads,
        ...(device === undefined ? {} : onDevice(path, config, device)),
        ...(pulseLog === undefined ? {} : { cells: loggedCells(path, config, pulseLog) }),
        training: { ...config.training, epochs: asked ?? planned },
      };
      return checkConfig(changed, 'resume');
    },
    check: ({ training }, { trainer }) =>
      requireEpochsLeft(path, trainer.epoch - 1, training.epochs, planned),
  });
  line.keepIn(directory.path);
  const work = async (): Promise<RunOutcome> => {
    const finished = run.trainer.state.epoch - 1;
    const logAnew = await run.composition.pulseLog?.continueIn(directory.path);
    await truncateMetrics(directory.metrics, finished);
    const measured =
      calibration === undefined ? undefined : await keepCalibration(directory, run.composition, finished);
    await writeFileAtomically(directory.config, stringify(run.config));
    const earlier = await readEpochs(directory, finished);
    const result = await trainInRunDirectory(directory, run, {
      ...rest,
      earlier: earlier.epochs,
      ...(found === undefined ? {} : { found }),
      warnings: [
        ...warnings,
        ...earlier.warnings,
        ...[logAnew, measured].filter((text) => text !== undefined),
      ],
    });
    return { ...result, path: directory.path, config: run.config };
  };
  // Whatever happened, a board is left disarmed.
  return finallyClose(
    () => line.around(() => finallyClose(work, () => closeDevice(run, rest.sinks)), rest.sinks),
    () => directory.release(),
  );
}

/** Opens it; what a board that is not there was asked for in vain is in the journal, for who tries again. */
async function opened(path: string, options: OpenRunOptions): Promise<OpenedRun> {
  try {
    return await openRun(path, options);
  } catch (error) {
    const journal = join(path, 'journal.jsonl');
    if (error instanceof OhmpropError && /^(board|line)\./.test(error.code) && existsSync(journal)) {
      const { message, code } = error;
      await appendToJournal(journal, { kind: 'happened', what: 'failed', text: message, code }).catch(
        () => {},
      );
    }
    throw error;
  }
}

/**
 * What changes in a run whose board, or the instrument of whose cells, is elsewhere now.
 * @throws `config.unused` where it is on neither
 */
export function onDevice(path: string, { network, cells }: RunConfig, device: string): Partial<RunConfig> {
  if (network.kind === 'board') return { network: { ...network, device } };
  if (cells !== undefined && isInstrument(cells.model)) return { cells: { ...cells, model: device } };
  throw inputError(
    'config.unused',
    `--device has no effect: ${path} is not a run on a board or an instrument`,
  );
}

/** The cells of a run under a log of their pulses. @throws `config.unused` where there are no pulses */
function loggedCells(path: string, config: RunConfig, pulseLog: string): RunConfig['cells'] {
  const { cells } = config;
  if (cells === undefined) {
    throw inputError(
      'config.unused',
      `--pulse-log has no effect: the conductances of ${path} are not in cells, so there are no pulses`,
    );
  }
  const logged = { ...cells, pulseLog };
  const unused = unusedSettings({ ...config, cells: logged }).find(
    (setting) => setting.path.join('.') === 'cells.pulseLog',
  );
  if (unused !== undefined) throw inputError('config.unused', `${path}: ${describeUnused(unused)}`);
  return logged;
}

/** @param planned epochs that the run was to have until now */
function requireEpochsLeft(path: string, finished: number, epochs: number, planned: number): void {
  if (finished < epochs) return;
  const advice =
    finished < planned
      ? `${finished} of ${planned} epochs are done; --epochs must be above ${finished}, or left out to go on to ${planned}`
      : `all ${finished} epochs are done; to go on, ask for more: --epochs ${finished + 10}`;
  throw inputError('run.finished', `${path}: ${advice}`);
}
