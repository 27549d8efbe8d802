import { open } from 'node:fs/promises';
import { inputError, quoted } from '../core/index.js';
import { readJson, readRegularFile } from '../core/input/index.js';
import {
  type Disk,
  type DiskFile,
  diskError,
  whileRunning,
  writeFileAtomically,
  writeWhole,
} from './atomic-write.js';
import { removeTornLine } from './torn-line.js';

/** Half a million epochs of ten classes. */
const MAX_METRICS_BYTES = 2 ** 28;
/** A confusion matrix of a thousand classes. */
const MAX_LINE_CHARACTERS = 2 ** 24;

/** One epoch or evaluation. Numbers that JSON does not know (NaN, Infinity) are written as null. */
export type MetricsLine = { readonly epoch: number; readonly [key: string]: unknown };

/**
 * The append-only `metrics.jsonl`: one JSON object a line, each flushed by a single write so that another process can
 * follow the file.
 */
export class MetricsLog {
  private constructor(
    private readonly path: string,
    private readonly file: Pick<DiskFile, 'write' | 'close'>,
  ) {}

  /** Opens the file to append, after removing a last line that a killed process left unfinished. */
  static async open(path: string, disk?: Disk): Promise<MetricsLog> {
    try {
      await removeTornLine(path);
      return new MetricsLog(path, await (disk ?? { open }).open(path, 'a'));
    } catch (cause) {
      throw diskError(cause, path, 0);
    }
  }

  /** @throws `records.disk` (exit code 1) */
  async append(line: MetricsLine): Promise<void> {
    const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
    const writing = writeWhole(this.file, bytes).catch((cause: unknown) => {
      throw diskError(cause, this.path, bytes.length);
    });
    await whileRunning(writing);
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** What a metrics file holds, in the order of writing. */
export interface Metrics {
  readonly lines: readonly MetricsLine[];
  /** A sentence where the last line was cut off in the middle, and left out. */
  readonly warning?: string;
}

/**
 * Reads a metrics file; none yet is no lines.
 * @throws `metrics.unreadable` (exit code 2) with the line's number, for any but the last
 */
export async function readMetrics(path: string): Promise<Metrics> {
  const bytes = await readRegularFile(path, { most_bytes: MAX_METRICS_BYTES }).catch((cause) => {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return new Uint8Array();
    throw inputError('metrics.unreadable', `${path} cannot be read: ${(cause as Error).message}`, cause);
  });
  const rows = new TextDecoder().decode(bytes).split('\n');
  const tail = rows.pop() ?? '';
  const lines = rows.map((row, i) => {
    const line = parseLine(row);
    if (line !== undefined) return line;
    throw inputError(
      'metrics.unreadable',
      `${path}:${i + 1}: got ${quoted(row)}, not a JSON object with a number "epoch"; delete the line to go on`,
      undefined,
      { file: path, line: i + 1 },
    );
  });
  if (tail === '') return { lines };
  return {
    lines,
    warning: `${path}:${rows.length + 1}: the last line was cut off while being written and is left out`,
  };
}

/**
 * Drops every line after `epoch`, so that a run resumed from a checkpoint does not tell an epoch twice.
 * @returns how many lines were dropped, an unfinished one not counted
 */
export async function truncateMetrics(path: string, epoch: number, disk?: Disk): Promise<number> {
  const { lines, warning } = await readMetrics(path);
  const kept = lines.filter((line) => line.epoch <= epoch);
  if (kept.length === lines.length && warning === undefined) return 0;
  await writeFileAtomically(path, kept.map((line) => `${JSON.stringify(line)}\n`).join(''), disk);
  return lines.length - kept.length;
}

function parseLine(row: string): MetricsLine | undefined {
  try {
    if (row.length > MAX_LINE_CHARACTERS) return undefined;
    const value: unknown = readJson(row);
    return typeof (value as MetricsLine | null)?.epoch === 'number' ? (value as MetricsLine) : undefined;
  } catch {
    return undefined;
  }
}
