import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { startUserFile } from '../../records/index.js';
import type { LineLogSink } from './line-log.js';

/** What stands at the top of a transcript. */
export const transcriptHead =
  '# ohmprop transcript 2: seconds, > from this computer or < to it, bytes in hexadecimal, what they are\n';

/** A transcript in a file that a person named. Each line is there once it is written, whatever becomes of the process. */
export class TranscriptFile implements LineLogSink {
  private readonly descriptor: number;
  private empty = true;

  /**
   * @param options.force replaces a file that exists
   * @throws `records.exists` without it, `records.path`
   */
  constructor(
    private readonly file: string,
    options: { force?: boolean } = {},
  ) {
    startUserFile(file, transcriptHead, options);
    this.descriptor = openSync(file, 'a');
  }

  /** Ends it; a file in which nothing was written is taken away again. @returns whether there is one */
  end(): boolean {
    closeSync(this.descriptor);
    if (this.empty) rmSync(this.file, { force: true });
    return !this.empty;
  }

  note(line: string): void {
    this.empty = false;
    writeSync(this.descriptor, `${line}\n`);
  }
}
