import { inputError, median } from '../../core/index.js';
import { type Estimate, LEVEL, Z_975 } from '../estimates/index.js';
import type { TrainDescription } from '../trains/index.js';
import { estimateInFile } from './estimate-schema.js';
import { type FittedTrains, fittedCell, type NamedWindow, whyNoCell } from './fitted-cell.js';
import type { CellParts } from './schema.js';

/** Fewest cells that a spread between cells is said of. */
const MIN_CELLS = 3;

/** Many cells as one file: the cell in their middle, and how the others spread about it. */
export interface FittedPopulation {
  readonly parts: CellParts;
  /** The cell whose laws stand for all. */
  readonly middle: string;
  /** Which cells are in no number, and why. */
  readonly remarks: readonly string[];
}

/**
 * Part `pulse` of the cell nearest to the middle of all, by the medians of ln step up, ln step down, and both ends of the window;
 * part `population` with the standard deviations between cells. They hold what one cell differs by from train to train too, which
 * is small beside them where trains are long.
 * @throws `calibrate.no-cell`, exit code 2, where no cell can be made of any of them
 */
export function fittedPopulation(
  name: string,
  cells: readonly FittedTrains[],
  window?: NamedWindow,
): FittedPopulation {
  const refused = cells.flatMap((cell) => {
    const reason = whyNoCell(cell, window);
    return reason === undefined ? [] : [`${cell.description.cell}: left out: ${reason}`];
  });
  const good = cells.filter((cell) => whyNoCell(cell, window) === undefined);
  if (good.length === 0) {
    throw inputError(
      'calibrate.no-cell',
      `${name}: no cell of ${cells.length} can be made: ${refused[0] ?? 'none was found'}`,
    );
  }
  const figures = good.map(figuresOf);
  const columns = [0, 1, 2, 3].map((k) => figures.map((row) => row[k]));
  const middles = columns.map(median);
  const widths = columns.map((column, k) => median(column.map((v) => Math.abs(v - middles[k]))) || 1);
  const distances = figures.map((row) =>
    row.reduce((sum, v, k) => sum + ((v - middles[k]) / widths[k]) ** 2, 0),
  );
  const nearest = good[distances.indexOf(Math.min(...distances))];
  const parts = fittedCell(name, nearest, window);
  const { g_min_S, g_max_S } = parts.pulse!;
  const range = g_max_S - g_min_S;
  const mean = figures.map(([up, down]) => (up + down) / 2);
  const half = figures.map(([up, down]) => (up - down) / 2);
  const enough = good.length >= MIN_CELLS;
  const between = enough
    ? {
        d2dStep: estimateInFile(spreadOf(mean, 1, 'of ln of the mean step')),
        d2dAsymmetry: estimateInFile(spreadOf(half, 1, 'of half the difference of ln of the mean steps')),
        d2dHigh: estimateInFile(spreadOf(columns[3], range, 'of the highest conductance, of the range')),
        d2dLow: estimateInFile(spreadOf(columns[2], range, 'of the lowest conductance, of the range')),
      }
    : {};
  const own = parts.population!;
  return {
    middle: nearest.description.cell,
    remarks: [
      `the laws are those of ${nearest.description.cell}, the cell in the middle of ${good.length}`,
      ...refused,
    ],
    parts: {
      ...parts,
      population: {
        ...own,
        devices: good.length,
        spreads: { ...own.spreads, ...between },
        ...(enough ? { d2dLogNormal: true } : {}),
        notSeparated: [
          ...(own.notSeparated ?? []),
          ...(enough
            ? []
            : [
                {
                  spreads: ['d2dStep', 'd2dHigh', 'd2dLow'],
                  reason: `${good.length} cells; ${MIN_CELLS} are the fewest`,
                },
              ]),
        ],
      },
    },
  };
}

/** ln of the mean step up and down, lowest and highest conductance. */
function figuresOf({ description: { up, down } }: FittedTrains): [number, number, number, number] {
  const step = ({ first, last, pulses }: TrainDescription) => Math.log(Math.abs(last - first) / pulses);
  const all = [...up, ...down];
  return [
    step(up[0]),
    step(down[0]),
    Math.min(...all.map(({ low }) => low)),
    Math.max(...all.map(({ high }) => high)),
  ];
}

/** Standard deviation between cells, of `unit`; interval by χ² (Wilson and Hilferty 1931), as of normal numbers. */
function spreadOf(values: readonly number[], unit: number, of: string): Estimate {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1)) / unit;
  const k = n - 1;
  const quantile = (z: number) => k * Math.max(1e-3, 1 - 2 / (9 * k) + z * Math.sqrt(2 / (9 * k))) ** 3;
  return {
    value: sd,
    low: sd * Math.sqrt(k / quantile(Z_975)),
    high: sd * Math.sqrt(k / quantile(-Z_975)),
    level: LEVEL,
    identifiable: true,
    n,
    method: `standard deviation between ${n} cells ${of}, χ² interval`,
  };
}
