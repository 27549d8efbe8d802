import type { UnlabelledRows } from '../../learning/index.js';
import { openRunDirectory, type RunDirectory } from '../../records/index.js';
import { type ComposedRun, openDescribed } from '../composition/index.js';
import { isInstrument } from '../schema/index.js';
import { standingOfArrays } from './array-standing.js';
import { preferBest } from './best-checkpoint.js';
import {
  anotherBoard,
  boardStanding,
  holdsLast,
  ofItsBoard,
  ownCalibration,
  soughtBoard,
  withCalibration,
} from './board-of-run.js';
import { advanced, type FoundBoard } from './board-standing.js';
import { compareWithRun, type LoadedCheckpoint, loadCheckpoint } from './checkpoint.js';
import { loadRunData } from './data-of-run.js';
import type { OpenRunOptions } from './open-run-options.js';
import { restoreRun } from './restore-run.js';
import { strangeSamples } from './run-data.js';
import { readRunConfig, requireItsModules } from './run-settings.js';
import { standingOf } from './standing.js';
import { throughLosses } from './through-losses.js';

/** A run that exists, its device opened. The caller closes the device. */
export interface OpenedRun {
  readonly directory: RunDirectory;
  readonly run: ComposedRun;
  readonly checkpoint: LoadedCheckpoint;
  /**
   * To be told: that it was cut off, damaged checkpoints, settings and data that are no longer what it was trained on, samples
   * that lie outside what it has seen.
   */
  readonly warnings: readonly string[];
  /** What was asked for by `rows`. */
  readonly rows?: UnlabelledRows;
  /** Of a run on a board: what that was found to hold, against where the run stands. */
  readonly found?: FoundBoard;
  /** Where it is looked at in other cells than its own: how these took its conductances. A sentence for people. */
  readonly programming?: string;
}

/**
 * Opens a run as its newest checkpoint left it, or as its best epoch did.
 * @throws `run.hardware` where hardware holds something else and is not to be written
 */
export async function openRun(path: string, options: OpenRunOptions): Promise<OpenedRun> {
  const directory = await openRunDirectory(path, { write: options.write ?? false });
  try {
    const stored = await readRunConfig(directory);
    const written = await loadCheckpoint(directory);
    const real = stored.cells !== undefined && isInstrument(stored.cells.model);
    const standing = real ? undefined : await boardStanding(directory, written);
    const newest = real
      ? await standingOfArrays(directory, written)
      : standing === undefined
        ? written
        : advanced(written, standing);
    // Who goes on does so from where training stands, who looks looks at the best there is.
    const last = options.write === true || options.epoch === 'last';
    const loaded = last ? newest : await preferBest(directory, newest);
    const cutOff = await standingOf(directory, options.write ?? false, standing !== undefined || real);
    let checkpoint = { ...loaded, warnings: [...cutOff, ...loaded.warnings] };
    const config = withCalibration(path, options.change?.(stored) ?? stored, options.calibration);
    const { known, other, description, changed, rows } = await loadRunData(
      directory,
      stored,
      config,
      options,
    );
    options.check?.(config, checkpoint, description.dataSet);
    const run = await openDescribed(description, {
      ...options.opening,
      run: directory.path,
      ...(options.otherBoard === true ? {} : await soughtBoard(directory, stored, config)),
      ...(options.calibration === undefined ? await ownCalibration(directory, stored, config) : {}),
    });
    try {
      const through = async <T>(work: () => Promise<T>): Promise<T> =>
        options.waiting === undefined ? work() : (await throughLosses(run, work, options.waiting)).result;
      if (options.restore === 'compare' && (await holdsLast(run, checkpoint, newest))) {
        const best = `epoch ${checkpoint.best?.epoch} was the best on the validation samples`;
        const text = `${best}; ${run.trainer.device.info.name} holds the last one, which is used: --restore writes the best onto it`;
        checkpoint = { ...newest, warnings: [...checkpoint.warnings, text] };
      }
      const another = await anotherBoard(directory, run, options.otherBoard ?? false);
      const strange = other === undefined && changed.length === 0 ? [] : strangeSamples(run);
      const warnings = [
        ...checkpoint.warnings,
        ...(await requireItsModules(directory)),
        ...compareWithRun(checkpoint, run, stored),
        ...another,
        ...changed,
        ...(run.dataSet.remarks ?? []),
        ...(await ofItsBoard(directory, run)),
        ...strange,
      ];
      if (known === undefined) {
        warnings.push(
          `${directory.path} does not say on which classes it was trained; the data's are taken to be those`,
        );
      }
      const { programming, found } = await through(() =>
        restoreRun(path, run, checkpoint, stored, options, standing),
      );
      return {
        directory,
        run,
        checkpoint,
        warnings,
        ...(programming === undefined ? {} : { programming }),
        ...(found === undefined ? {} : { found }),
        ...(rows && { rows }),
      };
    } catch (error) {
      // A board must not stay armed.
      await run.trainer.device.close();
      throw error;
    }
  } catch (error) {
    await directory.release();
    throw error;
  }
}
