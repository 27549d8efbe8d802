import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import type { MeasuredFile, Question } from '../measured/index.js';
import type { Answers } from './answers.js';
import { howToConvert } from './conversions.js';
import { decodeText } from './decode.js';
import { readByFormat } from './formats/index.js';
import { isHdf5 } from './hdf5-file.js';
import { readContainer, readContainerHere } from './in-container-process.js';
import { interpret } from './interpret.js';
import { isMatlab5, readMatlab5 } from './matlab-file.js';
import { readByName } from './name-pattern.js';
import { isNpy, readNpyFile, readNpzFile } from './numpy-file.js';
import type { RawFile } from './raw-table.js';
import { settingsOf } from './settings.js';
import { tablesIn } from './text-tables.js';
import { isWorkbook } from './workbook.js';

/** How a file is read. */
export interface ReadMeasuredOptions {
  /** What somebody said of it. */
  readonly answers?: Answers;
  /** Workbooks and HDF5 in the caller's own thread, where that is one that may break: no process is started for them. */
  readonly inThisThread?: boolean;
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
  const { answers = {}, inThisThread = false } = options;
  const questions: Question[] = [];
  const container = inThisThread ? readContainerHere : readContainer;
  const raw = await rawFileOf(
    unpacked(bytes, path),
    path.replace(/\.gz$/i, ''),
    answers,
    questions,
    container,
  );
  const name = basename(path);
  const byName = answers.namePattern === undefined ? undefined : readByName(name, answers.namePattern);
  const settings = settingsOf(raw, answers, byName?.settings ?? []);
  const { series: found, questions: asked, remarks } = interpret(raw, answers, name, settings);
  const series = found.map((one) => ({
    ...one,
    ...(byName?.cell === undefined || one.cell !== undefined ? {} : { cell: byName.cell }),
    ...(byName?.cycle === undefined || one.cycle !== undefined ? {} : { cycle: byName.cycle }),
  }));
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
    settings,
    ...(byName?.cell === undefined
      ? {}
      : {
          inName: {
            cell: byName.cell,
            ...(byName.cycle === undefined ? {} : { cycle: byName.cycle }),
          },
        }),
    questions: [...questions, ...asked],
    remarks: [
      ...(answers.namePattern !== undefined && byName === undefined
        ? [`the name does not fit the pattern ${answers.namePattern}`]
        : []),
      ...raw.remarks,
      ...remarks,
    ],
  };
}

/** What a compressed file may unpack to. */
const MAX_UNPACKED_BYTES = MAX_MEASURED_BYTES;

/** The content of a file that was packed by gzip, as ArC ONE does. */
function unpacked(bytes: Uint8Array, path: string): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (cause) {
    throw inputError(
      'measured.unreadable',
      `${path}: cannot be unpacked (${(cause as Error).message})`,
      cause,
      {
        file: path,
      },
    );
  }
}

async function rawFileOf(
  bytes: Uint8Array,
  path: string,
  answers: Answers,
  questions: Question[],
  container: typeof readContainer,
): Promise<RawFile> {
  if (isHdf5(bytes)) return await container({ kind: 'hdf5', bytes, path });
  if (isMatlab5(bytes)) return readMatlab5(bytes, path);
  if (isNpy(bytes)) return readNpyFile(bytes, path);
  if (/\.npz$/i.test(path)) return readNpzFile(bytes, path);
  if (isWorkbook(bytes, path)) return await container({ kind: 'workbook', bytes, path });
  const decoded = decodeText(bytes);
  if (decoded === undefined) {
    throw inputError('measured.format', `${path}: ${howToConvert(bytes, path)}`, undefined, { file: path });
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
    ...(lines.slice(0, PREAMBLE_LINES).some((line) => writesSi.test(line)) ? { siUnits: true } : {}),
  };
}

/** Lines in which a program or an instrument says its name. */
const PREAMBLE_LINES = 40;
/** Those that write bare numbers in SI units. */
const writesSi =
  /QVisaDataObject|PyMeasure|SweepMe|KickStart|Keithley|Keysight|Agilent|\bB15\d\d\b|4200A?-?SCS|Clarius|EasyEXPERT|\bSMU-?\d|QCoDeS/i;

/** Lines that end in two ends of line: every second one is empty, and none of these means anything. */
function withoutAlternateBlanks(lines: readonly string[]): readonly string[] {
  const sample = lines.slice(0, 200);
  const blank = sample.filter((line) => line.trim() === '').length;
  if (sample.length < 10 || blank < 0.45 * sample.length) return lines;
  return lines.filter((line) => line.trim() !== '');
}
