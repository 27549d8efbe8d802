import { z } from 'zod';

/** A learning board as the network of a run: on a line, virtual, or its simulated twin. */
export const boardSchema = z.strictObject({
  kind: z.literal('board'),
  /** `simulated-board`, `virtual`, a serial port, or tcp://host:port. */
  device: z.string(),
  profile: z.enum(['reference', 'xor-nano']).default('reference'),
  /** Parts of a simulated or virtual board: as data sheets say, or drawn from a seed. */
  parts: z.enum(['nominal', 'drawn']).default('drawn'),
  /** Seed of its parts; the run's when left out. */
  partsSeed: z.number().int().nonnegative().optional(),
  /** Instead of ±20 % a chip: each potentiometer apart, uniform ±. */
  mismatch: z.number().min(0).max(0.9).optional(),
  /** Conversions a reading: 1, 2, 4, 8 or 16; the board's own default when left out. */
  reads: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(8), z.literal(16)]).optional(),
  /** Largest move of a potentiometer in one update, taps. */
  clip: z.number().int().min(1).max(64).default(4),
  /** Who works updates out. */
  updates: z.enum(['board', 'host']).default('board'),
});

export type BoardConfig = z.infer<typeof boardSchema>;
