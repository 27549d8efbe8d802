import { OhmpropError } from '../../core/index.js';
import type { MeasuredFile } from '../measured/index.js';
import { type CellDescription, cellsOf, describeCell } from './describe-cell.js';
import { type RefusedTrain, type TrainsOfFile, trainsOf } from './read-trains.js';

/** Everything that the pulse trains of a file say before any model; plain data that can be sent to another thread. */
export interface TrainLabels extends Pick<TrainsOfFile, 'ramps' | 'refused' | 'remarks'> {
  readonly cells: readonly CellDescription[];
}

/** Labels of a whole file, cell by cell; a cell whose trains are too short or flat is refused with the reason. */
export function trainLabels(file: MeasuredFile): TrainLabels {
  const { trains, ramps, refused, remarks } = trainsOf(file);
  const cells: CellDescription[] = [];
  const also: RefusedTrain[] = [];
  for (const [name, ofCell] of cellsOf(trains)) {
    try {
      cells.push(describeCell(name, ofCell));
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      also.push({ series: name, reason: error.message });
    }
  }
  return { cells, ramps, refused: [...refused, ...also], remarks };
}
