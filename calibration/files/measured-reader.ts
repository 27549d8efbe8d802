import { basename, dirname, join } from 'node:path';
import { inputError } from '../../core/index.js';
import { readRegularFile } from '../../core/input/index.js';
import { MAX_YAML_CHARACTERS } from '../../core/yaml/index.js';
import type { MeasuredFile } from '../measured/index.js';
import { type AnswerSheet, type Answers, answersFor, answersOfFlags, readAnswerSheet } from './answers.js';
import { readMeasuredFile } from './read-measured-file.js';

/** What somebody said of files, as flags say it: plain data, that can be handed to another thread. */
export interface ReadingAsked {
  /** `KEY=VALUE`, each: goes before what a sheet says. */
  readonly answer: readonly string[];
  /** A file of answers in place of `calibrate.yaml` beside each file. */
  readonly answers?: string;
  /** What file names say: `{cell}_{amplitude}_{cycle}`. */
  readonly namePattern?: string;
}

/** Reads files, each with the answers that hold for it: flags before a sheet, `calibrate.yaml` beside it where none is named. */
export class MeasuredReader {
  private readonly sheets = new Map<string, AnswerSheet | undefined>();

  constructor(private readonly asked: ReadingAsked) {}

  /** @throws OhmpropError as `readMeasuredFile`; `calibrate.answers` */
  async read(file: string): Promise<MeasuredFile> {
    const sheet = await this.sheetFor(file);
    const written = sheet === undefined ? {} : answersFor(sheet, basename(file));
    return await readMeasuredFile(file, { answers: this.answersOf(written) });
  }

  private answersOf(written: Answers): Answers {
    const { namePattern, answer } = this.asked;
    return {
      ...written,
      ...(namePattern === undefined ? {} : { namePattern }),
      ...answersOfFlags(answer),
    };
  }

  private async sheetFor(file: string): Promise<AnswerSheet | undefined> {
    const { answers } = this.asked;
    const place = answers ?? join(dirname(file), 'calibrate.yaml');
    if (!this.sheets.has(place)) this.sheets.set(place, await readSheet(place, answers !== undefined));
    return this.sheets.get(place);
  }
}

async function readSheet(place: string, asked: boolean): Promise<AnswerSheet | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readRegularFile(place, { most_bytes: 4 * MAX_YAML_CHARACTERS });
  } catch (cause) {
    if (!asked && (cause as { code?: string }).code === 'ENOENT') return undefined;
    throw inputError('calibrate.answers', `${place}: cannot be read (${(cause as Error).message})`, cause);
  }
  return readAnswerSheet(new TextDecoder().decode(bytes), place);
}
