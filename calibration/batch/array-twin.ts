import { inputError } from '../../core/index.js';
import { type CellParts, fittedPopulation } from '../cell-files/index.js';
import { shareEstimate } from '../estimates/index.js';
import { describeCell, type MeasuredCell } from '../trains/index.js';
import type { BatchOptions } from './analyse-files.js';
import type { CellFit, CellToFit } from './fit-cell.js';
import { fitPulsedCells } from './fit-cells.js';

/** A cell moves where its trains cover more than so many times what its reads scatter. */
const MOVES = 8;

/** A measured array as one cell file, and each cell by itself. */
export interface ArrayTwin {
  readonly parts: CellParts;
  readonly remarks: readonly string[];
  readonly cells: readonly TwinCell[];
  readonly fits: readonly CellFit[];
}

/** What one cell does. */
export interface TwinCell {
  readonly row: number;
  readonly column: number;
  readonly low_S: number;
  readonly high_S: number;
  /** Mean of what a pulse changes over a train, S. */
  readonly up_S: number;
  readonly down_S: number;
  /** σ of a read at rest, relative. */
  readonly readSigma: number;
  readonly stuck: boolean;
}

/**
 * The cell in the middle of an array and the spreads between its cells, as training takes them; cells that no pulse moves count as stuck.
 * @param name of the file, for people
 * @throws OhmpropError `calibrate.no-cell` where none of them can be fitted
 */
export async function arrayTwin(
  name: string,
  measured: readonly MeasuredCell[],
  limits: NonNullable<CellParts['limits']>,
  options: Pick<BatchOptions, 'signal' | 'progress' | 'threads'> & Pick<CellToFit, 'laws'> = {},
): Promise<ArrayTwin> {
  const { laws, ...how } = options;
  const cells = measured.map(cellOf);
  const moving = measured.filter((_, n) => !cells[n].stuck);
  if (moving.length === 0) {
    throw inputError(
      'calibrate.no-cell',
      `${name}: no pulse moves any of ${measured.length} cells by more than their reads scatter; stronger or longer pulses (--pulse), or more of them (--pulses), may`,
    );
  }
  const fits = await fitPulsedCells(
    moving.map(({ row, column, trains }) => ({
      name: `cell ${row},${column}`,
      description: describeCell(`cell ${row},${column}`, trains),
      // instruments read to so many per cent
      scatter: 'test' as const,
      ...(laws === undefined ? {} : { laws }),
    })),
    how,
  );
  const fitted = fits.flatMap((fit) => (fit.fitted === undefined ? [] : [fit.fitted]));
  if (fitted.length === 0) {
    throw inputError('calibrate.no-cell', `${name}: ${fits[0]?.refused ?? 'no cell could be fitted'}`);
  }
  const { parts, remarks } = fittedPopulation(name, fitted);
  const stuck = cells.filter((cell) => cell.stuck).length;
  const { spreads = {}, ...population } = parts.population ?? { spreads: {} };
  return {
    cells,
    fits,
    remarks: [...remarks, `measured cell by cell: ${cells.length} cells, ${stuck} of which no pulse moves`],
    parts: {
      ...parts,
      population: {
        ...population,
        devices: fitted.length,
        spreads: stuck > 0 ? { ...spreads, stuck: shareEstimate(stuck, cells.length, 'cells') } : spreads,
        ...(stuck > 0 ? { stuckAt: 'anywhere' as const } : {}),
      },
      limits,
    },
  };
}

function cellOf({ row, column, trains, rest_S }: MeasuredCell): TwinCell {
  const all = trains.flatMap(({ states }) => [...states]);
  const [low_S, high_S] = [Math.min(...all), Math.max(...all)];
  const rest = rest_S.reduce((sum, g) => sum + g, 0) / Math.max(1, rest_S.length);
  const variance = rest_S.reduce((sum, g) => sum + (g - rest) ** 2, 0) / Math.max(1, rest_S.length - 1);
  const readSigma = rest > 0 ? Math.sqrt(variance) / rest : 0;
  const mean = (way: 'up' | 'down') => {
    const steps = trains
      .filter(({ direction }) => direction === way)
      .map(({ states }) => (states[states.length - 1] - states[0]) / (states.length - 1));
    return steps.reduce((sum, step) => sum + step, 0) / Math.max(1, steps.length);
  };
  return {
    row,
    column,
    low_S,
    high_S,
    up_S: mean('up'),
    down_S: mean('down'),
    readSigma,
    stuck: high_S - low_S <= MOVES * readSigma * high_S,
  };
}
