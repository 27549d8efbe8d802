import { z } from 'zod';
import {
  type ErrorPlace,
  inputError,
  nearestWord,
  OhmpropError,
  printableLine,
  readQuantities,
} from '../../core/index.js';
import { issueText } from './issue-text.js';
import { readoutVolts } from './readout-config.js';
import { type RunConfig, runConfigSchema } from './run-config.js';
import { isTree } from './settings.js';

/**
 * Names a setting by where it was said: `--epochs`, `net.yaml:3:5: training.epochs`, `preset iris: training.epochs`. With the
 * place in a file, where it was there.
 */
export type Where = (path: readonly string[]) => { readonly text: string; readonly at?: ErrorPlace };

/**
 * Checks a configuration against the schema.
 * @param source what the configuration is called in messages, or what says it setting by setting
 * @throws `config.invalid` (exit code 2) naming each wrong field, what it holds, and the nearest known key for an unknown one
 */
export function checkConfig(value: unknown, source: string | Where): RunConfig {
  const parsed = runConfigSchema.safeParse(withItsArithmetic(value));
  const wrong = parsed.success ? voltsWithoutUnit(value, parsed.data) : parsed.error.issues;
  if (parsed.success && wrong.length === 0) return parsed.data;
  const lines = (line: (told: Told) => string) => linesOf(runConfigSchema, wrong, value, line);
  const text =
    typeof source === 'string'
      ? `${source}:\n  ${lines(lineOf).join('\n  ')}`
      : lines(({ path, text }) => `${source(path).text}: ${text}`).join('\n');
  const [first] = wrong.slice(0, 1).flatMap((issue) => describe(runConfigSchema, issue, value));
  const at = typeof source === 'string' ? undefined : source(first.path).at;
  throw inputError('config.invalid', text, undefined, { ...at, field: first.path.join('.') });
}

/** A network on crossbars with wires has float64 alone: where nothing is said, that is what the configuration holds. */
function withItsArithmetic(value: unknown): unknown {
  if (!isTree(value) || value.arithmetic !== undefined) return value;
  const { network } = value;
  return isTree(network) && isTree(network.wires) ? { ...value, arithmetic: 'float64' } : value;
}

/** Every wrong field of a value that a schema refused: where, what is wrong, what it holds, the nearest known key. */
export function describeIssues(schema: z.ZodType, error: z.ZodError, value: unknown): string {
  return linesOf(schema, error.issues, value, lineOf).join('\n  ');
}

/** What is told of issues, the first of them: more are of one kind, and would hide the others. */
function linesOf(
  schema: z.ZodType,
  issues: readonly z.core.$ZodIssue[],
  value: unknown,
  line: (told: Told) => string,
): string[] {
  const told = issues.slice(0, MAX_ISSUES).flatMap((issue) => describe(schema, issue, value));
  const more = issues.length - MAX_ISSUES;
  return [...told.map(line), ...(more > 0 ? [`and ${more} more`] : [])];
}

function lineOf({ path, text }: Told): string {
  return `${path.join('.') || 'configuration'}: ${text}`;
}

interface Told {
  readonly path: readonly string[];
  readonly text: string;
}

function describe(schema: z.ZodType, issue: z.core.$ZodIssue, value: unknown): Told[] {
  const path = issue.path.map((key) => printableLine(String(key), MAX_SHOWN));
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path);
    const keys = issue.keys.slice(0, MAX_ISSUES).map((key) => printableLine(key, MAX_SHOWN));
    return keys.map((key) => {
      const at = [...path, key];
      // A word that is known is so only in another alternative, such as another kind of network.
      if (known.includes(key)) {
        return { path: at, text: `this key does not go with ${chosen(path, value)}` };
      }
      const near = nearestWord(key, known);
      const advice = near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
      return { path: at, text: `unknown key; ${advice}` };
    });
  }
  const got = valueAt(path, value);
  return [{ path, text: `${issueText(issue, got)}; got ${shown(got)}` }];
}

function shown(got: unknown): string {
  if (got === undefined) return 'nothing';
  // JSON knows no NaN and no infinity.
  return shortened(typeof got === 'number' ? String(got) : (JSON.stringify(got) ?? typeof got));
}

/** What was chosen at a path among alternatives: `kind "hopfield"`, `scale "range"`. */
function chosen(path: readonly string[], value: unknown): string {
  const at = valueAt(path, value);
  const found = Object.entries((at ?? {}) as object).find(([key]) => key === 'kind' || key === 'scale');
  return found === undefined ? 'the others here' : `${found[0]} ${shown(found[1])}`;
}

function valueAt(path: readonly string[], value: unknown): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
}

const MAX_SHOWN = 80;
const MAX_ISSUES = 20;

/** At most 80 characters, control characters escaped. */
function shortened(text: string): string {
  return printableLine(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)} …` : text);
}

/** Settings that are in volts where a network is. */
const volts = [
  ...['input.low', 'input.high', 'target.off', 'target.on'].map((key) => `coding.${key}`),
  ...readoutVolts.map((key) => `readout.${key}`),
  'training.costScale_V',
  'training.costMargin_V',
];

/** Hopfield networks know no volts: what is given with a unit is refused there. */
function voltsWithoutUnit(value: unknown, { network }: RunConfig): z.core.$ZodIssue[] {
  if (network.kind !== 'hopfield') return [];
  return volts.flatMap((name) => {
    const path = name.split('.');
    const given = valueAt(path, value);
    if (typeof given !== 'string') return [];
    try {
      readQuantities(given, '1', 'value');
      return [];
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      const message = 'a Hopfield network is dimensionless: needs a bare number';
      return [{ code: 'custom', path, message, input: given } as z.core.$ZodIssue];
    }
  });
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

/** Every key the schema knows at a path, all alternatives together. */
function keysAt(schema: z.ZodType, path: readonly string[]): string[] {
  let places: JsonSchema[] = [jsonSchemaOf(schema)];
  for (const key of path) {
    places = places.flatMap(alternatives).flatMap((place) => place.properties?.[key] ?? []);
  }
  return [...new Set(places.flatMap(alternatives).flatMap((place) => Object.keys(place.properties ?? {})))];
}

/** Drawn up once for each schema: it takes longer than to check a configuration by it. */
function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const drawn =
    drawnUp.get(schema) ?? (z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema);
  drawnUp.set(schema, drawn);
  return drawn;
}

const drawnUp = new WeakMap<z.ZodType, JsonSchema>();

function alternatives(schema: JsonSchema): JsonSchema[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return inner.length === 0 ? [schema] : inner.flatMap(alternatives);
}
