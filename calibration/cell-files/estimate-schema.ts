import { z } from 'zod';
import type { Estimate } from '../estimates/index.js';

/** A number that JSON can hold. */
export const finite = z.number();
/** A text of a file: short, and whole. */
export const words = z.string().max(20_000);

/**
 * An estimate as a file holds it: an open end of the interval is null, as JSON knows no infinity. `unit` where the name of the
 * number does not say it.
 */
export const estimateSchema = z
  .strictObject({
    value: finite,
    low: finite.nullable(),
    high: finite.nullable(),
    level: z.literal(0.95),
    identifiable: z.boolean(),
    n: z.number().int().nonnegative(),
    nEffective: finite.optional(),
    method: words,
    unit: z.string().max(40).optional(),
  })
  .meta({ description: 'a number found from data: value, 95 % interval (null: open), estimator' });

/** An estimate as a cell file holds it. */
export type EstimateInFile = z.infer<typeof estimateSchema>;

/** An estimate, its open ends written as null. */
export function estimateInFile(estimate: Estimate & { readonly unit?: string }): EstimateInFile {
  const { low, high, ...rest } = estimate;
  return { ...rest, low: endOf(low), high: endOf(high) };
}

/** A number that nobody estimated: published, or said by a user. Its interval is open. */
export function statedNumber(value: number, source: string): EstimateInFile {
  return { value, low: null, high: null, level: 0.95, identifiable: true, n: 0, method: source };
}

function endOf(end: number): number | null {
  return Number.isFinite(end) ? end : null;
}
