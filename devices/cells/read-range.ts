import type { Nonidealities } from './nonidealities/index.js';
import type { PulseModel } from './pulse/index.js';

/** No normal number of a read is larger: they come from 16 bits, √(2 ln 2¹⁷) = 4.86. */
const MAX_READ_SIGMAS = 4.9;
/** Reads are float32: one of an end of the range may round past it, by this share of the upper end. */
const ROUNDING = 2e-7;

/**
 * Between what conductances a read of any cell lies, S, if the cells themselves reach from `reach.g_min_S` to `reach.g_max_S`.
 * Drift and telegraph noise only take away; relaxation moves a cell by less than the range in any time that can be waited.
 */
export function rangeOfReads(
  { read, drift, telegraph, relaxation, converter }: Nonidealities,
  { g_max_S }: PulseModel,
  reach: { readonly g_min_S: number; readonly g_max_S: number },
): { read_min_S: number; read_max_S: number } {
  if (converter !== undefined) return { read_min_S: 0, read_max_S: g_max_S * (1 + ROUNDING) };
  const falls = drift !== undefined || telegraph !== undefined || relaxation;
  const highest = relaxation ? reach.g_max_S + g_max_S : reach.g_max_S;
  return {
    read_min_S: falls ? 0 : Math.max(0, reach.g_min_S * (1 - MAX_READ_SIGMAS * read) - ROUNDING * highest),
    read_max_S: highest * (1 + ROUNDING + MAX_READ_SIGMAS * read),
  };
}

/** Whether two reads may differ with no time between them: drift and telegraph noise need time to pass. */
export function readsVary({ read }: Nonidealities): boolean {
  return read > 0;
}

/** How far two reads of a cell may lie apart, relative to g_max, a converter's step included. */
export function readTolerance(
  { read, converter }: Nonidealities,
  { g_max_S }: PulseModel,
  reach: { readonly g_max_S: number },
): number {
  if (read === 0) return 0;
  const spread = (2 * MAX_READ_SIGMAS * read * reach.g_max_S) / g_max_S;
  return converter === undefined ? spread : spread + 1 / (2 ** converter.bits - 1);
}
