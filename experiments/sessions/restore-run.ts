import { inputError } from '../../core/index.js';
import { type ComposedRun, hardwareSeedOf } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import { takeOver } from './array-standing.js';
import { holdsOneMore } from './board-of-run.js';
import { type BoardStanding, deviceAt, type FoundBoard, holdAgainst, standingAt } from './board-standing.js';
import type { LoadedCheckpoint } from './checkpoint.js';
import type { OpenRunOptions } from './open-run-options.js';
import { adopt, reprogram } from './transfer.js';

/**
 * Puts the device of a run where it left it, or compares it with that.
 * @returns a sentence on how other cells than the run's own took its conductances, or what a board was found to hold
 * @throws OhmpropError `run.hardware` where hardware holds something else and is not to be written
 */
export async function restoreRun(
  path: string,
  run: ComposedRun,
  checkpoint: LoadedCheckpoint,
  stored: RunConfig,
  { restore: how, freshCells, wait_s, write }: OpenRunOptions,
  standing: BoardStanding | undefined,
): Promise<{ programming?: string | undefined; found?: FoundBoard }> {
  const { trainer, config } = run;
  const { trainer: state, device, arrays } = checkpoint;
  const { hardware } = run.composition;
  if (how === 'compare' && hardware?.lifetime === 'persistent') {
    const { equal, text, wipers } = await hardware.compare(device);
    if (equal && run.composition.arrays !== undefined) {
      await takeOver(run, checkpoint, true);
      return { programming: wipers === 0 ? undefined : `nothing was written: ${text}` };
    }
    if (equal || (await holdsOneMore(run, checkpoint, standing))) return {};
    throw inputError(
      'run.hardware',
      `${trainer.device.info.name} does not hold what ${path} left: ${text}. Nothing was written; --restore writes the run's state onto it`,
    );
  }
  if (hardware?.line !== undefined && write === true) {
    const { line } = hardware;
    const found = holdAgainst(standing ?? standingAt(checkpoint), await line.held(), line.clip);
    await trainer.restore(found.trainer, deviceAt(device, found), arrays);
    return { found };
  }
  if (run.composition.arrays !== undefined && hardware !== undefined && write === true) {
    // What cells have moved by themselves is no reason to pulse them.
    const { equal, text } = await hardware.compare(device);
    if (equal) {
      await takeOver(run, checkpoint, false);
      return {};
    }
    await trainer.restore(state, device, arrays);
    return { programming: `the cells were programmed anew: ${text}` };
  }
  // Tried on other cells than it was trained in.
  const others = JSON.stringify(config.cells) !== JSON.stringify(stored.cells);
  // Cells of the same kind that are not the same ones hold nothing of it yet.
  const fresh =
    freshCells === true || (config.cells !== undefined && hardwareSeedOf(config) !== hardwareSeedOf(stored));
  let programming: string | undefined;
  if (fresh) programming = await reprogram(run, checkpoint, stored);
  else if (others) programming = await adopt(run, checkpoint, stored);
  else await trainer.restore(state, device, arrays);
  // What the checkpoint says of conductances was seen by other reads, or earlier.
  if (others || fresh || wait_s !== undefined) await run.composition.cells?.wait(wait_s ?? 0);
  return { programming };
}
