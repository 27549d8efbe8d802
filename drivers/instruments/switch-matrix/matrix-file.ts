import { z } from 'zod';
import { inputError, type OhmpropError, quoted, readQuantity } from '../../../core/index.js';
import { readYamlWithPlaces } from '../../../core/yaml/index.js';
import { addressForms, type InstrumentLine, readInstrumentAddress } from '../address.js';

/** What a file says of a switch matrix. */
export interface MatrixFile {
  /** Where the matrix itself is. */
  readonly line: InstrumentLine;
  /** As it is written. */
  readonly address: string;
  /** What its answer to *IDN? has in it. */
  readonly identity: string;
  readonly rows: number;
  readonly columns: number;
  /** What opens every crossing. */
  readonly openAll: string;
  /** What closes one crossing, with its place in it. */
  readonly close: string;
  /** Asks which are closed. */
  readonly closed: string;
  /** What it then answers where that crossing alone is closed, with its place in it. */
  readonly answer: string;
  /** How long contacts take, s. */
  readonly settle_s: number;
}

/** Files of matrices are some lines. */
export const MAX_MATRIX_BYTES = 2 ** 14;
/** More would take a card that nobody makes. */
const MAX_LINES = 1024;
const MAX_SETTLE_s = 10;
const DEFAULT_SETTLE_s = 0.02;

/** Places that texts may have: rows and columns from 0, from 1, and crossings counted row by row from 1. */
export const places = ['row', 'column', 'row1', 'column1', 'channel'] as const;

// One line of printable characters: a line feed in it would be a second command.
const line = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[\x20-\x7e]+$/, 'needs one line of plain characters');
const placed = line
  .refine((text) => unknownPlace(text) === undefined, {
    error: ({ input }) =>
      `has a place {${unknownPlace(String(input))}} that is none; there are ${places.map((p) => `{${p}}`).join(', ')}`,
  })
  .refine(
    (text) => /\{channel\}/.test(text) || (/\{row1?\}/.test(text) && /\{column1?\}/.test(text)),
    'needs the place of a crossing in it: {channel}, or {row1} and {column1}',
  );
const count = z.number().int('needs a whole number').min(1).max(MAX_LINES);

const schema = z.strictObject({
  $schema: z.string().optional(),
  kind: z.literal('switch-matrix'),
  format: z.literal(1),
  note: z.string().optional(),
  address: z.string(),
  identity: z.string().min(3, 'needs three characters or more of what it says of itself'),
  rows: count,
  columns: count,
  openAll: line,
  close: placed,
  closed: line,
  answer: placed,
  settle: z.union([z.string(), z.number()]).optional(),
});

function unknownPlace(text: string): string | undefined {
  return [...text.matchAll(/\{([^}]*)\}/g)]
    .map(([, name]) => name)
    .find((name) => !(places as readonly string[]).includes(name));
}

/**
 * Reads what a file says of a switch matrix: YAML, `kind: switch-matrix`.
 * @param source the file's name
 * @throws OhmpropError `matrix.file`, `matrix.kind`, `matrix.format`, `matrix.invalid` (exit code 2)
 */
export function readMatrixText(text: string, source: string): MatrixFile {
  const { value, placeOf } = readYamlWithPlaces(text, source, 'matrix.file');
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  if (given.kind !== 'switch-matrix') {
    const got = given.kind === undefined ? 'no kind' : `kind ${quoted(String(given.kind))}`;
    throw inputError('matrix.kind', `${source}: needs "kind: switch-matrix", got ${got}`, undefined, {
      file: source,
    });
  }
  if (given.format !== 1) {
    throw inputError('matrix.format', `${source}: needs "format: 1", got ${quoted(String(given.format))}`);
  }
  const wrong = (key: string, what: string, cause?: Error) => {
    const place = placeOf([key]);
    const at = place.line === undefined ? source : `${source}:${place.line}:${place.column}`;
    return inputError('matrix.invalid', `${at}: ${key}: ${what}`, cause, { ...place, field: key });
  };
  const read = schema.safeParse(given);
  if (!read.success) {
    const [issue] = read.error.issues;
    if (issue.code === 'unrecognized_keys') {
      throw wrong(
        issue.keys[0],
        `is no key of a switch matrix; known: ${Object.keys(schema.shape).join(', ')}`,
      );
    }
    const key = String(issue.path[0] ?? 'file');
    throw wrong(
      key,
      given[key] === undefined ? 'is missing' : `${issue.message}, got ${quoted(String(given[key]))}`,
    );
  }
  const { address, settle, $schema: _, kind: __, format: ___, note: ____, ...rest } = read.data;
  return { ...rest, ...lineAt(address, wrong), settle_s: settleOf(settle, wrong) };
}

type Wrong = (key: string, what: string, cause?: Error) => OhmpropError;

function lineAt(address: string, wrong: Wrong): Pick<MatrixFile, 'line' | 'address'> {
  try {
    const whole = /^(smu|usbtmc|gpib):/.test(address) ? address : `smu:${address}`;
    return { line: readInstrumentAddress(whole).line, address: address.replace(/^smu:/, '') };
  } catch (error) {
    throw wrong(
      'address',
      `${quoted(address)} is no address; forms, without smu: before them: ${addressForms}`,
      error as Error,
    );
  }
}

function settleOf(settle: string | number | undefined, wrong: Wrong): number {
  if (settle === undefined) return DEFAULT_SETTLE_s;
  try {
    const { value } = readQuantity(settle, 's');
    if (value >= 0 && value <= MAX_SETTLE_s) return value;
  } catch (error) {
    throw wrong('settle', (error as OhmpropError).message, error as Error);
  }
  throw wrong('settle', `needs a time from 0 to ${MAX_SETTLE_s} s, got ${quoted(String(settle))}`);
}

/** A text with a crossing's place in it. */
export function at(text: string, row: number, column: number, columns: number): string {
  const values = { row, column, row1: row + 1, column1: column + 1, channel: row * columns + column + 1 };
  return text.replace(/\{(\w+)\}/g, (_, name: keyof typeof values) => String(values[name]));
}
