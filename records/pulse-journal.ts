import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { inputError, quoted, runError } from '../core/index.js';
import { readJson } from '../core/input/index.js';
import { diskError } from './atomic-write.js';
import {
  GrowingHistory,
  type IntendedPulse,
  type PulseHistory,
  type ResolvedDoubt,
} from './pulse-history.js';
import { removeTornLine } from './torn-line.js';

const FORMAT = 1;

/**
 * What was given to the cells behind an instrument that cannot tell: one line a pulse, written before it goes over the line. A
 * line survives the end of this process; updates are flushed to the disk before their first pulse. Whatever follows a pulse
 * says that its reply came; a pulse with nothing after it is a doubt.
 *
 * Lines: a header; `{"update": id, "planned": pulses}`; `[cell, V, s, S before]`; `{"doubt": …}`;
 * `{"given": cell}`; `{"notGiven": cell}`; `{"end": id}`; `{"note": what happened to the line}`, which says nothing of pulses.
 */
export class PulseJournal {
  private constructor(
    private readonly path: string | undefined,
    private readonly file: number | undefined,
    private readonly history_: GrowingHistory,
  ) {}

  /** Opens or begins one. @throws OhmpropError `journal.unreadable`, `journal.other-array`, `records.disk` */
  static async open(
    path: string,
    array: { readonly rows: number; readonly columns: number },
  ): Promise<PulseJournal> {
    try {
      await removeTornLine(path);
      const history = new GrowingHistory(array.rows, array.columns);
      const file = openSync(path, 'a+');
      const text = readFileSync(path, 'utf8');
      const journal = new PulseJournal(path, file, history);
      if (text === '') journal.write({ kind: 'pulse-journal', format: FORMAT, ...array }, true);
      else readLines(path, text, history);
      return journal;
    } catch (cause) {
      throw diskError(cause, path, 0);
    }
  }

  /** One that ends with this process. */
  static inMemory(array: { readonly rows: number; readonly columns: number }): PulseJournal {
    return new PulseJournal(undefined, undefined, new GrowingHistory(array.rows, array.columns));
  }

  get history(): PulseHistory {
    return this.history_;
  }

  /** An update is going to be carried out. On the disk when this returns. */
  begin(update: number, planned: number): void {
    this.write({ update, planned, at: new Date().toISOString() }, true);
    this.history_.begin(update, planned);
  }

  /** A pulse is going to be given; whatever is written next confirms it. */
  intend(pulse: IntendedPulse): void {
    this.history_.confirm();
    this.write([pulse.cell, pulse.amplitude_V, pulse.width_s, Number(pulse.before_S.toPrecision(6))], false);
    this.history_.intend(pulse);
  }

  /** The pulse before was answered, or its instrument tells of it. */
  confirm(cell: number): void {
    this.write({ given: cell }, false);
    this.history_.confirm();
  }

  /** What reading has shown of the pulse before. */
  resolve(doubt: ResolvedDoubt): void {
    this.write({ doubt }, true);
    this.history_.resolve(doubt);
  }

  /** A pulse to this cell that was unknown is known by now not to have been given. */
  notGiven(cell: number): void {
    this.write({ notGiven: cell }, false);
    this.history_.tellLater(cell);
  }

  /** An update is carried out, to its end or as far as it will be. */
  end(update: number): void {
    this.history_.confirm();
    this.write({ end: update }, false);
    this.history_.end(update);
  }

  /** What happened to the line meanwhile, for people: it says nothing of pulses. */
  note(text: string): void {
    this.write({ note: text, at: new Date().toISOString() }, false);
  }

  close(): void {
    if (this.file === undefined) return;
    fdatasyncSync(this.file);
    closeSync(this.file);
  }

  private write(line: unknown, flush: boolean): void {
    if (this.file === undefined) return;
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(this.file, bytes, at);
      if (flush) fdatasyncSync(this.file);
    } catch (cause) {
      const { message } = diskError(cause, this.path ?? '', bytes.length);
      throw runError('records.disk', `${message}; nothing was sent to the instrument after that`, cause);
    }
  }
}

function readLines(path: string, text: string, history: GrowingHistory): void {
  const { rows, columns } = history;
  for (const [i, row] of text.split('\n').entries()) {
    if (row === '') continue;
    const line = lineOf(path, row, i + 1);
    if (i === 0) checkHeader(path, line, rows, columns);
    else if (!takeLine(line, history, rows * columns)) throw unreadable(path, row, i + 1);
  }
  // an update that nobody ended is over, as far as it went
  if (history.interrupted !== undefined) {
    history.lastUpdate = Math.max(history.lastUpdate, history.interrupted.update);
  }
}

function takeLine(line: unknown, history: GrowingHistory, cells: number): boolean {
  if (Array.isArray(line)) {
    const [cell, amplitude_V, width_s, before_S] = line as number[];
    const good = line.length === 4 && Number.isInteger(cell) && cell >= 0 && cell < cells;
    if (!good || !line.slice(1, 3).every(Number.isFinite)) return false;
    history.confirm();
    history.intend({ cell, amplitude_V, width_s, before_S: before_S ?? Number.NaN });
    return true;
  }
  const { update, planned, doubt, end, given, notGiven, note } = line as Record<string, unknown>;
  if (typeof doubt === 'object' && doubt !== null) history.resolve(doubt as ResolvedDoubt);
  else if (typeof update === 'number') {
    history.confirm();
    history.begin(update, Number(planned));
  } else if (typeof end === 'number') {
    history.confirm();
    history.end(end);
  } else if (typeof given === 'number') history.confirm();
  else if (typeof notGiven === 'number') history.tellLater(notGiven);
  else if (typeof note !== 'string') return false;
  return true;
}

function checkHeader(path: string, line: unknown, rows: number, columns: number): void {
  const header = line as { kind?: unknown; format?: unknown; rows?: unknown; columns?: unknown };
  if (header.kind !== 'pulse-journal' || header.format !== FORMAT) {
    throw inputError(
      'journal.unreadable',
      `${path}: is no journal of pulses in format ${FORMAT}`,
      undefined,
      {
        file: path,
        line: 1,
      },
    );
  }
  if (header.rows === rows && header.columns === columns) return;
  throw inputError(
    'journal.other-array',
    `${path}: is of an array of ${header.rows} × ${header.columns} cells, this one has ${rows} × ${columns}; name another journal`,
    undefined,
    { file: path },
  );
}

function lineOf(path: string, row: string, number: number): unknown {
  try {
    const line = readJson(row);
    if (typeof line === 'object' && line !== null) return line;
  } catch {
    // Said below.
  }
  throw unreadable(path, row, number);
}

function unreadable(path: string, row: string, number: number): Error {
  return inputError(
    'journal.unreadable',
    `${path}:${number}: got ${quoted(row)}, not a line of a journal of pulses; what cells were given is then not known. Restore the file, or begin another`,
    undefined,
    { file: path, line: number },
  );
}
