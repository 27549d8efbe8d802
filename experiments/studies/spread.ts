import { median } from '../../core/index.js';
import { type MeanOfSeeds, meanOfSeeds } from '../sessions/index.js';

/** Values of one number over seeds or trials: mean, standard deviation and interval, and where they lie. */
export interface Spread extends MeanOfSeeds {
  readonly least: number;
  readonly median: number;
  readonly most: number;
}

/** Values of one number as a spread. @returns undefined of no values */
export function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  return {
    ...meanOfSeeds(values),
    least: values.reduce((least, value) => Math.min(least, value)),
    median: median(values),
    most: values.reduce((most, value) => Math.max(most, value)),
  };
}
