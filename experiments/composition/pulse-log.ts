import { closeSync, constants, existsSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { inputError, OhmpropError } from '../../core/index.js';
import type { PulseListener, StoreGroup } from '../../devices/cells/index.js';
import { requireInnerName, runFile, startUserFile } from '../../records/index.js';

const HEADER = 'update,group,row,column,polarity,count\n';

const FIELD = 'cells.pulseLog';

/**
 * Writes every pulse as a line of CSV: update, group, row, column, polarity, count. `g1-` are the second cells of pairs.
 * A run keeps its log in its own directory (`beginIn`, `continueIn`); without a directory it lies where its name says, and is
 * a new file. It is opened with the first pulse, so that looking at a run (eval, trace, report) leaves its log alone; where
 * that pulse is of a later update, a run goes on: what the log holds of earlier updates stays.
 */
export class PulseLog implements PulseListener {
  private file: number | undefined;
  private path: string;
  private isOurs = false;

  constructor(private readonly name: string) {
    this.path = name;
  }

  /**
   * Refuses a name that no new run can give its log, before there is a directory: one outside it, or that of a file where the
   * command was typed, as whoever names that means that file.
   * @throws `run.outside`, `pulse-log.exists` (exit code 2)
   */
  requireName(): void {
    requireInnerName(this.name, FIELD);
    if (!existsSync(this.name)) return;
    throw inputError(
      'pulse-log.exists',
      `${this.name} exists, and is not a pulse log of this run: it is left alone. The log is written in the run directory; give it a name that nothing has here`,
    );
  }

  /** Begins the log of a new run, nothing but its header. @throws `run.outside`, `records.exists`, `pulse-log.unwritable` */
  async beginIn(directory: string): Promise<void> {
    this.path = await runFile(directory, this.name, FIELD);
    start(this.path);
    this.isOurs = true;
  }

  /**
   * Goes on with the log of a run.
   * @returns what is to be told where there is none
   * @throws `run.outside`; `pulse-log.not-a-log` (exit code 2) for a file that is something else, which is left alone
   */
  async continueIn(directory: string): Promise<string | undefined> {
    this.path = await runFile(directory, this.name, FIELD);
    if (!existsSync(this.path)) {
      start(this.path);
      this.isOurs = true;
      return `${this.path} is missing: the log of pulses begins again with this session`;
    }
    if (!isLog(this.path)) {
      throw inputError(
        'pulse-log.not-a-log',
        `${this.path} is not a pulse log, and is left alone; move it away, or name another with --pulse-log`,
      );
    }
    this.isOurs = true;
    return undefined;
  }

  pulsed({ name, columns }: StoreGroup, sign: 1 | -1, counts: Int16Array, id: number): void {
    this.file ??= this.open(id);
    const group = sign === 1 ? name : `${name}-`;
    const lines: string[] = [];
    for (let c = 0; c < counts.length; c++) {
      const n = counts[c];
      if (n === 0) continue;
      const place = `${Math.floor(c / columns)},${c % columns}`;
      lines.push(`${id},${group},${place},${n > 0 ? '+' : '-'},${Math.abs(n)}\n`);
      if (lines.length === 10_000) writeSync(this.file, lines.splice(0).join(''));
    }
    writeSync(this.file, lines.join(''));
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  private open(update: number): number {
    if (!this.isOurs) start(this.path);
    this.isOurs = true;
    return openLog(this.path, update);
  }
}

function start(path: string): void {
  try {
    startUserFile(path, HEADER);
  } catch (cause) {
    throw cause instanceof OhmpropError && cause.code === 'records.exists' ? cause : unwritable(path, cause);
  }
}

function unwritable(path: string, cause: unknown): OhmpropError {
  return inputError(
    'pulse-log.unwritable',
    `${path}: cannot be written (${(cause as Error).message})`,
    cause,
  );
}

/** Whether a regular file begins as a log does. Opened without waiting for whoever fills a pipe. */
function isLog(path: string): boolean {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const bytes = Buffer.alloc(HEADER.length);
    return readSync(file, bytes, 0, bytes.length, 0) === bytes.length && bytes.toString('latin1') === HEADER;
  } catch {
    // a pipe or a directory has no place to read from
    return false;
  } finally {
    closeSync(file);
  }
}

/** Opens a log to go on writing after every line of an update before `update`. */
function openLog(path: string, update: number): number {
  try {
    const file = openSync(path, 'r+');
    const kept = update <= 1 ? 0 : bytesBefore(file, update);
    ftruncateSync(file, kept);
    closeSync(file);
    const log = openSync(path, 'a');
    if (kept === 0) writeSync(log, HEADER);
    return log;
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

const NEWLINE = 10;

/** Length of the header and of the whole lines whose update is below one; 0 if the file is no pulse log. */
function bytesBefore(file: number, update: number): number {
  const block = Buffer.alloc(1 << 20);
  let line = '';
  let start = 0;
  for (let at = 0; ; ) {
    const size = readSync(file, block, 0, block.length, at);
    if (size === 0) return start;
    at += size;
    let from = 0;
    for (let end = block.indexOf(NEWLINE); end >= 0 && end < size; end = block.indexOf(NEWLINE, from)) {
      line += block.toString('latin1', from, end + 1);
      if (start === 0 ? line !== HEADER : !(Number.parseInt(line, 10) < update)) return start;
      start += line.length;
      line = '';
      from = end + 1;
    }
    line += block.toString('latin1', from, size);
  }
}
