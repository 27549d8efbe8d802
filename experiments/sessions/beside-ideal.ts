import { student975 } from '../../calibration/estimates/index.js';
import { inputError } from '../../core/index.js';
import { composeCells } from '../composition/index.js';
import type { RunConfig } from '../schema/index.js';
import { type SeedOutcome, testErrorOf, type Variant } from './several-runs.js';

/** Ideal conductances for cells whose least one is 0, or that are pairs: as good as no lower end. */
const LARGEST_WINDOW = 1e9;

/**
 * A run in cells and the same on ideal ones: the same window, pairs and seeds, conductances set to exactly what is wanted, no spread, no
 * noise. What is between the two is what the cells cost.
 * @throws `beside-ideal.cells` where the run is not in cells
 */
export async function besideIdeal(config: RunConfig): Promise<readonly [cells: Variant, ideal: Variant]> {
  const { cells, network } = config;
  if (cells === undefined || network.kind !== 'resistive') {
    throw inputError(
      'beside-ideal.cells',
      '--beside-ideal compares a run in cells with the same on ideal ones: name the cells, --cells my.cell.json',
    );
  }
  const { model, windowRatio } = await composeCells(cells, network.window);
  const { pairing, biasCells, bias_V } = cells;
  const ideal: RunConfig = {
    ...config,
    network: { ...network, window: Math.min(windowRatio, LARGEST_WINDOW) },
    cells: {
      model: 'linear',
      policy: 'exact',
      pairing,
      ...(biasCells === undefined ? {} : { biasCells }),
      ...(bias_V === undefined ? {} : { bias_V }),
    },
  };
  return [
    { name: model.name, config },
    { name: 'ideal', config: ideal },
  ];
}

/** A mean with its spread and its 95 % interval by Student's t. */
export interface MeanOfSeeds {
  readonly n: number;
  readonly mean: number;
  /** Standard deviation over the seeds; absent of one. */
  readonly deviation?: number;
  readonly low?: number;
  readonly high?: number;
}

/** Mean, standard deviation and interval of a number over seeds. */
export function meanOfSeeds(values: readonly number[]): MeanOfSeeds {
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  if (n < 2) return { n, mean };
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1));
  const half = (student975(n - 1) * deviation) / Math.sqrt(n);
  return { n, mean, deviation, low: mean - half, high: mean + half };
}

/** The same of shares of 1, whose mean is one too, however wide the interval of few seeds would be. */
export function meanOfShares(values: readonly number[]): MeanOfSeeds {
  const { low, high, ...rest } = meanOfSeeds(values);
  return low === undefined || high === undefined
    ? rest
    : { ...rest, low: Math.max(0, low), high: Math.min(1, high) };
}

/** Accuracies of cells and of ideal ones, seed by seed. Shares of 1. */
export interface PairedAccuracies {
  readonly pairs: readonly {
    readonly seed: number;
    readonly cells: number;
    readonly ideal: number;
    readonly difference: number;
  }[];
  readonly cells: MeanOfSeeds;
  readonly ideal: MeanOfSeeds;
  /** Cells less ideal. */
  readonly difference: MeanOfSeeds;
}

/** Pairs of finished runs; seeds of which one is missing are left out. */
export function pairedAccuracies(
  outcomes: readonly SeedOutcome[],
  [cells, ideal]: readonly [cells: Variant, ideal: Variant],
): PairedAccuracies | undefined {
  const accuracyOf = (seed: number, { name }: Variant) => {
    const found = outcomes.find(
      (one) => one.seed === seed && one.variant === name && !one.outcome.interrupted,
    );
    return found === undefined ? undefined : 1 - testErrorOf(found.outcome);
  };
  const pairs = [...new Set(outcomes.map(({ seed }) => seed))].flatMap((seed) => {
    const [inCells, onIdeal] = [accuracyOf(seed, cells), accuracyOf(seed, ideal)];
    if (inCells === undefined || onIdeal === undefined) return [];
    return [{ seed, cells: inCells, ideal: onIdeal, difference: inCells - onIdeal }];
  });
  if (pairs.length === 0) return undefined;
  return {
    pairs,
    cells: meanOfShares(pairs.map((pair) => pair.cells)),
    ideal: meanOfShares(pairs.map((pair) => pair.ideal)),
    difference: meanOfSeeds(pairs.map((pair) => pair.difference)),
  };
}
