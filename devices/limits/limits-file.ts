import { z } from 'zod';
import { inputError, nearestWord, OhmpropError, quoted, readQuantity } from '../../core/index.js';
import { readYamlWithPlaces } from '../../core/yaml/index.js';
import type { Limits } from './limits.js';

/** What a limit is, for files, flags and messages alike. */
export interface LimitField {
  readonly key: keyof Limits;
  readonly flag: string;
  /** SI unit; `1` of a count. */
  readonly unit: 'V' | 'A' | 's' | 'ohm' | '1';
  readonly needed: boolean;
  readonly what: string;
}

/** Every limit, in the order of files and messages. */
export const limitFields: readonly LimitField[] = [
  {
    key: 'maxVoltage_V',
    flag: '--max-voltage',
    unit: 'V',
    needed: true,
    what: 'largest voltage either way',
  },
  { key: 'compliance_A', flag: '--compliance', unit: 'A', needed: true, what: 'largest current either way' },
  {
    key: 'maxWidth_s',
    flag: '--max-width',
    unit: 's',
    needed: true,
    what: 'longest pulse, or half period of a sweep',
  },
  { key: 'maxPulses', flag: '--max-pulses', unit: '1', needed: true, what: 'most pulses to one cell' },
  { key: 'formed_V', flag: '--formed', unit: 'V', needed: false, what: 'above this a voltage forms a cell' },
  { key: 'maxRead_V', flag: '--max-read', unit: 'V', needed: false, what: 'up to this a voltage only reads' },
  {
    key: 'series_ohm',
    flag: '--series',
    unit: 'ohm',
    needed: false,
    what: 'resistor in series with each cell',
  },
];

/** Files of limits are some lines. */
export const MAX_LIMITS_BYTES = 2 ** 14;

const otherKinds: Readonly<Record<string, string>> = {
  cell: '--cells takes it',
  board: '--calibration takes it',
  experiment: 'ohmprop train takes it',
  study: 'ohmprop study takes it',
};

const labels = ['$schema', 'kind', 'format', 'note'];

/**
 * Reads a file of limits: YAML, `kind: limits`, one key a limit, each a number in SI or a quantity with its unit.
 * @param source the file's name
 * @throws OhmpropError `limits.file` where it is not YAML, `limits.kind`, `limits.format`, `limits.invalid` (exit code 2)
 */
export function readLimitsText(text: string, source: string): Limits {
  const { value, placeOf } = readYamlWithPlaces(text, source, 'limits.file');
  requireKind(value, source);
  const given = value as Record<string, unknown>;
  const limits: Record<string, number> = {};
  for (const [key, written] of Object.entries(given)) {
    if (labels.includes(key)) continue;
    const field = limitFields.find((one) => one.key === key);
    const place = placeOf([key]);
    const at = place.line === undefined ? source : `${source}:${place.line}:${place.column}`;
    if (field === undefined) {
      const near = nearestWord(
        key,
        limitFields.map((one) => one.key as string),
      );
      throw invalid(
        `${at}: ${quoted(key)} is no limit; ${near === undefined ? `known: ${limitFields.map((one) => one.key).join(', ')}` : `did you mean ${near}?`}`,
        { ...place, field: key },
      );
    }
    try {
      limits[key] = limitValue(field, written);
    } catch (error) {
      if (!(error instanceof OhmpropError)) throw error;
      throw invalid(`${at}: ${key}: ${error.message}`, { ...place, field: key });
    }
  }
  return requireComplete(limits, source, 'key');
}

function limitValue({ unit, key }: LimitField, written: unknown): number {
  if (typeof written !== 'string' && typeof written !== 'number') {
    throw inputError(
      'limits.invalid',
      `needs a number or a quantity, got ${quoted(JSON.stringify(written))}`,
    );
  }
  const { value } = readQuantity(written, unit);
  const read = limitSchema(key).safeParse(value);
  if (read.success) return value;
  throw inputError('limits.invalid', `${read.error.issues[0].message}, got ${quoted(String(written))}`);
}

/** What values a limit may have: above 0, pulses whole. */
export function limitSchema(key: keyof Limits): z.ZodNumber {
  const above = z.number().gt(0, 'needs a value above 0');
  return key === 'maxPulses' ? above.int('needs a whole number') : above;
}

/** @throws OhmpropError `limits.missing` naming what is not said, `limits.invalid` for what contradicts itself */
export function requireComplete(limits: Partial<Limits>, source: string, by: 'key' | 'flag'): Limits {
  const missing = limitFields.filter(({ key, needed }) => needed && limits[key] === undefined);
  if (missing.length > 0) {
    const names = missing.map((field) => `${field[by]} (${field.what})`);
    throw inputError(
      'limits.missing',
      `${source}: ${names.join(', ')} not said; limits have no defaults`,
      undefined,
      {
        field: missing[0].key,
      },
    );
  }
  const whole = limits as Limits;
  for (const key of ['formed_V', 'maxRead_V'] as const) {
    const value = whole[key];
    if (value !== undefined && value > whole.maxVoltage_V) {
      throw invalid(
        `${source}: ${key} is ${value} V, above maxVoltage_V, ${whole.maxVoltage_V} V, which nothing may pass: say it lower, or leave it out`,
        { field: key },
      );
    }
  }
  return whole;
}

function requireKind(value: unknown, source: string): void {
  const refuse = (code: string, what: string, field: string) =>
    inputError(code, `${source}: ${what}`, undefined, { file: source, field });
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refuse(
      'limits.kind',
      'a file of limits has keys and values, the first of them kind: limits',
      'kind',
    );
  }
  const { kind, format } = value as { kind?: unknown; format?: unknown };
  if (kind !== 'limits') {
    const other = typeof kind === 'string' && Object.hasOwn(otherKinds, kind) ? `; ${otherKinds[kind]}` : '';
    const got = kind === undefined ? 'it says no kind' : `its kind is ${quoted(String(kind))}${other}`;
    throw refuse(
      'limits.kind',
      `this is no file of limits: ${got}; "ohmprop instrument limits -o my.limits.yaml" writes one`,
      'kind',
    );
  }
  if (format !== undefined && format !== 1) {
    throw refuse(
      'limits.format',
      `format ${quoted(String(format))} is not known here, this version reads format 1; use a newer ohmprop`,
      'format',
    );
  }
}

/** The file that says these limits. */
export function limitsText(limits: Limits, note?: string): string {
  const lines = limitFields.flatMap(({ key, what, unit }) => {
    const value = limits[key];
    return value === undefined
      ? []
      : [`${key}: ${value}${' '.repeat(4)}# ${what}${unit === '1' ? '' : `, ${unit}`}`];
  });
  return [
    'kind: limits',
    'format: 1',
    ...(note === undefined ? [] : [`note: ${JSON.stringify(note)}`]),
    ...lines,
    '',
  ].join('\n');
}

function invalid(message: string, where: object): OhmpropError {
  return inputError('limits.invalid', message, undefined, where);
}
