import { CellDraws } from './cell-draws.js';
import type { DriftParameters } from './nonidealities.js';

/** Each cell's drift exponent, ν ~ |N(exponent, spread)|; stream `drift`. */
export function drawDriftExponents(
  p: DriftParameters,
  cells: number,
  seed: number,
  group: number,
): Float64Array {
  const draws = new CellDraws(seed, 'drift', group).normals(0, 0, cells);
  return draws.map((xi) => Math.abs(p.exponent + p.spread * xi));
}

/**
 * L = ln((t + t₀)/t₀), `age_s` after a write: a cell of drift exponent ν then has exp(−νL) of its conductance (power law of
 * phase-change cells).
 */
export function driftLogarithm(age_s: number, t0_s: number): number {
  return Math.log1p(age_s / t0_s);
}

/** Age from which the relaxation below was measured, s; before it a cell is as written. */
const RELAXATION_FROM_S = 0.01;
/** Conductance at the top of the measured range, S. */
const RELAXATION_G_MAX_S = 40e-6;

/** Of cells of one age: coefficients of 1, g and g² for the mean and for σ, µS of a range up to 40 µS. */
export interface RelaxationLaw {
  readonly mean: readonly [number, number, number];
  readonly sigma: readonly [number, number, number];
}

const AS_WRITTEN: RelaxationLaw = { mean: [0, 0, 0], sigma: [0, 0, 0] };

/**
 * Mean and σ of what a write-verified ReRAM cell has moved by `age_s` after the write: least-squares polynomials in
 * g = G/40 µS and ℓ = log₁₀(t/0.01 s) through 16,292 cells at 32 levels, 0.01 s … 10⁵ s (data of the RRAM
 * Relaxation Master Model, technology C; R² 0.95 of the mean, 0.89 of σ).
 */
export function relaxationLaw(age_s: number): RelaxationLaw {
  if (age_s < RELAXATION_FROM_S) return AS_WRITTEN;
  const l = Math.log10(age_s / RELAXATION_FROM_S);
  return {
    mean: [0.144 + 0.12 * l, -0.488 - 1.204 * l, 0.442 + 0.827 * l],
    sigma: [0.969 + 0.159 * l, 1.898 + 0.863 * l, -2.292 - 0.736 * l],
  };
}

/**
 * What a cell has moved by since its write, S, if `xi` is its standard normal number. Ranges other than the measured one are scaled to their
 * own G_max.
 */
export function relaxed_S(law: RelaxationLaw, conductance_S: number, xi: number, g_max_S: number): number {
  const { mean, sigma } = law;
  const g = Math.min(1, conductance_S / g_max_S);
  const spread = Math.max(0, sigma[0] + g * (sigma[1] + g * sigma[2]));
  return (mean[0] + g * (mean[1] + g * mean[2]) + spread * xi) * ((1e-6 * g_max_S) / RELAXATION_G_MAX_S);
}
