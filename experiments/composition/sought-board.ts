import { OhmpropError } from '../../core/index.js';
import type { BoardClient, BoardElsewhere } from '../../drivers/board/index.js';

/** What opening a line may meet while its board is elsewhere. */
export const ELSEWHERE = /^(line|board)\./;

/** How a board is opened, once and again. */
export interface LineOpening {
  /** Opens the line and says hello, as often as it is called. @param address where, if not where the board was named to be */
  readonly openClient: (address?: string) => Promise<BoardClient>;
  /** Looks for a board that is no longer where it was. */
  readonly elsewhere?: (serial: string, since: 'now' | 'seen') => Pick<BoardElsewhere, 'find'>;
  /** The board that is meant, of a run that goes on: it may be elsewhere already. */
  readonly sought?: { readonly serial: string; readonly at: string };
  /** Told when it was found there. */
  readonly onMoved?: (from: string, to: string) => void;
}

/** Opens the board that is meant where it was, else wherever it is now; another one that stands in its place, where it is nowhere. */
export async function openSought({
  openClient,
  elsewhere,
  sought,
  onMoved,
}: LineOpening): Promise<BoardClient> {
  if (sought === undefined) return openClient();
  let there: BoardClient | undefined;
  let failure: unknown;
  try {
    there = await openClient();
    if (there.identity === sought.serial) return there;
  } catch (error) {
    if (!(error instanceof OhmpropError) || !ELSEWHERE.test(error.code)) throw error;
    failure = error;
  }
  const other = await elsewhere?.(sought.serial, 'seen').find(sought.at);
  if (other !== undefined) {
    const found = await openClient(other);
    if (found.identity === sought.serial) {
      await there?.close();
      onMoved?.(sought.at, other);
      return found;
    }
    await found.close();
  }
  if (there !== undefined) return there;
  throw failure;
}
