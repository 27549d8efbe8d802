import { z } from 'zod';

/** A file that a run took in: its content in the pack under `packed`, or left out where it is too large. */
const inputFileSchema = z.strictObject({
  file: z.string(),
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  packed: z.string().optional(),
});

/** What a key of the configuration names: `csv:table.csv`. */
const inputSchema = z.strictObject({
  key: z.enum(['data', 'testData', 'validation', 'cells.model']),
  files: z.array(inputFileSchema).min(1),
});

const packedRunSchema = z.strictObject({
  /** Folder in the pack. */
  folder: z.string(),
  seed: z.number(),
  epochs: z.number().int().nonnegative(),
  /** Of the newest checkpoint: its number of updates, and a SHA-256 over all its arrays. */
  parameters: z.strictObject({ updates: z.number().int(), sha256: z.string() }).optional(),
  inputs: z.array(inputSchema),
  /** Why it cannot be computed again, where that is so. A phrase for people. */
  notAgain: z.string().optional(),
});

export const packSchema = z.strictObject({
  kind: z.literal('pack'),
  format: z.literal(1),
  ohmpropVersion: z.string(),
  runs: z.array(packedRunSchema).min(1),
});

/** `pack.json`: what lies in a pack. */
export type PackContents = z.infer<typeof packSchema>;
export type PackedRun = z.infer<typeof packedRunSchema>;
export type PackedInput = z.infer<typeof inputSchema>;

export const PACK_FILE = 'pack.json';
