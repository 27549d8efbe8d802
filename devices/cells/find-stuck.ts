import type { CellArray } from '../contract/index.js';
import type { MappedGroup } from './mapped-group.js';
import { pulsesEndToEnd } from './pulse/index.js';

/** How hard a cell is tried before it is called stuck. */
export interface StuckTest {
  /** Pulses each way; a good cell must answer to so many. */
  readonly pulses: number;
  /** Least answer of a good cell, of the array's range. */
  readonly least: number;
  /** Reads averaged before and after. */
  readonly averages?: number;
}

/**
 * Finds cells that do not move, on any array: pulses up and down by turns, away from the nearer end first, with a read after
 * each; two updates above the array's last. A cell is called stuck if it answers to neither direction. Leaves good cells near
 * where they were.
 * @returns 1 for each stuck cell
 */
export async function findStuckCells(cells: CellArray, test: StuckTest): Promise<Uint8Array> {
  const { g_min_S, g_max_S } = cells.info;
  const averages = test.averages ?? 1;
  const least = test.least * (g_max_S - g_min_S);
  const before = await cells.read(undefined, { averages });
  const away = Int16Array.from(before, (g) => (g < 0.5 * (g_min_S + g_max_S) ? test.pulses : -test.pulses));
  await cells.pulse({ counts: away }, { id: cells.info.lastUpdate + 1 });
  const between = await cells.read(undefined, { averages });
  await cells.pulse({ counts: away.map((n) => -n) }, { id: cells.info.lastUpdate + 1 });
  const after = await cells.read(undefined, { averages });
  return Uint8Array.from(before, (g, c) =>
    Number(Math.abs(between[c] - g) < least && Math.abs(after[c] - between[c]) < least),
  );
}

/** Tests every array of a store and masks what does not move. Leaves good cells near where they were. Returns how many. */
export async function maskStuckCells({
  groups,
}: {
  readonly groups: ReadonlyMap<string, MappedGroup>;
}): Promise<number> {
  let found = 0;
  for (const { cells } of groups.values()) {
    for (const c of cells) {
      // a tenth of the way from end to end must show, or of what one plan can ask
      const tenth = Math.ceil(pulsesEndToEnd(c.model.potentiation, true) / 10);
      const pulses = Math.min(tenth, c.array.info.maxPulses);
      const least = (0.01 * pulses) / tenth;
      c.setMask(await findStuckCells(c.array, { pulses, least, averages: 16 }));
      found += c.maskedCells;
    }
  }
  return found;
}
