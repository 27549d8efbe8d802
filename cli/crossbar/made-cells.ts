import { z } from 'zod';
import { inputError, RandomStream } from '../../core/index.js';
import { quantity, whole } from '../frame/index.js';
import type { ReadCrossbar } from './flags.js';

/** How the cells of one array that was made differ from those that were asked for. */
export const madeOptions = {
  cellSpread: quantity('1', z.number().gt(0).max(2).optional()).meta({
    flag: '--cell-spread <x>',
    description:
      'make one array of cells that differ: σ of ln g from cell to cell; errors are against the cells as asked for',
  }),
  hardwareSeed: whole(z.number().int().min(0).max(0xffffffff).optional()).meta({
    flag: '--hardware-seed <n>',
    description: 'with --cell-spread: which array is made (1)',
  }),
};

/** Which arrays are made says nothing where none differ. @throws `crossbar.usage` */
export function requireSpread({ cellSpread, hardwareSeed }: Made): void {
  if (cellSpread !== undefined || hardwareSeed === undefined) return;
  throw inputError(
    'crossbar.usage',
    '--hardware-seed: every cell is what it is, and no array differs from another; --cell-spread 5% says how much they do',
  );
}

interface Made {
  readonly cellSpread?: number | undefined;
  readonly hardwareSeed?: number | undefined;
}

/** The array that was made, or the one asked for where nothing differs. @see requireSpread @throws `crossbar.usage` */
export function madeDescription(
  { description, cells }: ReadCrossbar,
  { cellSpread, hardwareSeed }: Made,
): ReadCrossbar['description'] {
  if (cellSpread === undefined) return description;
  if (cells !== undefined)
    throw inputError(
      'crossbar.usage',
      '--cell-spread: of resistors; cells with models have states of their own',
    );
  const random = new RandomStream(hardwareSeed ?? 1, 'made');
  return {
    ...description,
    conductances_S: description.conductances_S.map((g) => g * Math.exp(cellSpread * random.normal())),
  };
}
