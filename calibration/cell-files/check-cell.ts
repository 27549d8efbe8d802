import type { z } from 'zod';
import { inputError, nearestWord, type OhmpropError, quoted } from '../../core/index.js';
import { type CellDirection, type CellFile, cellFileSchema } from './schema.js';

/** Issues told of one file: more are of one kind, and would hide the others. */
const MAX_ISSUES = 10;

/**
 * Checks what is to be, or was, a cell file: the schema, and what no schema says: that ranges are in order, lists as long as
 * each other and steps point the right way.
 * @param source what it is called in messages: the file's name
 * @throws `cell.kind` where it is a file of another kind; `cell.format` of a later version; `cell.invalid` naming each field
 */
export function checkCell(value: unknown, source: string): CellFile {
  requireKind(value, source);
  const parsed = cellFileSchema.safeParse(value);
  if (!parsed.success) {
    const told = parsed.error.issues.slice(0, MAX_ISSUES).map((issue) => describe(issue, value));
    const more = parsed.error.issues.length - MAX_ISSUES;
    throw invalid(source, [...told, ...(more > 0 ? [`and ${more} more`] : [])]);
  }
  const wrong = contradictions(parsed.data);
  if (wrong.length > 0) throw invalid(source, wrong);
  return parsed.data;
}

function invalid(source: string, lines: readonly string[]): OhmpropError {
  const [field] = (lines[0] ?? '').split(':');
  return inputError('cell.invalid', `${source}:\n  ${lines.join('\n  ')}`, undefined, {
    file: source,
    field,
  });
}

/** What other files of ours are for. */
const otherKinds: Readonly<Record<string, string>> = {
  experiment: 'ohmprop train takes it',
  study: 'ohmprop study takes it',
  limits: '--limits takes it',
  board: '--board takes it',
};

function requireKind(value: unknown, source: string): void {
  const at = { file: source, field: 'kind' };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw inputError(
      'cell.kind',
      `${source}: a cell file is one JSON object with "kind": "cell"`,
      undefined,
      at,
    );
  }
  const { kind, format } = value as { kind?: unknown; format?: unknown };
  if (kind !== 'cell') {
    const other = typeof kind === 'string' ? otherKinds[kind] : undefined;
    const got = kind === undefined ? 'it says no kind' : `its kind is ${quoted(String(kind))}`;
    const what =
      other ??
      (kind === undefined && 'current' in value
        ? 'equations of a user go into "ohmprop cell sweep FILE.yaml"'
        : 'ohmprop calibrate fit writes cell files');
    throw inputError('cell.kind', `${source} is no cell file: ${got}; ${what}`, undefined, at);
  }
  if (format !== 1 && format !== undefined) {
    throw inputError(
      'cell.format',
      `${source}: format ${quoted(String(format))} is not known here, this version reads format 1; use a newer ohmprop, or write the file again`,
      undefined,
      { file: source, field: 'format' },
    );
  }
}

function describe(issue: z.core.$ZodIssue, value: unknown): string {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, MAX_ISSUES)
      .map((key) => {
        const near = nearestWord(key, path.length === 0 ? Object.keys(cellFileSchema.shape) : []);
        return `${[...path, key].join('.')}: unknown key${near === undefined ? '' : `; did you mean "${near}"?`}`;
      })
      .join('\n  ');
  }
  const got = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);
  const shown = got === undefined ? 'nothing' : quoted(JSON.stringify(got) ?? String(got));
  return `${path.join('.') || 'the file'}: ${wordsOf(issue)}, got ${shown}`;
}

/** The library's sentences in this program's words. */
function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `needs a ${issue.expected}`;
  if (issue.code === 'invalid_value') return `needs one of ${issue.values.map(String).join(', ')}`;
  if (issue.code === 'too_small')
    return `needs ${issue.inclusive ? '' : 'more than '}${issue.minimum}${issue.inclusive ? ' or more' : ''}`;
  if (issue.code === 'too_big') return `needs ${issue.maximum} or less`;
  if (issue.code === 'invalid_union') return 'is none of the kinds known here';
  return issue.message;
}

/** What the schema cannot say. Each a sentence that begins with the field. */
function contradictions({ pulse, iv, limits }: CellFile): string[] {
  const found: string[] = [];
  if (pulse !== undefined) {
    if (pulse.g_min_S >= pulse.g_max_S) {
      found.push(`pulse.g_max_S: must be above g_min_S (${pulse.g_min_S} S), got ${pulse.g_max_S} S`);
    }
    found.push(...inDirection(pulse.potentiation, 'pulse.potentiation'));
    found.push(...inDirection(pulse.depression, 'pulse.depression'));
  }
  for (const [at, { law, voltage_V }] of (iv?.branches ?? []).entries()) {
    const path = `iv.branches.${at}`;
    found.push(...ordered(voltage_V, `${path}.voltage_V`));
    if (law.kind === 'table')
      found.push(...columns(law.voltage_V, law.current_A, `${path}.law`, 'voltage_V'));
  }
  for (const key of ['voltage_V', 'width_s', 'conductance_S'] as const) {
    found.push(...ordered(limits?.[key], `limits.${key}`));
  }
  return found;
}

function inDirection({ law, range_S, train }: CellDirection, path: string): string[] {
  return [
    ...ordered(range_S, `${path}.range_S`),
    ...(law.kind === 'table'
      ? columns(law.conductance_S, law.step_S, `${path}.law`, 'conductance_S')
      : 'low_S' in law && law.low_S >= law.high_S
        ? [`${path}.law.high_S: must be above low_S (${law.low_S} S), got ${law.high_S} S`]
        : []),
    ...(train === undefined || train.pulse.length === train.conductance_S.length
      ? []
      : [
          `${path}.train: as many pulses as conductances are needed, got ${train.pulse.length} and ${train.conductance_S.length}`,
        ]),
  ];
}

function ordered(range: readonly [number, number] | undefined, path: string): string[] {
  if (range === undefined || range[0] <= range[1]) return [];
  return [`${path}: the lower end stands first, got ${range[0]}, ${range[1]}`];
}

function columns(x: readonly number[], y: readonly number[], path: string, name: string): string[] {
  if (x.length !== y.length)
    return [`${path}: columns of equal length are needed, got ${x.length} and ${y.length}`];
  const at = x.findIndex((value, k) => k > 0 && value <= x[k - 1]);
  return at < 0 ? [] : [`${path}.${name}.${at}: must rise, got ${x[at]} after ${x[at - 1]}`];
}
