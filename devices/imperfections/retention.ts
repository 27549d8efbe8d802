import { CellDraws } from './cell-draws.js';
import type { DriftParameters } from './imperfections.js';

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

/** Factor on a conductance `age_s` after its write: ((t + t₀)/t₀)^(−ν) (power-law drift of phase-change cells). */
export function driftFactor(exponent: number, age_s: number, t0_s: number): number {
  return ((age_s + t0_s) / t0_s) ** -exponent;
}

/** Age from which the relaxation below was measured, s; before it a cell is as written. */
const RELAXATION_FROM_S = 0.01;
/** Conductance at the top of the measured range, S. */
const RELAXATION_G_MAX_S = 40e-6;

/**
 * Mean and σ, in S, of what a write-verified ReRAM cell has moved by `age_s` after the write: least-squares polynomials in
 * g = G/40 µS and ℓ = log₁₀(t/0.01 s) through 16,292 cells at 32 levels, 0.01 s … 10⁵ s (data of the RRAM
 * Relaxation Master Model, technology C; R² 0.95 of the mean, 0.89 of σ). Other ranges are scaled to their own G_max.
 */
export function relaxationMoments(
  conductance_S: number,
  age_s: number,
  g_max_S: number,
): { mean_S: number; sigma_S: number } {
  if (age_s < RELAXATION_FROM_S) return { mean_S: 0, sigma_S: 0 };
  const g = Math.min(1, conductance_S / g_max_S);
  const l = Math.log10(age_s / RELAXATION_FROM_S);
  const mean = 0.144 - 0.488 * g + 0.442 * g * g + l * (0.12 - 1.204 * g + 0.827 * g * g);
  const sigma = 0.969 + 1.898 * g - 2.292 * g * g + l * (0.159 + 0.863 * g - 0.736 * g * g);
  const unit = (1e-6 * g_max_S) / RELAXATION_G_MAX_S;
  return { mean_S: mean * unit, sigma_S: Math.max(0, sigma) * unit };
}
