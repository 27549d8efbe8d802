import { z } from 'zod';
import { answersOfFlags, MeasuredReader } from '../../calibration/files/index.js';
import type {
  MeasuredColumn,
  MeasuredFile,
  MeasuredSeries,
  Question,
} from '../../calibration/measured/index.js';
import { formatQuantity, inputError, OhmpropError, printableLine } from '../../core/index.js';
import { type Answer, defineCommand, type OptionsOf, path } from '../frame/index.js';
import { readingOptions } from './reading.js';

const options = z.strictObject({
  files: path(z.array(z.string()).min(1, 'name at least one file')).meta({
    argument: '<file...>',
    description: 'files as an instrument wrote them',
  }),
  ...readingOptions,
});

export const inspectCommand = defineCommand({
  options,
  outputs: { '.yaml': 'answers so far and open questions: calibrate.yaml, to be kept beside the files' },
  examples: [
    'ohmprop calibrate inspect sweep_17.txt',
    'ohmprop calibrate inspect data/*.csv --answer currentUnit=uA --json',
    'ohmprop calibrate inspect data/*.csv --answer currentUnit=uA -o calibrate.yaml',
  ],
  notes: 'Looks: reads the files and says what it believes; ends with 2 where it has to ask.',
  answer: (given) => inspect(given),
});

interface Unread {
  readonly path: string;
  readonly error: { readonly code: string; readonly message: string };
}

async function inspect(given: OptionsOf<typeof options>): Promise<Answer> {
  const reader = new MeasuredReader(given);
  const read: MeasuredFile[] = [];
  const unread: Unread[] = [];
  let failure: OhmpropError | undefined;
  for (const file of given.files) {
    try {
      read.push(await reader.read(file));
    } catch (error) {
      if (!(error instanceof OhmpropError) || error.code === 'calibrate.answers') throw error;
      failure ??= error;
      unread.push({ path: file, error: error.toJSON() });
    }
  }
  const questions = read.flatMap((file) =>
    file.questions.map((question) => ({ file: file.path, ...question })),
  );
  const open = questions.filter(({ blocks }) => blocks);
  if (open.length > 0) {
    failure ??= inputError(
      'calibrate.questions',
      `${open.length === 1 ? 'one question is' : `${open.length} questions are`} to be answered first: by ${open[0].flag}, or in calibrate.yaml beside the files`,
    );
  }
  return {
    text: [...read.map(describe), ...unread.map(({ error }) => error.message)].join('\n\n'),
    outputs: { '.yaml': () => answerSheetText(given, questions) },
    json: { measured: read.map(summaryOf), unread, questions },
    ...(failure === undefined ? {} : { failure }),
  };
}

/** A sheet of the answers that were given, with what is still open as remarks to be filled in. */
function answerSheetText(
  given: OptionsOf<typeof options>,
  questions: readonly (Question & { readonly file: string })[],
): string {
  const { namePattern, answer } = given;
  const said = { ...(namePattern === undefined ? {} : { namePattern }), ...answersOfFlags(answer) };
  const open = questions.map(
    ({ key, text, choices, file }) =>
      `# ${printableLine(file)}: ${printableLine(text)}${choices === undefined ? '' : ` (${choices.join(', ')})`}\n# ${key}:\n`,
  );
  return [
    '# What these files cannot say themselves; read by every calibrate command. Answers for some files alone go under\n',
    '# files: { "W3_*.csv": { currentUnit: uA } }\n',
    ...Object.entries(said).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`),
    ...new Set(open),
  ].join('');
}

function summaryOf({ path, sha256, bytes, format, series, settings, questions, remarks }: MeasuredFile) {
  return {
    path,
    sha256,
    bytes,
    format,
    series: series.map(({ columns, ...one }) => ({
      ...one,
      rows: columns[0]?.values.length ?? 0,
      ...(one.censored === undefined ? {} : { censored: one.censored.reduce((sum, is) => sum + is, 0) }),
      columns: columns.map(columnSummary),
    })),
    settings,
    questions,
    remarks,
  };
}

function columnSummary({ name, role, unit, values }: MeasuredColumn) {
  const numbers = values.filter((x) => !Number.isNaN(x));
  const bounds = numbers.length === 0 ? { low: null, high: null } : rangeOf(numbers);
  const finite = (x: number | undefined) => (x === undefined || Number.isNaN(x) ? null : x);
  return {
    name,
    role: role ?? null,
    unit,
    ...bounds,
    first: finite(values[0]),
    last: finite(values[values.length - 1]),
    missing: values.length - numbers.length,
  };
}

function rangeOf(numbers: Float64Array): { low: number; high: number } {
  let low = numbers[0];
  let high = numbers[0];
  for (const x of numbers) {
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return { low, high };
}

/** More series of a file are counted, not listed. */
const MOST_SERIES = 12;

function describe(file: MeasuredFile): string {
  const shown = file.series.slice(0, MOST_SERIES);
  return [
    `${printableLine(file.path)}: ${printableLine(file.format)}`,
    ...shown.flatMap(describeSeries),
    ...(file.series.length > shown.length ? [`  and ${file.series.length - shown.length} more series`] : []),
    ...file.settings.map(({ name, value, from }) => `  ${name} ${value} (from ${from})`),
    ...file.remarks.map((remark) => `  note: ${printableLine(remark)}`),
    ...file.questions.map(describeQuestion),
  ].join('\n');
}

function describeSeries({ name, kind, columns, lines, direction }: MeasuredSeries): string[] {
  const rows = columns[0]?.values.length ?? 0;
  const way = direction === undefined ? '' : `, ${direction}`;
  return [
    `  ${printableLine(name)}: ${kind}${way}, ${rows} rows (lines ${lines[0]} to ${lines[1]})`,
    ...columns.map((column) => `    ${describeColumn(column)}`),
  ];
}

function describeColumn(column: MeasuredColumn): string {
  const { name, role, unit } = column;
  const { low, high, missing } = columnSummary(column);
  const quantity = (x: number | null) =>
    x === null
      ? 'nothing'
      : unit === '' || unit === '1'
        ? String(x)
        : formatQuantity(x, unit === 'Ω' ? 'ohm' : unit);
  const gaps = missing === 0 ? '' : `, ${missing} missing`;
  return `${printableLine(name, 60)} → ${role ?? 'not used'}: ${quantity(low)} to ${quantity(high)}${gaps}`;
}

function describeQuestion({ text, choices, flag, blocks }: Question): string {
  const among = choices === undefined ? '' : ` (${choices.join(', ')})`;
  return `  ${blocks ? 'question' : 'question, may stay open'}: ${printableLine(text)}${among}; ${flag}`;
}
