import type { Framing, MessageReader } from '../../framing/index.js';

/** What the next reply is: so many bytes, or a line of text. */
export type Expected = number | 'line';

/** A line of text that is longer is none. */
const MAX_LINE_BYTES = 64;

/**
 * Cuts replies that carry no mark of their own out of a stream, by what is expected next. What comes unexpected is counted and
 * dropped: after it nobody can know where a number begins.
 */
export class ReplyReader implements MessageReader {
  bytes = 0;
  messages = 0;
  /** Stretches that nobody waited for. */
  damaged = 0;
  private expected: Expected | undefined;
  private held: Buffer = Buffer.alloc(0);

  /** @param onReply of the exchange */
  private constructor(private readonly onReply: (reply: Uint8Array) => void) {}

  /** A reader as a framing, and what tells it what comes next. */
  static framing(): {
    framing: Framing<Uint8Array>;
    expect: (what: Expected) => void;
    /** Bytes of the reply that is waited for. */
    partial: () => number;
    /** Stretches that nobody waited for, so far. */
    unexpected: () => number;
  } {
    let reader: ReplyReader | undefined;
    return {
      framing: (onReply) => {
        reader = new ReplyReader(onReply);
        return reader;
      },
      expect: (what) => reader?.expect(what),
      partial: () => reader?.held.length ?? 0,
      unexpected: () => reader?.damaged ?? 0,
    };
  }

  get rest(): Uint8Array {
    return this.held;
  }

  /** What was waited for before no longer is. */
  expect(what: Expected): void {
    this.expected = what;
    this.held = Buffer.alloc(0);
  }

  push(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    if (this.expected === undefined) {
      this.damaged++;
      return;
    }
    this.held = Buffer.concat([this.held, bytes]);
    const length = this.lengthOf(this.expected);
    if (length === undefined) return;
    const reply = this.held.subarray(0, length);
    if (this.held.length > length) this.damaged++;
    this.held = Buffer.alloc(0);
    this.expected = undefined;
    this.messages++;
    this.onReply(Uint8Array.from(reply));
  }

  private lengthOf(expected: Expected): number | undefined {
    if (expected !== 'line') return this.held.length >= expected ? expected : undefined;
    const end = this.held.indexOf(0x0a);
    if (end >= 0) return end + 1;
    return this.held.length > MAX_LINE_BYTES ? this.held.length : undefined;
  }
}

/** Numbers of a reply, float32, least significant byte first. */
export function floatsOf(reply: Uint8Array): Float32Array {
  const view = new DataView(reply.buffer, reply.byteOffset, reply.byteLength);
  return Float32Array.from({ length: Math.floor(reply.length / 4) }, (_, i) => view.getFloat32(4 * i, true));
}

/** A version, where four bytes say one. */
export function versionOf(reply: Uint8Array): { readonly major: number; readonly minor: number } {
  const view = new DataView(reply.buffer, reply.byteOffset, reply.byteLength);
  return { major: view.getUint16(0, true), minor: view.getUint16(2, true) };
}
