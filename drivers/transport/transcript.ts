import { inputError, quoted, runError } from '../../core/index.js';
import { readRegularFileSync } from '../../core/input/index.js';
import type { Clock } from './clock.js';
import { TransportListeners } from './listeners.js';
import type { Transport } from './transport.js';

/**
 * What went over a line: seconds, `>` from the host or `<` to it, bytes in hexadecimal, what they are; one stretch a line. Seconds and
 * meaning are for people, and may be missing.
 */
const lineForm = /^(?:\+\d+(?:\.\d+)? )?([<>]) ((?:[0-9a-f]{2})+)(?: ;.*)?$/;

/** A day of a busy line. */
const MAX_TRANSCRIPT_BYTES = 2 ** 28;

function readTranscript(file: string): Uint8Array {
  try {
    return readRegularFileSync(file, { most_bytes: MAX_TRANSCRIPT_BYTES });
  } catch (cause) {
    throw inputError('transcript.file', `${file}: cannot be read (${(cause as Error).message})`, cause);
  }
}

/** Plays the other side of a recorded session: it answers as recorded and refuses any byte that was not sent then. */
export class ReplayTransport implements Transport {
  readonly name: string;
  /** Time that jumps: a deadline comes when the session has nothing to say before the host speaks again. */
  readonly latency_seconds = 0;
  readonly clock: Clock = {
    passesUnasked: false,
    now_seconds: () => 0,
    after: (_, callback) => {
      this.deadlines.add(callback);
      setImmediate(() => setImmediate(() => this.expire(callback)));
      return () => this.deadlines.delete(callback);
    },
  };
  private readonly deadlines = new Set<() => void>();
  private readonly listeners = new TransportListeners();
  readonly onData = this.listeners.onData;
  readonly onClose = this.listeners.onClose;
  private readonly entries: { direction: string; bytes: Uint8Array; line: number }[];
  private next = 0;
  private sent = 0;

  /** @throws OhmpropError naming the line that is not of a transcript */
  constructor(private readonly file: string) {
    this.name = `transcript ${file}`;
    this.entries = new TextDecoder()
      .decode(readTranscript(file))
      .split('\n')
      .map((text, index) => ({ text: text.trim(), line: index + 1 }))
      .filter(({ text }) => text !== '' && !text.startsWith('#'))
      .map(({ text, line }) => {
        const form = lineForm.exec(text);
        if (form === null) {
          throw inputError(
            'transcript.line',
            `${file}, line ${line}: needs "+seconds > bytes" or "+seconds < bytes" in hexadecimal, got ${quoted(text)}`,
          );
        }
        return { direction: form[1], bytes: Uint8Array.from(Buffer.from(form[2], 'hex')), line };
      });
  }

  async open(): Promise<void> {
    this.listeners.reopen();
    this.answer();
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) {
      const entry = this.entries[this.next];
      const wanted = entry?.direction === '>' ? entry.bytes[this.sent] : undefined;
      if (wanted !== byte) {
        const error = runError(
          'transcript.differs',
          `${this.file}, line ${entry?.line ?? 'end'}, byte ${this.sent + 1}: the session had ${wanted ?? 'nothing'} there, now ${byte} was sent`,
        );
        this.listeners.end(error);
        throw error;
      }
      this.sent++;
      if (this.sent === entry.bytes.length) {
        this.next++;
        this.sent = 0;
      }
    }
    setImmediate(() => this.answer());
  }

  async close(): Promise<void> {
    this.listeners.end();
  }

  /** Stretches of the session that were not played. */
  get left(): number {
    return this.entries.length - this.next;
  }

  private expire(deadline: () => void): void {
    if (!this.deadlines.has(deadline)) return;
    if (this.entries[this.next]?.direction === '<' && this.sent === 0) {
      // Its answer is on the way.
      this.answer();
      setImmediate(() => this.expire(deadline));
      return;
    }
    this.deadlines.delete(deadline);
    deadline();
  }

  private answer(): void {
    while (this.entries[this.next]?.direction === '<') this.listeners.emit(this.entries[this.next++].bytes);
  }
}
