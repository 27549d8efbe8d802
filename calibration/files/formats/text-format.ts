import type { Question } from '../../measured/index.js';
import type { Answers } from '../answers.js';
import type { RawFile } from '../raw-table.js';

/** A text that may be of a format, cut into its lines. */
export interface FormatText {
  readonly lines: readonly string[];
  readonly path: string;
  readonly answers: Answers;
}

/** What a reader of one format makes of a text; some ask. */
export interface FormatFile extends RawFile {
  readonly questions?: readonly Question[];
}

/** A format that the general reader of tables would misread: tells its own, and reads it. */
export interface TextFormat {
  /** By the first lines; false for every other file. */
  recognises(text: FormatText): boolean;
  read(text: FormatText): FormatFile;
}
