import { inputError } from '../../core/index.js';
import { sameTaps, type Taps, tapSteps, tapsAfter, tapsHash } from '../../devices/boards/index.js';
import type { DeviceState } from '../../devices/contract/index.js';
import type { TrainerState } from '../../learning/index.js';
import type { IntentRecord, JournalLine } from '../../records/index.js';
import type { HeldWipers } from '../composition/index.js';
import { type LoadedCheckpoint, trainerStateOf } from './checkpoint.js';

// Where a run on a board stands: its newest checkpoint, and every update after it that its journal tells the outcome of. One more
// may have been carried out, whose outcome nobody could write down; whether it was, the board says.

/** Where a run on a board stands by what was written down. */
export interface BoardStanding {
  readonly trainer: TrainerState;
  readonly taps: Taps;
  /** Id of the last update whose outcome is known. */
  readonly update: number;
  /** The update after it, where it was to be asked for: it may have been carried out, or not. */
  readonly intended?: IntentRecord | undefined;
  /** Of the board that did it. */
  readonly serial?: string | undefined;
}

/** What a board was found to hold, against where the run stands by what was written down. */
export interface FoundBoard {
  /**
   * `as-left`: the taps are where they should be, and an update that was only intended was not carried out. `carried-out`: it was,
   * once. `otherwise`: something else, so that the taps are to be written as they should be.
   */
  readonly how: 'as-left' | 'carried-out' | 'otherwise';
  /** Where training goes on. */
  readonly trainer: TrainerState;
  /** What the board is to hold then. */
  readonly taps: Taps;
  readonly update: number;
  /** What it was held against. */
  readonly standing: BoardStanding;
  /** A sentence for people. */
  readonly text: string;
}

/** CRC-32 of taps and residuals, eight hexadecimal digits. */
export function hashOfTaps(taps: Taps): string {
  return tapsHash(taps).toString(16).padStart(8, '0');
}

function arraysOf({ taps, residuals }: Readonly<Record<keyof Taps, ArrayLike<number>>>): Taps {
  return { taps: Uint8Array.from(taps), residuals: Int16Array.from(residuals) };
}

/** Where a run stands by a checkpoint alone. */
export function standingAt({ trainer, device }: Pick<LoadedCheckpoint, 'trainer' | 'device'>): BoardStanding {
  const { board } = device.values;
  return {
    trainer,
    taps: arraysOf({ taps: device.arrays.taps, residuals: device.arrays.residuals }),
    update: Number(device.values.lastUpdate),
    ...(typeof board === 'string' ? { serial: board } : {}),
  };
}

/**
 * Where a run stands by its newest checkpoint and its journal.
 * @throws OhmpropError `journal.damaged` where the steps do not lead to the taps that they say they lead to
 */
export async function standingBy(
  checkpoint: Pick<LoadedCheckpoint, 'trainer' | 'device'>,
  journal: AsyncIterable<JournalLine>,
  path: string,
): Promise<BoardStanding> {
  const start = standingAt(checkpoint);
  let standing = start;
  for await (const line of journal) {
    if (line.kind === 'held') {
      // A run that went back to its checkpoint says from where it went on.
      standing = { ...(line.update === start.update ? start : standing), serial: line.serial };
    } else if (line.kind === 'intent' && line.id === standing.update + 1)
      standing = { ...standing, intended: line };
    else if (line.kind === 'outcome' && line.id > standing.update) {
      const taps = line.held === undefined ? tapsAfter(standing.taps, line.steps) : arraysOf(line.held);
      if (line.id !== standing.update + 1 || hashOfTaps(taps) !== line.hash) {
        throw inputError(
          'journal.damaged',
          `${path}: update ${line.id} does not follow from what is written before it (update ${standing.update}); move ${path} away to go on from the newest checkpoint`,
          undefined,
          { file: path },
        );
      }
      const trainer = trainerStateOf(line.trainer, path);
      standing = {
        trainer: { ...trainer, best: start.trainer.best },
        taps,
        update: line.id,
        serial: standing.serial,
      };
    }
  }
  return standing;
}

/** A checkpoint brought to where the run stands. */
export function advanced(checkpoint: LoadedCheckpoint, standing: BoardStanding): LoadedCheckpoint {
  if (standing.update === Number(checkpoint.device.values.lastUpdate)) return checkpoint;
  return { ...checkpoint, trainer: standing.trainer, device: deviceAt(checkpoint.device, standing) };
}

/** The state of a board that holds other taps than one. */
export function deviceAt(
  like: DeviceState,
  { taps, update }: Pick<BoardStanding, 'taps' | 'update'>,
): DeviceState {
  return {
    ...like,
    arrays: { ...like.arrays, taps: taps.taps, residuals: taps.residuals },
    values: { ...like.values, lastUpdate: update },
  };
}

/**
 * Holds what a board says against where the run stands.
 * @param clip largest move of a wiper in one update, taps
 */
export function holdAgainst(standing: BoardStanding, held: HeldWipers, clip: number): FoundBoard {
  const { trainer, taps, update, intended, serial } = standing;
  const { cutShort } = held;
  if (cutShort === undefined && held.update === update && sameTaps(held, taps)) {
    const again =
      intended === undefined ? '' : `; update ${intended.id} was not carried out, and is asked for again`;
    return {
      how: 'as-left',
      trainer,
      taps,
      update,
      standing,
      text: `board ${held.serial} holds what it was left with, update ${update}${again}`,
    };
  }
  const sameBoard = serial === undefined || serial === held.serial;
  if (
    cutShort === undefined &&
    sameBoard &&
    intended !== undefined &&
    intended.id === update + 1 &&
    held.update === intended.id
  ) {
    const steps = tapSteps(taps, held);
    // A stop takes up to half a tap more: it clears the residual.
    if (steps.every((step) => Math.abs(step) <= 256 * (clip + 1))) {
      return {
        how: 'carried-out',
        trainer: { ...trainer, minibatch: trainer.minibatch + 1, updates: held.update },
        taps: { taps: held.taps, residuals: held.residuals },
        update: held.update,
        standing,
        text: `board ${held.serial} had carried out update ${held.update}, whose outcome is written down now; its answers to that minibatch are lost`,
      };
    }
  }
  const cut = cutShort === undefined ? '' : `; a reset cut update ${cutShort} off between two pots`;
  const differ = held.taps.reduce((sum, tap, e) => sum + (tap === taps.taps[e] ? 0 : 1), 0);
  return {
    how: 'otherwise',
    trainer,
    taps,
    update,
    standing,
    text: `board ${held.serial} held something else (${differ} of ${taps.taps.length} wipers differed, its last update was ${held.update}, not ${update}${cut}), and is brought back to where update ${update} left it`,
  };
}
