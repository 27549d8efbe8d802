import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { inputError } from '../../core/index.js';
import type { PulseListener, StoreGroup } from '../../devices/cells/index.js';

const HEADER = 'update,group,row,column,polarity,count\n';

/**
 * Writes every pulse as a line of CSV: update, group, row, column, polarity, count. `g1-` are the second cells of pairs.
 * The file is opened with the first pulse, so that looking at a run (eval, trace, report) leaves its log alone; where
 * that pulse is of a later update, a run goes on: what the log holds of earlier updates stays.
 */
export class PulseLog implements PulseListener {
  private file: number | undefined;

  constructor(private readonly path: string) {}

  pulsed({ name, columns }: StoreGroup, sign: 1 | -1, counts: Int16Array, id: number): void {
    this.file ??= openLog(this.path, id);
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
}

/** Begins a log of a new run, nothing but its header. Throws `pulse-log.unwritable`, exit code 2. */
export function startPulseLog(path: string): void {
  closeSync(openLog(path, 0));
}

/** Opens a log to go on writing after every line of an update before `update`. */
function openLog(path: string, update: number): number {
  try {
    // 'a+' makes a file where there is none, 'r+' lets one be cut
    closeSync(openSync(path, 'a+'));
    const file = openSync(path, 'r+');
    const kept = update <= 1 ? 0 : bytesBefore(file, update);
    ftruncateSync(file, kept);
    closeSync(file);
    const log = openSync(path, 'a');
    if (kept === 0) writeSync(log, HEADER);
    return log;
  } catch (cause) {
    throw inputError(
      'pulse-log.unwritable',
      `${path}: cannot be written (${(cause as Error).message})`,
      cause,
    );
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
