import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { LineLogSink } from './line-log.js';
import { transcriptHead } from './transcript-file.js';

/** The ring holds between one and two stretches: of so many minutes, or so much text if that is full earlier. */
const STRETCH_seconds = 180;
const MAX_STRETCH_BYTES = 8 * 2 ** 20;

/** Where a ring is kept. */
interface RingFiles {
  readonly newer: string;
  readonly before: string;
  descriptor: number;
}

/**
 * The last minutes of a line. In memory at first; once there is a folder for it in two files there, the newer one and the one
 * before it, so that they survive the process. Whoever ends well discards them. Where nothing was said there is no file.
 */
export class LineRing implements LineLogSink {
  private stretch: string[] = [];
  private before: string[] = [];
  private bytes = 0;
  private began_ms = performance.now();
  private folder: string | undefined;
  private files: RingFiles | undefined;

  note(line: string): void {
    const text = `${line}\n`;
    if (this.bytes > MAX_STRETCH_BYTES || performance.now() - this.began_ms > 1000 * STRETCH_seconds)
      this.turn();
    this.bytes += text.length;
    if (this.folder === undefined) {
      this.stretch.push(text);
      return;
    }
    this.files ??= openRing(this.folder);
    writeSync(this.files.descriptor, text);
  }

  /** Goes on in files of this folder, named after the time; the folder is made. */
  keepIn(folder: string): void {
    this.folder = folder;
    const sofar = [...this.before, ...this.stretch].join('');
    this.stretch = [];
    this.before = [];
    if (sofar === '') return;
    this.files = openRing(folder);
    writeSync(this.files.descriptor, sofar);
  }

  /** Ends it; its files stay. @returns the newer one, if there is one */
  end(): string | undefined {
    const { files } = this;
    this.files = undefined;
    if (files === undefined) return undefined;
    closeSync(files.descriptor);
    return files.newer;
  }

  /** Ends it and takes its files away. */
  discard(): void {
    const { files } = this;
    this.end();
    if (files === undefined) return;
    for (const file of [files.newer, files.before]) rmSync(file, { force: true });
  }

  private turn(): void {
    this.bytes = 0;
    this.began_ms = performance.now();
    const { files } = this;
    if (files === undefined) {
      this.before = this.stretch;
      this.stretch = [];
      return;
    }
    closeSync(files.descriptor);
    renameSync(files.newer, files.before);
    files.descriptor = openSync(files.newer, 'w');
    writeSync(files.descriptor, transcriptHead);
  }
}

function openRing(folder: string): RingFiles {
  mkdirSync(folder, { recursive: true });
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '');
  const newer = join(folder, `line-${stamp}.txt`);
  const descriptor = openSync(newer, 'w');
  writeSync(descriptor, transcriptHead);
  return { newer, before: join(folder, `line-${stamp}-before.txt`), descriptor };
}
