import { heldLines } from '../drivers/transport/index.js';
import { type StopOutcome, stopBoardAt } from './board/stop-one.js';
import type { Io } from './io.js';

/** Stops everything that programs of this machine hold, boards and instruments, all at once. */
export function stopHeld(io: Io): Promise<StopOutcome[]> {
  return Promise.all(
    heldLines().map(async ({ address, instrument }) => {
      if (instrument === undefined) return stopBoardAt(address, io);
      // Loaded where there is one: a board is driven meanwhile.
      const { stopInstrumentAt } = await import('./instrument/stop-one.js');
      return stopInstrumentAt(instrument, io);
    }),
  );
}
