import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { inputError, quoted, runError } from '../core/index.js';
import { readJson } from '../core/input/index.js';
import { diskError } from './atomic-write.js';
import { removeTornLine } from './torn-line.js';

const FORMAT = 1;

/** A pulse that will be given: on its way to the disk before it goes over the line. */
export interface IntendedPulse {
  /** row · columns + column. */
  readonly cell: number;
  readonly amplitude_V: number;
  readonly width_s: number;
  /** Where the cell was last seen, S. */
  readonly before_S: number;
}

/** What became of a pulse whose reply was missing, found out by reading: `unknown` where a read cannot tell. */
export interface ResolvedDoubt {
  readonly cell: number;
  readonly given: 'yes' | 'no' | 'unknown';
  /** What was read, S, by the mean of so many reads. */
  readonly now_S: number;
  readonly reads: number;
}

/** What one pulse did to a cell. */
export interface PulseMove {
  readonly change_S: number;
  readonly amplitude_V: number;
  readonly width_s: number;
}

/** What a journal says of an array. */
export interface PulseHistory {
  /** Last update that was carried out, to its end or cut short. */
  readonly lastUpdate: number;
  /** Given to each cell so far, row-major, either way. */
  readonly positive: Uint32Array;
  readonly negative: Uint32Array;
  /** Of each cell: pulses of which nobody can say whether they were given. */
  readonly unknown: Uint32Array;
  /** What the last pulse of that sign did to a cell, as the next one to it found it, where that is known. */
  lastMove(cell: number, sign: number): PulseMove | undefined;
  /** An update that was begun and not ended: the process that carried it out has died. */
  readonly interrupted?: { readonly update: number; readonly planned: number; readonly given: number };
  /** The last pulse that was going to be given, of which nothing is known. */
  readonly doubt?: IntendedPulse;
}

/**
 * What was given to the cells behind an instrument that cannot tell: one line a pulse, written before it goes over the line. A
 * line survives the end of this process; updates are flushed to the disk before their first pulse. Whatever follows a pulse
 * says that its reply came; a pulse with nothing after it is a doubt.
 *
 * Lines: a header; `{"update": id, "planned": pulses}`; `[cell, V, s, S before]`; `{"doubt": …}`;
 * `{"notGiven": cell}`; `{"end": id}`.
 */
export class PulseJournal {
  private constructor(
    private readonly path: string | undefined,
    private readonly file: number | undefined,
    private readonly history_: Mutable,
  ) {}

  /** Opens or begins one. @throws OhmpropError `journal.unreadable`, `journal.other-array`, `records.disk` */
  static async open(
    path: string,
    array: { readonly rows: number; readonly columns: number },
  ): Promise<PulseJournal> {
    try {
      await removeTornLine(path);
      const history = new Mutable(array.rows, array.columns);
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
    return new PulseJournal(undefined, undefined, new Mutable(array.rows, array.columns));
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

class Mutable implements PulseHistory {
  lastUpdate = 0;
  readonly positive: Uint32Array;
  readonly negative: Uint32Array;
  readonly unknown: Uint32Array;
  interrupted?: { update: number; planned: number; given: number };
  doubt?: IntendedPulse;
  /** Of each cell, its last pulse, as long as it is certain. */
  private readonly last = new Map<number, IntendedPulse>();
  private readonly moves = new Map<number, PulseMove>();

  constructor(
    readonly rows: number,
    readonly columns: number,
  ) {
    this.positive = new Uint32Array(rows * columns);
    this.negative = new Uint32Array(rows * columns);
    this.unknown = new Uint32Array(rows * columns);
  }

  begin(update: number, planned: number): void {
    this.interrupted = { update, planned, given: 0 };
  }

  intend(pulse: IntendedPulse): void {
    const { cell, before_S } = pulse;
    const last = this.last.get(cell);
    if (last !== undefined) {
      const { amplitude_V, width_s } = last;
      this.moves.set(moveKey(cell, amplitude_V), {
        change_S: before_S - last.before_S,
        amplitude_V,
        width_s,
      });
    }
    this.last.set(cell, pulse);
    this.doubt = pulse;
  }

  lastMove(cell: number, sign: number): PulseMove | undefined {
    return this.moves.get(moveKey(cell, sign));
  }

  /** The pulse before was answered. */
  confirm(): void {
    const { doubt } = this;
    if (doubt === undefined) return;
    this.count(doubt);
    delete this.doubt;
  }

  resolve({ cell, given }: ResolvedDoubt): void {
    const { doubt } = this;
    if (doubt === undefined || doubt.cell !== cell) return;
    if (given === 'yes') this.count(doubt);
    else {
      if (given === 'unknown') this.unknown[cell]++;
      this.last.delete(cell);
    }
    delete this.doubt;
  }

  /** Of an earlier pulse nobody could tell; now it is known not to have been given. */
  tellLater(cell: number): void {
    this.confirm();
    if (this.unknown[cell] > 0) this.unknown[cell]--;
  }

  end(update: number): void {
    this.lastUpdate = Math.max(this.lastUpdate, update);
    delete this.interrupted;
  }

  private count({ cell, amplitude_V }: IntendedPulse): void {
    (amplitude_V < 0 ? this.negative : this.positive)[cell]++;
    if (this.interrupted !== undefined) this.interrupted.given++;
  }
}

function moveKey(cell: number, sign: number): number {
  return 2 * cell + (sign < 0 ? 1 : 0);
}

function readLines(path: string, text: string, history: Mutable): void {
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

function takeLine(line: unknown, history: Mutable, cells: number): boolean {
  if (Array.isArray(line)) {
    const [cell, amplitude_V, width_s, before_S] = line as number[];
    const good = line.length === 4 && Number.isInteger(cell) && cell >= 0 && cell < cells;
    if (!good || !line.slice(1, 3).every(Number.isFinite)) return false;
    history.confirm();
    history.intend({ cell, amplitude_V, width_s, before_S: before_S ?? Number.NaN });
    return true;
  }
  const { update, planned, doubt, end, notGiven } = line as Record<string, unknown>;
  if (typeof doubt === 'object' && doubt !== null) history.resolve(doubt as ResolvedDoubt);
  else if (typeof update === 'number') {
    history.confirm();
    history.begin(update, Number(planned));
  } else if (typeof end === 'number') {
    history.confirm();
    history.end(end);
  } else if (typeof notGiven === 'number') history.tellLater(notGiven);
  else return false;
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
