import type { RunConfig } from '../schema/index.js';

/** The seed of everything that a piece of hardware draws: which cells or parts it has, and its noise. Data and start go by the run's own. */
export function hardwareSeedOf({ hardwareSeed, seed }: Pick<RunConfig, 'hardwareSeed' | 'seed'>): number {
  return hardwareSeed ?? seed;
}
