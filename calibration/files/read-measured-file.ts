import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import type { MeasuredFile, Question } from '../measured/index.js';
import type { Answers } from './answers.js';
import { decodeText } from './decode.js';
import { readByFormat } from './formats/index.js';
import { interpret } from './interpret.js';
import type { RawFile } from './raw-table.js';
import { settingsOf } from './settings.js';
import { tablesIn } from './text-tables.js';

/** How a file is read. */
export interface ReadMeasuredOptions {
  /** What somebody said of it. */
  readonly answers?: Answers;
}

/** Larger files are refused: they would not fit into memory as text and as numbers. */
export const MAX_MEASURED_BYTES = 2 ** 28;

/**
 * Reads a file as an instrument wrote it.
 * @throws OhmpropError `measured.unreadable`, `measured.format` with a way to convert, `measured.empty` (exit code 2)
 */
export async function readMeasuredFile(
  path: string,
  options: ReadMeasuredOptions = {},
): Promise<MeasuredFile> {
  let bytes: Uint8Array;
  try {
    bytes = await readRegularFile(path, { most_bytes: MAX_MEASURED_BYTES });
  } catch (cause) {
    throw inputError('measured.unreadable', `${path}: cannot be read (${(cause as Error).message})`, cause, {
      file: path,
    });
  }
  return await readMeasuredBytes(bytes, path, options);
}

/** The same of bytes that are there already. @param path of the file, for messages and for what its name says */
export async function readMeasuredBytes(
  bytes: Uint8Array,
  path: string,
  options: ReadMeasuredOptions = {},
): Promise<MeasuredFile> {
  const { answers = {} } = options;
  const questions: Question[] = [];
  const raw = rawFileOf(bytes, path, answers, questions);
  const name = basename(path);
  const { series, questions: asked, remarks } = interpret(raw, answers, name);
  if (series.length === 0) {
    throw inputError('measured.empty', `${path}: no table of numbers was found in it`, undefined, {
      file: path,
    });
  }
  return {
    path,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    format: raw.format,
    series,
    settings: settingsOf(raw, name, answers),
    questions: [...questions, ...asked],
    remarks: [...raw.remarks, ...remarks],
  };
}

function rawFileOf(bytes: Uint8Array, path: string, answers: Answers, questions: Question[]): RawFile {
  const decoded = decodeText(bytes);
  if (decoded === undefined) {
    throw inputError(
      'measured.format',
      `${path}: this is not text; save it as CSV in the program that made it`,
      undefined,
      { file: path },
    );
  }
  const lines = decoded.text.split(/\r\n|\n|\r/);
  const known = readByFormat({ lines, path, answers });
  if (known !== undefined) {
    questions.push(...(known.questions ?? []));
    return known;
  }
  const commas = answers.commas === 'decimal' || answers.commas === 'thousands' ? answers.commas : undefined;
  const found = tablesIn(withoutAlternateBlanks(lines), '', commas);
  if (found.ambiguousCommas && commas === undefined) {
    questions.push({
      key: 'commas',
      text: 'are the commas in numbers decimal marks (1,234 is 1.234) or do they group thousands?',
      choices: ['decimal', 'thousands'],
      flag: '--answer commas=decimal',
      blocks: true,
    });
  }
  return {
    format: found.decimalCommas ? 'text, decimal commas' : 'text',
    tables: found.tables,
    entries: found.entries,
    remarks: found.remarks,
  };
}

/** Lines that end in two ends of line: every second one is empty, and none of these means anything. */
function withoutAlternateBlanks(lines: readonly string[]): readonly string[] {
  const sample = lines.slice(0, 200);
  const blank = sample.filter((line) => line.trim() === '').length;
  if (sample.length < 10 || blank < 0.45 * sample.length) return lines;
  return lines.filter((line) => line.trim() !== '');
}
