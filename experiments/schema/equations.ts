import { z } from 'zod';

/** An element model of a user's own, by its equations. */
export const equationsSchema = z.strictObject({
  name: z.string(),
  /** I(v, x), A. */
  current: z.string(),
  /** dx/dt over v, x and i. */
  rate: z.string().optional(),
  state: z
    .strictObject({
      name: z.string().optional(),
      unit: z.string().optional(),
      low: z.number().optional(),
      high: z.number().optional(),
      initial: z.number().optional(),
    })
    .optional(),
  /** Numbers, or with bounds and unit. */
  parameters: z
    .record(
      z.string(),
      z.union(
        [
          z.number(),
          z.strictObject({
            value: z.number(),
            min: z.number().optional(),
            max: z.number().optional(),
            unit: z.string().optional(),
          }),
        ],
        'needs a number, or a value with min, max and unit',
      ),
    )
    .optional(),
  validRange_V: z.tuple([z.number(), z.number()]).optional(),
});
