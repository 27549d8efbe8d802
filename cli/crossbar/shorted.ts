import type { CrossbarDescription, CrossbarDrive } from '../../circuits/crossbar/index.js';
import { inputError } from '../../core/index.js';

/**
 * Refuses a short right between a driver and a pad at another voltage: its current would be that of `--short-ohm` alone.
 * @throws OhmpropError `crossbar.short`
 */
export function requireNoShort(
  { rows, columns, conductances_S, wires = {}, driveBothEnds, senseEnds, ...lines }: CrossbarDescription,
  { rows_V, columns_V, count }: CrossbarDrive,
  short_ohm: number,
): void {
  const { row_ohm = 0, column_ohm = 0, driver_ohm = 0, sense_ohm = 0 } = wires;
  const { firstRow_ohm = row_ohm, lastColumn_ohm = column_ohm } = wires;
  if (driver_ohm + sense_ohm + firstRow_ohm + lastColumn_ohm > 0) return;
  const [without, and] = [new Set(lines.floatingRows), new Set(lines.floatingColumns)];
  for (let k = 0; k < rows * columns; k++) {
    if (!(conductances_S[k] >= 1 / short_ohm)) continue;
    const [i, j] = [Math.floor(k / columns), k % columns];
    if (without.has(i) || and.has(j)) continue;
    // on a line with resistance only the cells at its pads have none before them
    const atDriver = row_ohm === 0 || j === 0 || (driveBothEnds && j === columns - 1);
    const last = senseEnds !== 'first' && i === rows - 1;
    const atSense = column_ohm === 0 || last || (senseEnds !== 'last' && senseEnds !== undefined && i === 0);
    if (!atDriver || !atSense) continue;
    for (let p = 0; p < count; p++) {
      const [word_V, bit_V] = [rows_V[p * rows + i], columns_V?.[p * columns + j] ?? 0];
      if (word_V === bit_V) continue;
      throw inputError(
        'crossbar.short',
        `the cell where a driver at ${word_V} V meets a pad at ${bit_V} V (driven line ${i}, sensed line ${j} of the solver, from 0) is a short, and nothing else is in the way: its current would be that of --short-ohm ${short_ohm} alone; give --driver-ohm, --sense-ohm or --wire-ohm, or open the cell`,
      );
    }
  }
}
