import { z } from 'zod';
import { inputError, nearestWord, printableLine } from '../../core/index.js';
import { type RunConfig, runConfigSchema } from './run-config.js';

/**
 * Checks a configuration against the schema.
 * Throws `config.invalid` (exit code 2) naming each wrong field, what it holds, and the nearest known key for an unknown one.
 */
export function checkConfig(value: unknown, source: string): RunConfig {
  const parsed = runConfigSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw inputError('config.invalid', `${source}:\n  ${describeIssues(runConfigSchema, parsed.error, value)}`);
}

/** Every wrong field of a value that a schema refused: where, what is wrong, what it holds, the nearest known key. */
export function describeIssues(schema: z.ZodType, error: z.ZodError, value: unknown): string {
  const issues = error.issues.slice(0, MAX_ISSUES).flatMap((issue) => describe(schema, issue, value));
  const more = error.issues.length - MAX_ISSUES;
  return [...issues, ...(more > 0 ? [`and ${more} more`] : [])].join('\n  ');
}

function describe(schema: z.ZodType, issue: z.core.$ZodIssue, value: unknown): string[] {
  const path = issue.path.map((key) => printableLine(String(key), MAX_SHOWN));
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path);
    const keys = issue.keys.slice(0, MAX_ISSUES).map((key) => printableLine(key, MAX_SHOWN));
    return keys.map((key) => {
      // A word that is known is so only in another alternative, such as another kind of network.
      if (known.includes(key))
        return `${[...path, key].join('.')}: this key does not go with ${chosen(path, value)}`;
      const near = nearestWord(key, known);
      const advice = near === undefined ? `known here: ${known.join(', ')}` : `did you mean "${near}"?`;
      return `${[...path, key].join('.')}: unknown key; ${advice}`;
    });
  }
  const got = valueAt(path, value);
  // JSON knows no NaN and no infinity.
  const written = typeof got === 'number' ? String(got) : JSON.stringify(got);
  const shown = got === undefined ? 'nothing' : shortened(written);
  return [`${path.join('.') || 'configuration'}: ${issue.message}; got ${shown}`];
}

/** What was chosen at a path among alternatives: `kind "hopfield"`, `scale "range"`. */
function chosen(path: readonly string[], value: unknown): string {
  const at = valueAt(path, value);
  const found = Object.entries((at ?? {}) as object).find(([key]) => key === 'kind' || key === 'scale');
  return found === undefined ? 'the others here' : `${found[0]} ${JSON.stringify(found[1])}`;
}

function valueAt(path: readonly string[], value: unknown): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
}

const MAX_SHOWN = 80;
/** More are of one kind, and would hide the others. */
const MAX_ISSUES = 20;

function shortened(text: string): string {
  return printableLine(text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)} …` : text);
}

interface JsonSchema {
  properties?: Record<string, JsonSchema>;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
}

/** Every key the schema knows at a path, all alternatives together. */
function keysAt(schema: z.ZodType, path: readonly string[]): string[] {
  let places: JsonSchema[] = [z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema];
  for (const key of path) {
    places = places.flatMap(alternatives).flatMap((place) => place.properties?.[key] ?? []);
  }
  return [...new Set(places.flatMap(alternatives).flatMap((place) => Object.keys(place.properties ?? {})))];
}

function alternatives(schema: JsonSchema): JsonSchema[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return inner.length === 0 ? [schema] : inner.flatMap(alternatives);
}
