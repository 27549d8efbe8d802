import { z } from 'zod';

/** What a checkpoint's `state.json` holds. A module of its own, so that zod is loaded only where one is read. */
export const stateSchema = z.object({
  container: z.string(),
  format: z.string(),
  step: z.number().int().nonnegative(),
  arrays: z.array(z.string()).max(10_000),
  /** Elements of each array; 0.1 did not write it. */
  lengths: z.record(z.string(), z.number().int().nonnegative()).optional(),
  values: z.record(z.string(), z.unknown()),
});
