import { z } from 'zod';
import { inputError, OhmpropError, readQuantities, readQuantity } from '../../core/index.js';

declare module 'zod' {
  interface GlobalMeta {
    /** Flag that sets it on the command line: `--epochs <n>`, `--relaxation`. */
    flag?: string;
    /** What the flag was called: it is taken for a version more, with one warning. */
    formerFlag?: string;
    /** SI unit of a number; a text with a unit is read too. */
    unit?: string;
    /** Of one alternative among several: giving one of its flags chooses it. */
    chosenByFlag?: boolean;
  }
}

/**
 * A number that a file may also give as a text with a unit (`10ms`, `5%`), by the one reader of quantities.
 * @param unit SI unit, `1` for a share
 */
export function quantity<N extends z.ZodNumber | z.ZodOptional<z.ZodNumber> | z.ZodDefault<z.ZodNumber>>(
  unit: string,
  number: N,
) {
  const read = (value: unknown, context: z.RefinementCtx): unknown => {
    if (typeof value !== 'string') return value;
    try {
      return readQuantity(value, unit).value;
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  };
  return z.preprocess(read, number).meta({ unit });
}

const WINDOW_KIND = 'LOW,HIGH in S or a ratio';

/** Conductances that lie between two [S], or within a factor g_max/g_min. */
export type WindowSetting = number | readonly [low_S: number, high_S: number];

/**
 * A window of conductances, the same wherever it is asked for: `LOW,HIGH` in S (in a file also a list of two), or one number, which is
 * g_max/g_min.
 */
export function conductanceWindow() {
  const read = (value: unknown, context: z.RefinementCtx): unknown => {
    try {
      if (Array.isArray(value)) return value.map((end) => readQuantity(end, 'S').value);
      if (typeof value !== 'string') return value;
      return value.includes(',') || value.includes(':')
        ? readQuantities(value, 'S')
        : readQuantity(value, '1').value;
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      context.addIssue({ code: 'custom', message: `${error.message}; ${WINDOW}` });
      return z.NEVER;
    }
  };
  const ends = z
    .tuple([z.number().nonnegative(), z.number().positive()], { error: WINDOW })
    .refine(([low, high]) => low < high, { error: 'the lower conductance stands first, and is less' });
  return z.preprocess(read, z.union([z.number().gt(1), ends], WINDOW).optional()).meta({ kind: WINDOW_KIND });
}

const WINDOW =
  'needs two conductances in S, the lower one first, such as 1uS,100uS; or one number above 1, which is g_max/g_min';

/** What a setting takes as a flag. */
export type SettingKind =
  | 'switch'
  | 'whole number'
  | 'number'
  | 'whole numbers'
  | 'text'
  | 'path'
  | 'number or text'
  | typeof WINDOW_KIND;

/** A setting of a configuration that has a flag. */
export interface Setting {
  /** Where it is in a configuration. */
  readonly path: readonly string[];
  readonly flag: string;
  /** What the flag was called. */
  readonly formerFlag?: string;
  readonly help: string;
  /** Words that it takes, where it takes no others; live. */
  readonly choices?: readonly string[];
  readonly kind: SettingKind;
  readonly unit: string;
  /** What its flag chooses besides: the alternative that it belongs to. */
  readonly chooses?: { readonly path: readonly string[]; readonly value: string };
}

/** Every setting of a schema that has a flag, in the schema's order; one that several alternatives share stands once. */
export function settingsOf(schema: z.ZodType): readonly Setting[] {
  const known = settingsKnown.get(schema);
  if (known !== undefined) return known;
  const found = new Map<string, Setting>();
  visit(schema, [], undefined, (setting) => {
    if (!found.has(setting.flag)) found.set(setting.flag, setting);
  });
  const settings = [...found.values()];
  settingsKnown.set(schema, settings);
  return settings;
}

/** A schema does not change: it is walked once. */
const settingsKnown = new WeakMap<z.ZodType, readonly Setting[]>();

/**
 * The configuration that flags describe; nothing of what was not given.
 * @param values by flag, as declared: `--epochs <n>`
 */
export function treeOfFlags(settings: readonly Setting[], values: ReadonlyMap<string, unknown>): Tree {
  const tree: Tree = {};
  for (const { flag, path, chooses } of settings) {
    const value = values.get(flag);
    if (value === undefined) continue;
    if (chooses !== undefined) put(tree, chooses.path, chooses.value);
    put(tree, path, value);
  }
  return tree;
}

/** A configuration before it is checked, as YAML or JSON hold it. */
export type Tree = { [key: string]: unknown };

/** Whether a value is a mapping of keys to values. */
export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One tree over another, key by key; neither is changed. */
export function mergeTrees(under: Tree, over: Tree): Tree {
  const merged = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isTree(value) && isTree(below) ? mergeTrees(below, value) : value;
  }
  return merged;
}

function put(tree: Tree, path: readonly string[], value: unknown): void {
  let at = tree;
  for (const key of path.slice(0, -1)) {
    at[key] ??= {};
    at = at[key] as Tree;
  }
  at[path[path.length - 1]] = value;
}

function visit(
  schema: z.ZodType,
  path: readonly string[],
  chooses: Setting['chooses'],
  found: (setting: Setting) => void,
): void {
  const meta = schema.meta();
  const bare = unwrapped(schema);
  if (meta?.flag !== undefined) {
    const { flag, formerFlag, unit = '1' } = meta;
    const said = meta.kind === WINDOW_KIND || meta.kind === 'path' ? meta.kind : undefined;
    const kind = said !== undefined ? said : meta.unit === undefined ? kindOf(bare) : 'number';
    found({
      path,
      flag,
      ...(formerFlag === undefined ? {} : { formerFlag }),
      // What may be chosen grows with modules that are in use.
      get help() {
        return helpOf([meta.description ?? '', ...(meta.more ?? [])].join(', '), schema, bare);
      },
      ...(namesOf(bare) === undefined ? {} : { choices: namesOf(bare) as readonly string[] }),
      kind,
      unit,
      ...(chooses === undefined ? {} : { chooses }),
    });
    return;
  }
  if (bare instanceof z.ZodObject) {
    for (const [key, inner] of Object.entries(bare.shape)) {
      visit(inner as z.ZodType, [...path, key], chooses, found);
    }
  } else if (bare instanceof z.ZodDiscriminatedUnion) {
    for (const option of bare.options as z.ZodObject[]) {
      const { discriminator } = bare.def;
      const { value } = option.shape[discriminator] as z.ZodLiteral<string>;
      const chosen = option.meta()?.chosenByFlag ? { path: [...path, discriminator], value } : undefined;
      visit(option, path, chosen, found);
    }
  }
}

/** Without what makes it optional or gives it a default. */
function unwrapped(schema: z.ZodType): z.ZodType {
  const bare = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault ? schema.unwrap() : schema;
  return bare === schema ? schema : unwrapped(bare as z.ZodType);
}

function kindOf(schema: z.ZodType): SettingKind {
  if (schema instanceof z.ZodBoolean) return 'switch';
  if (schema instanceof z.ZodArray) return 'whole numbers';
  if (schema instanceof z.ZodNumber) return schema.isInt ? 'whole number' : 'number';
  if (schema instanceof z.ZodString || schema instanceof z.ZodEnum) return 'text';
  if (schema instanceof z.ZodUnion) return 'number or text';
  // Read by the schema itself, with its unit.
  if (schema instanceof z.ZodPipe) return 'number or text';
  throw inputError('schema.flag', `a flag takes no ${schema.def.type}`);
}

/** Words that a setting takes, where it takes no others. */
function namesOf(bare: z.ZodType): readonly string[] | undefined {
  return bare instanceof z.ZodEnum ? bare.options.map(String) : bare.meta()?.choices;
}

/** The description with what may be chosen, and what holds where nothing says otherwise. */
function helpOf(description: string, schema: z.ZodType, bare: z.ZodType): string {
  const named = namesOf(bare);
  const choices = named === undefined || named.length === 0 ? '' : `: ${named.join(', ')}`;
  const absent = schema.safeParse(undefined);
  const byDefault =
    absent.success && absent.data !== undefined && absent.data !== false ? ` (${absent.data})` : '';
  return `${description}${choices}${byDefault}`;
}
