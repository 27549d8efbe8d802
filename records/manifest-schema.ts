import { z } from 'zod';

/** What `manifest.json` holds. A module of its own, so that zod is loaded only where a manifest is read. */
export const manifestSchema = z.object({
  ohmpropVersion: z.string(),
  /** Only where ohmprop ran from a checkout; `-dirty` where files differed from the commit. */
  gitCommit: z.string().optional(),
  seed: z.number(),
  preset: z.string().optional(),
  /** Every file that went in. */
  sources: z.array(z.object({ file: z.string(), sha256: z.string() })),
  /** Of the data, in the order of its labels; runs of 0.1 have none. */
  classNames: z.array(z.string()).optional(),
  machine: z.object({
    node: z.string(),
    platform: z.string(),
    arch: z.string(),
    cpu: z.string(),
    cores: z.number().int(),
  }),
  /** What the device says of itself: model, or board id, firmware, calibration. */
  device: z.record(z.string(), z.unknown()).optional(),
  /** Pulses or tap steps given to cells, all in all. */
  pulses: z.number().optional(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  /** Time spent running, all resumed parts together. */
  wallSeconds: z.number(),
  exitStatus: z.enum(['running', 'done', 'interrupted', 'failed']),
  warnings: z.array(z.string()),
});
