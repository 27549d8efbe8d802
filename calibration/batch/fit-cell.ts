import { OhmpropError } from '../../core/index.js';
import {
  type CellParts,
  type FittedTrains,
  fittedCell,
  type NamedWindow,
  whyNoCell,
  windowEnds,
  windowRemarks,
} from '../cell-files/index.js';
import { type CellDescription, compareLaws, type TrainModelName } from '../trains/index.js';

/** A pulsed cell to be fitted. Plain data. */
export interface CellToFit {
  readonly name: string;
  readonly description: CellDescription;
  /** Laws to compare, or the data themselves; all laws where nobody says. */
  readonly laws?: readonly TrainModelName[] | 'table';
  /** What the noise of reads goes by; @see TrainFitOptions.scatter */
  readonly scatter?: 'even' | 'test';
  /** Where the cell works, where that is known. */
  readonly window?: NamedWindow;
}

/** What fitting a cell came to. Plain data. */
export interface CellFit {
  /** The trains with their laws; absent where a fit could not be made. */
  readonly fitted?: FittedTrains;
  /** The parts of its file, or why there is none. */
  readonly parts?: CellParts;
  readonly refused?: string;
  /** What its file's window is, where it is not simply what was measured. */
  readonly windowRemarks: readonly string[];
}

/** Fits the directions that a cell has; one that cannot be fitted says why, and ends nothing else. */
export function fitCell(cell: CellToFit): CellFit {
  try {
    return fittedLaws(cell);
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    return { refused: error.message, windowRemarks: [] };
  }
}

function fittedLaws({ name, description, laws, scatter, window }: CellToFit): CellFit {
  const ends = windowEnds(description, window);
  const compared = (way: 'up' | 'down') => {
    const trains = description[way].map(({ train }) => train);
    if (trains.length === 0 || laws === 'table') return {};
    return {
      [way]: compareLaws(trains, laws, {
        ...(ends === undefined ? {} : { window: ends }),
        ...(scatter === undefined ? {} : { scatter }),
      }),
    };
  };
  const fitted: FittedTrains = {
    description,
    ...compared('up'),
    ...compared('down'),
    ...(laws === 'table' ? { table: true } : {}),
  };
  const refused = whyNoCell(fitted, window);
  if (refused !== undefined) return { fitted, refused, windowRemarks: [] };
  return {
    fitted,
    parts: fittedCell(name, fitted, window),
    windowRemarks: windowRemarks(fitted, window),
  };
}

/** Why trains make no cell, as far as it is seen before any fit. */
export function whyNotFitted(description: CellDescription): string | undefined {
  if (description.apart !== undefined) return description.apart;
  if (description.up.length === 0 || description.down.length === 0) return whyNoCell({ description });
  const { unit } = description.up[0].train;
  return unit === 'S' ? undefined : 'no conductances: the read voltage, or the unit, is not known';
}
