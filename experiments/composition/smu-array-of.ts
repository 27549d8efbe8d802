import type { Smu, SmuCells } from '../../drivers/instruments/smu/index.js';
import type { InstrumentArray } from './array-port.js';
import { smuTiming } from './unopened-arrays.js';

/** A source-measure unit that is armed already, as runs take it. */
export function smuArrayOf(cells: SmuCells, smu: Smu, matrix?: string): InstrumentArray {
  return {
    cells,
    identity: [smu.identity.text, ...(matrix === undefined ? [] : [matrix])].join('; '),
    nominal: smuTiming,
    now_s: () => smu.transport.clock.now_seconds(),
    keepJournal: (path) => cells.keepJournal(path),
    given: (cell) => {
      const { given } = cells;
      return given === undefined ? 0 : given.positive[cell] + given.negative[cell] + given.unknown[cell];
    },
  };
}
