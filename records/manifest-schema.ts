import { z } from 'zod';

const range = z.tuple([z.number(), z.number()]);

/** A file that went in; runs of 0.1 do not say how long it was. */
const sourceSchema = z.object({ file: z.string(), bytes: z.number().int().optional(), sha256: z.string() });

/** What a run knows of the data that it was trained on. */
const dataSchema = z.object({
  /** Specification: `csv:table.csv`. */
  name: z.string(),
  /** Absolute: where a path in the name is relative to. Runs of before have none. */
  directory: z.string().optional(),
  /** In the order of the outputs. */
  classNames: z.array(z.string()),
  features: z.number().int(),
  /** Of a table with a header. */
  featureNames: z.array(z.string()).optional(),
  targets: z
    .object({ names: z.array(z.string()), ranges: z.array(z.tuple([z.number(), z.number()])) })
    .optional(),
  labelColumn: z.object({ index: z.number().int(), name: z.string().optional() }).optional(),
  /** By which features were scaled: one range of all, or one a feature. */
  featureRange: z.union([range, z.array(range)]),
  /** What the training samples showed, where that is not what features were scaled by. */
  trainedRange: z.union([range, z.array(range)]).optional(),
  /** By which features became z-scores, where they did. */
  moments: z
    .object({ mean: z.array(z.number().nullable()), deviation: z.array(z.number().nullable()) })
    .optional(),
  counts: z.object({ train: z.number(), validation: z.number().optional(), test: z.number() }),
  sources: z.array(sourceSchema),
});

/** What `manifest.json` holds. A module of its own, so that zod is loaded only where a manifest is read. */
export const manifestSchema = z.object({
  ohmpropVersion: z.string(),
  /** Only where ohmprop ran from a checkout; `-dirty` where files differed from the commit. */
  gitCommit: z.string().optional(),
  seed: z.number(),
  preset: z.string().optional(),
  /** Every file that went in. */
  sources: z.array(sourceSchema),
  /** Modules of its user that its configuration names something of: code, by what it hashes to, and the names. */
  modules: z
    .array(
      z.object({ file: z.string(), sha256: z.string(), adds: z.record(z.string(), z.array(z.string())) }),
    )
    .optional(),
  /** Of the data, in the order of its labels; runs of 0.1 have none. */
  classNames: z.array(z.string()).optional(),
  /** What data have to be like to be presented to it; runs of 0.1 have none. */
  data: dataSchema.optional(),
  machine: z.object({
    node: z.string(),
    platform: z.string(),
    arch: z.string(),
    cpu: z.string(),
    cores: z.number().int(),
  }),
  /** The run whose end a run began at, in place of a random start, and its error on this run's test set, a fraction. */
  startedFrom: z.object({ run: z.string(), testError: z.number() }).optional(),
  /** What the device says of itself: model, or board id, firmware, calibration. */
  device: z.record(z.string(), z.unknown()).optional(),
  /** Pulses or tap steps given to cells, all in all. */
  pulses: z.number().optional(),
  startedAt: z.string(),
  endedAt: z.string().optional(),
  /** Time spent running, all resumed parts together. */
  wallSeconds: z.number(),
  /** The signal that asked for its end, where one did. */
  endedBy: z.string().optional(),
  exitStatus: z.enum(['running', 'done', 'interrupted', 'failed']),
  warnings: z.array(z.string()),
});
