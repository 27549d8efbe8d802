import { inputError, quoted } from '../../core/index.js';
import type { CrossbarWires } from './description.js';

/** What a published simulator has between its sources and the first cells, as a share of a segment. */
interface Convention {
  readonly firstRow: 0 | 1;
  readonly lastColumn: 0 | 1;
}

/** Line conventions by the names of those who publish tables in them. */
export const lineConventions = {
  /** A segment before the first cell and after the last: badcrossbar, CrossSim, and this project. */
  badcrossbar: { firstRow: 1, lastColumn: 1 },
  crosssim: { firstRow: 1, lastColumn: 1 },
  /** Sources straight on the first cells. */
  'crossbar-microcap': { firstRow: 0, lastColumn: 1 },
  /** Source and load resistances of their own, no segments (Chen, IEEE T-ED 60, 2013; MemTorch has it). */
  pytorx: { firstRow: 0, lastColumn: 0 },
  chen: { firstRow: 0, lastColumn: 0 },
} as const satisfies Readonly<Record<string, Convention>>;

/**
 * First and last segments of a convention.
 * @throws OhmpropError `crossbar.convention`
 */
export function segmentsOf(
  name: string,
  wires: Pick<CrossbarWires, 'row_ohm' | 'column_ohm'>,
): Pick<CrossbarWires, 'firstRow_ohm' | 'lastColumn_ohm'> {
  if (!Object.hasOwn(lineConventions, name)) {
    throw inputError(
      'crossbar.convention',
      `convention: got ${quoted(name)}; known are ${Object.keys(lineConventions).join(', ')}`,
    );
  }
  const { firstRow, lastColumn } = lineConventions[name as keyof typeof lineConventions];
  return { firstRow_ohm: firstRow * wires.row_ohm, lastColumn_ohm: lastColumn * wires.column_ohm };
}
