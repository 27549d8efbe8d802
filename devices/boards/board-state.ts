import type { DeviceState } from '../../core/index.js';
import { inputError } from '../../core/index.js';
import { checkState } from '../contract/index.js';
import { checkTaps } from './board-limits.js';
import type { BoardOperations, Taps } from './operations.js';
import { boardProfiles } from './profiles.js';

/** Of a board's states. */
export const boardStateFormat = 'learning-board/1';

/** How what a board holds differs from a state. */
export interface BoardDifference {
  /** Nothing differs. */
  readonly equal: boolean;
  /** Pots whose tap differs, and pots whose tap or residual does, rising. */
  readonly wipers: readonly number[];
  readonly pots: readonly number[];
  readonly lastUpdate: { readonly here: number; readonly inState: number };
  /** An update that a reset has cut off between two pots. */
  readonly cutShort?: number;
}

/** Taps, residuals and last update of a board, with what tells one board from another. */
export async function boardState(board: BoardOperations): Promise<DeviceState> {
  const { taps, residuals } = await board.readTaps();
  const { boots, pulses, lastUpdate } = await board.counters();
  const { identity, profile, use } = board;
  return {
    format: boardStateFormat,
    arrays: { taps, residuals },
    values: {
      profile: profile.name,
      inputs: use.inputs,
      outputs: use.outputs,
      lastUpdate,
      board: identity,
      boots,
      pulses,
    },
  };
}

/**
 * Compares what a board holds with a state; reads only.
 * @param masked pots that nobody writes, wherever they stand: they count as equal
 * @throws OhmpropError where the state is of another kind of board
 */
export async function compareWithState(
  board: BoardOperations,
  state: DeviceState,
  masked: ReadonlySet<number> = new Set(),
): Promise<BoardDifference> {
  const wanted = tapsOf(board, state);
  const here = await board.readTaps();
  const { lastUpdate, cutShort } = await board.counters();
  const pots = differingPots(here, wanted).filter((e) => !masked.has(e));
  const wipers = pots.filter((e) => here.taps[e] !== wanted.taps[e]);
  const inState = Number(state.values.lastUpdate);
  const whole = cutShort === undefined;
  const equal = pots.length === 0 && lastUpdate === inState && whole;
  return { equal, wipers, pots, lastUpdate: { here: lastUpdate, inState }, ...(whole ? {} : { cutShort }) };
}

/**
 * Brings a board to a state; only what differs is written, so nothing where nothing does.
 * @param tell of the wipers that are about to be moved, how many
 * @param masked pots that are not written, wherever they stand
 */
export async function restoreState(
  board: BoardOperations,
  state: DeviceState,
  tell: (wipers: number) => void = () => {},
  masked: ReadonlySet<number> = new Set(),
): Promise<void> {
  const { pots, wipers, lastUpdate, cutShort } = await compareWithState(board, state, masked);
  tell(wipers.length);
  if (pots.length > 0) await board.writeTaps(tapsOf(board, state), pots);
  // Saying which update was the last also says that the taps are right again.
  if (lastUpdate.here !== lastUpdate.inState || cutShort !== undefined)
    await board.setLastUpdate(lastUpdate.inState);
}

/**
 * Writes the pots whose tap or residual is not as wanted, and no others.
 * @param tell of the wipers that are about to be moved, how many
 */
export async function writeDifferingTaps(
  board: BoardOperations,
  here: Taps,
  wanted: Taps,
  tell: (wipers: number) => void = () => {},
): Promise<void> {
  const pots = differingPots(here, wanted);
  tell(pots.filter((e) => here.taps[e] !== wanted.taps[e]).length);
  if (pots.length > 0) await board.writeTaps(wanted, pots);
}

function differingPots(here: Taps, wanted: Taps): number[] {
  return [...here.taps.keys()].filter(
    (e) => here.taps[e] !== wanted.taps[e] || here.residuals[e] !== wanted.residuals[e],
  );
}

/** The taps of a state that is of this kind of board. */
function tapsOf({ profile, use }: BoardOperations, state: DeviceState): Taps {
  checkState(state, boardStateFormat, { taps: profile.pots, residuals: profile.pots });
  const { values, arrays } = state;
  const ofFirmware = boardProfiles.find(({ name }) => name === values.profile)?.firmware;
  if (ofFirmware !== profile.firmware || values.inputs !== use.inputs || values.outputs !== use.outputs) {
    throw inputError(
      'state.board',
      `device state: written by a ${values.profile} board with ${values.inputs} inputs and ${values.outputs} outputs, this is a ${profile.name} board with ${use.inputs} and ${use.outputs}`,
    );
  }
  checkTaps(profile, arrays.taps, arrays.residuals);
  return { taps: Uint8Array.from(arrays.taps), residuals: Int16Array.from(arrays.residuals) };
}
