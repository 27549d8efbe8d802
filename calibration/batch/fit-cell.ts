import { OhmpropError } from '../../core/index.js';
import { type CellParts, fittedCell, whyNoCell } from '../cell-files/index.js';
import { type CellDescription, type ComparedLaws, compareLaws } from '../trains/index.js';

/** A pulsed cell to be fitted. */
export interface CellToFit {
  readonly name: string;
  readonly description: CellDescription;
}

/** The laws of one direction, without what a thread cannot hand over. Plain data. */
export interface FittedLaw extends Pick<ComparedLaws, 'comparison'> {
  readonly best: Pick<
    ComparedLaws['best'],
    'model' | 'estimates' | 'status' | 'rmseOverRange' | 'r2' | 'n' | 'nEffective' | 'warnings'
  >;
}

/** What fitting a cell came to: the parts of its file, or why there is none. Plain data. */
export interface CellFit {
  readonly up?: FittedLaw;
  readonly down?: FittedLaw;
  readonly parts?: CellParts;
  readonly refused?: string;
}

/** Fits both directions of a cell; one that cannot be fitted says why, and ends nothing else. */
export function fitCell(cell: CellToFit): CellFit {
  try {
    return fittedLaws(cell);
  } catch (error) {
    if (!(error instanceof OhmpropError)) throw error;
    return { refused: error.message };
  }
}

function fittedLaws({ name, description }: CellToFit): CellFit {
  const cannot = whyNotFitted(description);
  if (cannot !== undefined) return { refused: cannot };
  const [up, down] = (['up', 'down'] as const).map((way) =>
    compareLaws(description[way].map(({ train }) => train)),
  );
  const fitted = { description, up, down };
  const refused = whyNoCell(fitted);
  return {
    up: plainLaw(up),
    down: plainLaw(down),
    ...(refused === undefined ? { parts: fittedCell(name, fitted) } : { refused }),
  };
}

/** Why trains make no cell, as far as it is seen before any fit. */
export function whyNotFitted(description: CellDescription): string | undefined {
  if (description.apart !== undefined) return description.apart;
  if (description.up.length === 0 || description.down.length === 0) return whyNoCell({ description });
  const { unit } = description.up[0].train;
  return unit === 'S' ? undefined : 'no conductances: the read voltage, or the unit, is not known';
}

function plainLaw({ comparison, best }: ComparedLaws): FittedLaw {
  const { model, estimates, status, rmseOverRange, r2, n, nEffective, warnings } = best;
  return { comparison, best: { model, estimates, status, rmseOverRange, r2, n, nEffective, warnings } };
}
