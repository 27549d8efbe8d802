import { z } from 'zod';

/** What a checkpoint's `state.json` holds. A module of its own, so that zod is loaded only where one is read. */
export const stateSchema = z.object({
  container: z.string(),
  format: z.string(),
  step: z.number().int().nonnegative(),
  arrays: z.array(z.string()),
  values: z.record(z.string(), z.unknown()),
});
