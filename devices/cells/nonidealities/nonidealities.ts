import { inputError } from '../../../core/index.js';
import type { ReportedSpreads } from '../pulse/index.js';

/** Everything by which real cells differ from a nominal one. All 0 (or off): ideal. σ is a standard deviation. */
export interface Nonidealities {
  /** σ of each cell's mean step, relative. */
  readonly d2dStep: number;
  /** Draw a cell's step as e^(σξ) instead of 1 + σξ. */
  readonly d2dLogNormal: boolean;
  /** σ of half the difference of a cell's steps up and down, relative to the step. */
  readonly d2dAsymmetry: number;
  /** σ of a cell's upper and lower bound, of the range. */
  readonly d2dHigh: number;
  readonly d2dLow: number;
  /** σ of one pulse's step, relative to that step. */
  readonly c2c: number;
  /** σ that one pulse adds, of the range; grows with √pulses. */
  readonly c2cRange: number;
  /** σ of what a write leaves on top of the state until the next write, of the range. */
  readonly write: number;
  /** σ of each read, relative to the conductance. */
  readonly read: number;
  /** Share of cells that never move. */
  readonly stuck: number;
  /** Where those are: half at either end of the range, or anywhere in it. */
  readonly stuckAt: 'ends' | 'anywhere';
  readonly telegraph?: TelegraphParameters;
  readonly drift?: DriftParameters;
  /** Measured relaxation after a write, see retention.ts. */
  readonly relaxation: boolean;
  /** Converter that reads the cells. */
  readonly converter?: ConverterParameters;
}

/** Two-state telegraph noise: mean times in the upper (capture) and the lower (emission) state, depth relative. */
export interface TelegraphParameters {
  readonly depth: number;
  readonly upper_s: number;
  readonly lower_s: number;
}

/** G(t) = G·((t + t₀)/t₀)^(−ν), ν ~ |N(exponent, spread)| a cell; t since the last write. t₀ is always explicit. */
export interface DriftParameters {
  readonly exponent: number;
  readonly spread: number;
  readonly t0_s: number;
}

/** A converter over [0, full scale = G_max]: bits, offset (of full scale), gain error (relative). */
export interface ConverterParameters {
  readonly bits: number;
  readonly offset: number;
  readonly gain: number;
}

/** Every nonideality switched off. */
export const idealCells: Nonidealities = {
  d2dStep: 0,
  d2dLogNormal: false,
  d2dAsymmetry: 0,
  d2dHigh: 0,
  d2dLow: 0,
  c2c: 0,
  c2cRange: 0,
  write: 0,
  read: 0,
  stuck: 0,
  stuckAt: 'ends',
  relaxation: false,
};

/** What is asked for, over what the cell's paper reports, over ideal. Throws `nonidealities.*`, naming the field. */
export function nonidealities(
  asked: Partial<Nonidealities> = {},
  reported: ReportedSpreads = {},
): Nonidealities {
  const all: Nonidealities = {
    ...idealCells,
    ...(reported.stuck ? { stuckAt: 'anywhere' as const } : {}),
    ...reported,
    ...asked,
  };
  for (const [field, value] of Object.entries(all)) {
    if (typeof value === 'number' && !(value >= 0 && Number.isFinite(value))) {
      throw inputError('nonidealities.negative', `${field} must be a number ≥ 0, got ${value}`);
    }
  }
  if (all.stuck > 1) {
    throw inputError('nonidealities.stuck', `stuck is a share of the cells, 0 … 1, got ${all.stuck}`);
  }
  checkPositive('telegraph', all.telegraph, ['upper_s', 'lower_s'], ['depth']);
  checkPositive('drift', all.drift, ['t0_s'], ['exponent', 'spread']);
  checkPositive('converter', all.converter, ['bits'], []);
  return all;
}

function checkPositive<T extends object>(
  name: string,
  part: T | undefined,
  positive: readonly (keyof T & string)[],
  notNegative: readonly (keyof T & string)[],
): void {
  if (part === undefined) return;
  for (const [field, value] of Object.entries(part)) {
    const number = Number(value);
    const least = positive.includes(field as keyof T & string)
      ? number > 0
      : notNegative.includes(field as keyof T & string)
        ? number >= 0
        : true;
    if (!Number.isFinite(number) || !least) {
      throw inputError('nonidealities.range', `${name}.${field} is out of range, got ${value}`);
    }
  }
}

/** Whether anything about the cells is random after they were made. */
export function isNoisy(all: Nonidealities): boolean {
  return (
    all.c2c > 0 ||
    all.c2cRange > 0 ||
    all.write > 0 ||
    all.read > 0 ||
    all.telegraph !== undefined ||
    all.relaxation
  );
}
