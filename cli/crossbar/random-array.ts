import { z } from 'zod';
import { inputError, quoted, RandomStream } from '../../core/index.js';
import { quantity, readBy, whole } from '../frame/index.js';

/** Rows and columns: 64x64, 64×32. */
export function readSize(text: string): [number, number] {
  const [, rows, columns] = /^(\d+)\s*[x×]\s*(\d+)$/i.exec(text.trim()) ?? [];
  if (rows === undefined || Number(rows) < 1 || Number(columns) < 1) {
    throw inputError('crossbar.usage', `needs word lines × bit lines, as 64x64; got ${quoted(text)}`);
  }
  return [Number(rows), Number(columns)];
}

/** Least resistance, and how far up they go. */
export const spreadOptions = {
  on: quantity('ohm', z.number().gt(0).optional()).meta({
    flag: '--on <ohm>',
    description: 'of random cells the least resistance; they are log-uniform from there (1 kohm)',
  }),
  ratio: quantity('1', z.number().min(1).optional()).meta({
    flag: '--ratio <ratio>',
    description: 'of random cells the largest over the least resistance (100)',
  }),
  seed: whole(z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional()).meta({
    flag: '--seed <n>',
    description: 'of random cells and inputs (0)',
  }),
};

/** Cells that no file holds. */
export const randomOptions = {
  random: readBy('size', readSize, z.tuple([z.number(), z.number()]).optional()).meta({
    flag: '--random <rows x columns>',
    description: 'random cells instead of a file, 64x64; without --inputs random inputs from 0 to 1 V',
  }),
  ...spreadOptions,
};

/** What random cells are drawn from. */
export interface Spread {
  readonly on?: number;
  readonly ratio?: number;
  readonly seed?: number;
}

/** Conductances, log-uniform, row-major, S. Inputs and cells have streams of their own: changing one does not change the other. */
export function randomCells_S(count: number, { on = 1e3, ratio = 100, seed = 0 }: Spread): Float64Array {
  const stream = new RandomStream(seed, 'devices');
  const decades = Math.log10(ratio);
  return Float64Array.from({ length: count }, () => 10 ** (-decades * stream.uniform()) / on);
}

/** Input voltages, uniform from 0 to 1 V. */
export function randomInputs_V(count: number, { seed = 0 }: Spread): Float64Array {
  const stream = new RandomStream(seed, 'inputs');
  return Float64Array.from({ length: count }, () => stream.uniform());
}
