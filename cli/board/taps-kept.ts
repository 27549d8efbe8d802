import {
  type BoardClient,
  forgetKeptTaps,
  type KeptTaps,
  keptTaps,
  keptTapsFile,
} from '../../drivers/board/index.js';
import { Exit, type Io, printLine } from '../io.js';
import { type AskedBoard, lineTo, type WithBoardOptions, withBoard } from './open-board.js';

/**
 * Opens a board for what moves its taps and puts them back, also after Ctrl-C. What is kept of them meanwhile (`file`, nothing for a
 * virtual board or one without a serial number) is the caller's to write and, once they are back, to remove.
 * @throws what `withBoard` throws
 */
export async function withTapsKept<T>(
  io: Io,
  asked: AskedBoard & { readonly port: string },
  options: WithBoardOptions,
  work: (client: BoardClient, file: string | undefined) => Promise<T>,
): Promise<T> {
  let own: string | undefined;
  try {
    const how = { keepsTaps: true, board: asked.board, ...options };
    return await withBoard(io, lineTo(asked, io), how, (client) => {
      const file = asked.port === 'virtual' ? undefined : keptTapsFile(client.identity);
      // What an earlier one has left is not what the board holds.
      if (file !== undefined && keptTaps(file) === undefined) own = file;
      return work(client, file);
    });
  } catch (error) {
    // After Ctrl-C the taps were put back before this is thrown: what is kept is what the board holds.
    if (own !== undefined && error instanceof Exit) forgetKeptTaps(own);
    throw error;
  }
}

/** How taps are to be left: as they are, or as they were before something that moved them was cut off. */
export async function tapsToLeave(
  io: Io,
  client: BoardClient,
  file: string | undefined,
): Promise<Omit<KeptTaps, 'kept'>> {
  const now = await client.readTaps();
  const { lastUpdate } = await client.counters();
  const earlier = file === undefined ? undefined : keptTaps(file);
  if (earlier === undefined || earlier.taps.length !== now.taps.length || earlier.lastUpdate !== lastUpdate) {
    return { ...now, lastUpdate };
  }
  printLine(
    io.stderr,
    `${client.transport.name}: what moved its taps at ${earlier.kept} was cut off; the taps from before it are put back at the end (${file}; remove the file to keep those of now)`,
  );
  return earlier;
}
