import type { MeasuredFile } from '../measured/index.js';
import { type CellDescription, cellsOf, describeCell, type TrainsOfFile, trainsOf } from '../trains/index.js';

/** Pulse trains of a file, described cell by cell. */
export interface TrainReport extends Omit<TrainsOfFile, 'trains'> {
  readonly cells: readonly CellDescription[];
}

/** Labels, noise and window of all trains of a file; undefined where it has none. A cell whose trains say nothing is refused with the reason. */
export function trainReport(file: MeasuredFile): TrainReport | undefined {
  const { trains, refused, ...rest } = trainsOf(file);
  if (trains.length + refused.length + rest.ramps.length === 0) return undefined;
  const more = [...refused];
  const cells: CellDescription[] = [];
  for (const [cell, ofCell] of cellsOf(trains)) {
    try {
      cells.push(describeCell(cell, ofCell));
    } catch (error) {
      more.push({ series: cell, reason: (error as Error).message });
    }
  }
  return { ...rest, cells, refused: more };
}
