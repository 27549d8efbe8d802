import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { inputError, quoted } from '../core/index.js';
import { readJson } from '../core/input/index.js';
import { type Disk, type DiskFile, diskError, whileRunning, writeWhole } from './atomic-write.js';
import type { JsonObject } from './exact-json.js';
import { removeTornLine } from './torn-line.js';

/** Taps of a thousand pots and their residuals. */
const MAX_LINE_CHARACTERS = 2 ** 20;

/** What a board holds, written whole: where a chain of updates begins, and wherever it was written by other means. */
export interface HeldRecord {
  readonly kind: 'held';
  /** For people: `start`, `as it was left`, `written anew after a power-on`. */
  readonly why: string;
  readonly serial: string;
  readonly boots: number;
  /** Id of its last update. */
  readonly update: number;
  readonly hash: string;
  /** One entry a pot: whole taps, and what is left of a step until it makes another tap, 1/256 tap. */
  readonly taps: readonly number[];
  readonly residuals: readonly number[];
}

/** An update that will be asked for; on the disk before it is. */
export interface IntentRecord {
  readonly kind: 'intent';
  readonly id: number;
  readonly epoch: number;
  /** Of the epoch, from 1. */
  readonly minibatch: number;
  /** Of the taps before it, eight hexadecimal digits. */
  readonly hash: string;
}

/** What became of an update. */
export interface OutcomeRecord {
  readonly kind: 'outcome';
  readonly id: number;
  readonly epoch: number;
  readonly minibatch: number;
  /** Of the taps after it. */
  readonly hash: string;
  /** One entry a pot, 1/256 tap: 256 · change of the tap + change of the residual. */
  readonly steps: readonly number[];
  /** What it led to, whole, where steps do not tell it: a residual of more than half a tap was there before. */
  readonly held?: { readonly taps: readonly number[]; readonly residuals: readonly number[] };
  /** `lost` where only the taps say that it was carried out: its answers count in no error and no cost. */
  readonly readings: 'kept' | 'lost';
  /** Where training stands after it. */
  readonly trainer: JsonObject;
}

/** Something that happened between updates: a pause, a line found again, a notification. */
export interface HappenedRecord {
  readonly kind: 'happened';
  readonly what: string;
  /** A sentence for people. */
  readonly text: string;
  /** How long it took, where it took any time, s. */
  readonly seconds?: number;
  /** Code of the error behind it. */
  readonly code?: string;
}

/** A line of a journal, without its time. */
export type JournalRecord = HeldRecord | IntentRecord | OutcomeRecord | HappenedRecord;

/** A line of a journal. */
export type JournalLine = JournalRecord & {
  /** When it was written, ISO 8601. */
  readonly at: string;
};

/**
 * The append-only `journal.jsonl` of a run on hardware: one JSON object a line. What is said to be flushed is on the disk when
 * the promise resolves; the rest survives the end of this process, not that of the machine.
 */
export class JournalLog {
  private constructor(
    private readonly path: string,
    private readonly file: DiskFile,
  ) {}

  /** Opens it to append, after removing a last line that a killed process left unfinished. */
  static async open(path: string, disk?: Disk): Promise<JournalLog> {
    try {
      await removeTornLine(path);
      return new JournalLog(path, await (disk ?? { open }).open(path, 'a'));
    } catch (cause) {
      throw diskError(cause, path, 0);
    }
  }

  /** @throws `records.disk` (exit code 1) */
  async append(record: JournalRecord, { flush }: { flush: boolean }): Promise<void> {
    const line: JournalLine = { at: new Date().toISOString(), ...record };
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const writing = writeWhole(this.file, bytes)
      .then(() => (flush ? this.file.sync() : undefined))
      .catch((cause: unknown) => {
        throw diskError(cause, this.path, bytes.length);
      });
    await whileRunning(writing);
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** Adds one line to a journal that nobody has open. @throws `records.disk` (exit code 1) */
export async function appendToJournal(path: string, record: JournalRecord): Promise<void> {
  const log = await JournalLog.open(path);
  await log.append(record, { flush: true }).finally(() => log.close());
}

const kinds = new Set<unknown>(['held', 'intent', 'outcome', 'happened']);

/**
 * The lines of a journal, one after the other; none where there is no journal. A last line that was cut off while being written
 * is left out: what it was to say had not been promised.
 * @throws `journal.unreadable` (exit code 2) with the number of a line that is none
 */
export async function* readJournal(path: string): AsyncGenerator<JournalLine> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined;
    throw inputError('journal.unreadable', `${path} cannot be read: ${cause.message}`, cause);
  });
  if (file === undefined) return;
  try {
    const { size } = await file.stat();
    const input = file.createReadStream({ autoClose: false, end: Math.max(0, size - 1) });
    let waiting: { row: string; number: number } | undefined;
    let number = 0;
    for await (const row of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (waiting !== undefined) yield lineOf(path, waiting.row, waiting.number);
      waiting = { row, number: ++number };
    }
    if (waiting === undefined) return;
    // Only a whole line ends in a new line.
    const last = Buffer.alloc(1);
    await file.read(last, 0, 1, size - 1);
    if (last[0] === 0x0a) yield lineOf(path, waiting.row, waiting.number);
  } finally {
    await file.close();
  }
}

/**
 * The whole lines of a journal that follow a place in it, each with where it ends, bytes: for who reads along while another
 * writes. None where there is no journal. A journal that is shorter by now was begun anew, and is read from its beginning.
 * @throws `journal.unreadable` as `readJournal` does, numbered from that place
 */
export async function* journalAfter(
  path: string,
  from: number,
): AsyncGenerator<{ readonly line: JournalLine; readonly end: number }> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return;
  try {
    const { size } = await file.stat();
    let start = from <= size ? from : 0;
    let rest = Buffer.alloc(0);
    const block = Buffer.alloc(2 ** 16);
    for (let at = start, number = 0; at < size; ) {
      const { bytesRead } = await file.read(block, 0, block.length, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      rest = Buffer.concat([rest, block.subarray(0, bytesRead)]);
      for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
        start += end + 1;
        yield { line: lineOf(path, rest.subarray(0, end).toString('utf8'), ++number), end: start };
        rest = rest.subarray(end + 1);
      }
    }
  } finally {
    await file.close();
  }
}

function lineOf(path: string, row: string, number: number): JournalLine {
  try {
    if (row.length <= MAX_LINE_CHARACTERS) {
      const value = readJson(row) as { kind?: unknown } | null;
      if (typeof value === 'object' && value !== null && kinds.has(value.kind)) return value as JournalLine;
    }
  } catch {
    // Said below.
  }
  throw inputError(
    'journal.unreadable',
    `${path}:${number}: got ${quoted(row)}, not a line of a journal; what the board was told is then not known. Delete this line and all after it to go on from there`,
    undefined,
    { file: path, line: number },
  );
}
