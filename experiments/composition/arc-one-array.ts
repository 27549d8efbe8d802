import {
  type ArcOne,
  type ArcOneCells,
  type ArrayAsked,
  arcOneTiming,
  openArcOneArray,
} from '../../drivers/instruments/index.js';
import type { InstrumentArray } from './array-port.js';

/** The array of an ArC ONE, for a run. */
export async function arcOneArray(asked: ArrayAsked): Promise<InstrumentArray> {
  const { cells, instrument, identity } = await openArcOneArray(asked);
  return arrayOf(cells, instrument, identity);
}

/** An ArC ONE that is open already, as runs take it. */
export function arrayOf(cells: ArcOneCells, instrument: ArcOne, identity: string): InstrumentArray {
  return {
    cells,
    identity,
    nominal: arcOneTiming,
    now_s: () => instrument.line.clock.now_seconds(),
    keepJournal: (path) => cells.keepJournal(path),
    given: (cell) => cells.given.positive[cell] + cells.given.negative[cell] + cells.given.unknown[cell],
  };
}
