import type { Instance } from '../reader.js';

/** By how much an element is warmer than where its value was measured, K: TEMP, or the circuit's temperature and DTEMP. */
export function heatOf(
  { reading }: Instance,
  numberOf: (name: string, otherwise: number) => number,
  nominal_C?: number,
): number {
  const { settings } = reading;
  return numberOf('temp', settings.temperature_C + numberOf('dtemp', 0)) - (nominal_C ?? settings.nominal_C);
}

/** Temperature coefficients: 1/K, 1/K², and %/K of an exponential one. */
export interface Coefficients {
  readonly tc1: number;
  readonly tc2: number;
  readonly tce?: number;
}

/** What a value is multiplied by: 1 + TC1·ΔT + TC2·ΔT², or 1.01^(TCE·ΔT). */
export function warmth({ tc1, tc2, tce }: Coefficients, heat_K: number): number {
  return tce === undefined ? 1 + (tc1 + tc2 * heat_K) * heat_K : 1.01 ** (tce * heat_K);
}
