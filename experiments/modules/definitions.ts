import { z } from 'zod';
import { inputError } from '../../core/index.js';
import { describeIssues, equationsSchema } from '../schema/index.js';
import type { ModuleKind } from './module.js';

const fn = z.custom<(...given: never[]) => unknown>(
  (value) => typeof value === 'function',
  'needs a function',
);
const anything = z.custom<object>((value) => typeof value === 'object' && value !== null, 'needs an object');
const told = { help: z.string().optional() };
const sweep = z.strictObject({
  positive_V: z.number(),
  negative_V: z.number(),
  frequency_Hz: z.number().positive(),
  series_ohm: z.number().nonnegative(),
});
const training = z.looseObject({
  beta: z.union([z.number().positive(), z.string()], 'needs a number above 0, or a text'),
  conductanceRates: z.union([z.number(), z.array(z.number()).min(1)], 'needs a number, or a list of them'),
});

/** What a definition needs; of two forms, the one whose own key it has. */
const forms: Readonly<Record<ModuleKind, readonly [plain: z.ZodObject, key?: string, whole?: z.ZodObject]>> =
  {
    policies: [
      z.strictObject({
        ...told,
        keeps: z.array(z.string().regex(/^\w+$/, 'needs letters and digits')).max(16).optional(),
        oneSided: z.boolean().optional(),
        plan: fn,
      }),
      'make',
      z.strictObject({
        ...told,
        make: fn,
        oneSided: z.boolean().optional(),
        uses: z
          .array(z.enum(['deadZone', 'rounds', 'transferEvery', 'transferRate', 'fastGain', 'chopEvery']))
          .optional(),
      }),
    ],
    costs: [
      z.strictObject({
        ...told,
        value: fn,
        slope: fn,
        curvature: z.number().positive().optional(),
        targets: z.enum(['voltages', 'classes', 'signs']).optional(),
        needs: z.enum(['scale', 'margin']).optional(),
        compares: z.boolean().optional(),
      }),
    ],
    cells: [
      z.strictObject({
        source: z.string().optional(),
        g_min_S: z.number().nonnegative(),
        g_max_S: z.number().positive(),
        up: fn,
        down: fn,
        spreads: z.record(z.string(), z.union([z.number(), z.boolean()])).optional(),
        pulse: anything.optional(),
      }),
    ],
    elements: [
      equationsSchema.omit({ name: true }).extend({ source: z.string().optional(), sweep: sweep.optional() }),
      'make',
      z.strictObject({ source: z.string().optional(), make: fn, sweep: sweep.optional() }),
    ],
    devices: [
      z.strictObject({
        ...told,
        training,
        layers: fn.optional(),
        parameters: fn,
        settle: fn,
        slopes: fn,
        power_W: fn.optional(),
        lowestNudge: fn.optional(),
        nodeUnit: z.enum(['V', '1']).optional(),
        coding: anything.optional(),
      }),
      'open',
      z.strictObject({ ...told, training, open: fn, reference: fn.optional() }),
    ],
    data: [z.strictObject({ ...told, argument: z.string().min(1).optional(), load: fn })],
  };

/** Every kind of thing that a module may bring. */
export const moduleKinds = Object.keys(forms) as readonly ModuleKind[];

/**
 * Throws `use.definition` (exit code 2) unless a definition has what its kind needs, naming each key that is wrong.
 * @param file of the module
 */
export function checkDefinition(file: string, kind: ModuleKind, name: string, definition: unknown): void {
  const at = `${file}: ${kind}.${name}`;
  if (!/^[A-Za-z][\w-]{0,39}$/.test(name)) {
    throw inputError(
      'use.definition',
      `${at}: a name has letters, digits and hyphens, begins with a letter, and has at most 40 of them`,
      undefined,
      { file },
    );
  }
  const [plain, key, whole] = forms[kind];
  const form =
    key !== undefined && whole !== undefined && Object.hasOwn(Object(definition), key) ? whole : plain;
  const parsed = form.safeParse(definition);
  if (parsed.success) return;
  throw inputError(
    'use.definition',
    `${at}:\n  ${describeIssues(form, parsed.error, definition)}`,
    undefined,
    {
      file,
      field: `${kind}.${name}`,
    },
  );
}
