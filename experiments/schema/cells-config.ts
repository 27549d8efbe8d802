import { z } from 'zod';
import { policyNames } from '../../devices/cells/policies/index.js';

const share = z.number().nonnegative();

/** Conductances in cells: what `--cells`, `--policy` and the nonidealities set. What is left out is as the cell's paper says. */
export const cellsSchema = z.strictObject({
  /** A preset of `ohmprop cell list`, or table:FILE.csv. */
  model: z.string().default('linear'),
  /** Pulses from end to end of linear cells. */
  states: z.number().int().positive().optional(),
  policy: z.enum(policyNames as [string, ...string[]]).default('proportional'),
  pairing: z.enum(['single', 'differential']).default('single'),
  /** Policy `sign`: changes below so many steps give no pulse. */
  deadZone: share.optional(),
  /** Policy `verify`: rounds of write and check. */
  rounds: z.number().int().positive().optional(),
  /** Pulses a cell gets at most in one round. */
  mostPulses: z.number().int().positive().optional(),
  /** σ of each cell's step, relative. */
  d2d: share.optional(),
  /** σ of one pulse's step, relative to that step. */
  c2c: share.optional(),
  /** σ that a pulse adds, of the range. */
  c2cRange: share.optional(),
  /** σ of what a write leaves on top of the state, of the range. */
  writeNoise: share.optional(),
  /** σ of each read, relative. */
  readNoise: share.optional(),
  /** Share of cells that never move. */
  stuck: z.number().min(0).max(1).optional(),
  telegraph: z
    .strictObject({ depth: share, upper_s: z.number().positive(), lower_s: z.number().positive() })
    .optional(),
  /** Power-law drift since a cell's last write: mean exponent, its σ from cell to cell, and t₀. */
  drift: z
    .strictObject({
      exponent: z.number().nonnegative(),
      spread: share.default(0),
      t0_s: z.number().positive().default(1),
    })
    .optional(),
  /** Relaxation after a write as measured on ReRAM, scaled to the cell's range. */
  relaxation: z.boolean().optional(),
  /** Time from one update to the next, s: drift, relaxation and telegraph noise go by it. 1 s where one of them is on. */
  update_s: z.number().nonnegative().optional(),
  /** Bits of the converter that reads the cells, its offset (of full scale) and gain error. */
  converter: z
    .strictObject({
      bits: z.number().int().min(1).max(32),
      offset: z.number().default(0),
      gain: z.number().default(0),
    })
    .optional(),
  /** CSV file that every update's pulses are written to. */
  pulseLog: z.string().optional(),
});

export type CellsConfig = z.infer<typeof cellsSchema>;
