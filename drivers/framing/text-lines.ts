import type { Framing, MessageReader } from './framing.js';

/** Longest line of text that is taken, bytes: a block of some thousand readings as text. */
const MAX_LINE_BYTES = 2 ** 20;

/**
 * Lines of text as instruments send them, each ended by a line feed; a carriage return before it is dropped, and so is an
 * empty line. Bytes are taken as Latin-1, so that none is changed.
 */
export const textLines: Framing<string> = (onMessage) => new TextLineReader(onMessage);

class TextLineReader implements MessageReader {
  bytes = 0;
  messages = 0;
  damaged = 0;
  private parts: Buffer[] = [];
  private length = 0;

  constructor(private readonly onLine: (line: string) => void) {}

  get rest(): Uint8Array {
    return Buffer.concat(this.parts);
  }

  push(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    let from = 0;
    for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, from)) {
      this.keep(bytes.subarray(from, at));
      from = at + 1;
      this.end();
    }
    this.keep(bytes.subarray(from));
  }

  private keep(bytes: Uint8Array): void {
    this.length += bytes.length;
    // What is longer is dropped as it comes, so that a chatterbox fills no memory.
    if (bytes.length > 0 && this.length <= MAX_LINE_BYTES) this.parts.push(Buffer.from(bytes));
  }

  private end(): void {
    const text = Buffer.concat(this.parts).toString('latin1').replace(/\r+$/, '');
    const overlong = this.length > MAX_LINE_BYTES;
    this.parts = [];
    this.length = 0;
    if (overlong) {
      this.damaged++;
      return;
    }
    if (text === '') return;
    this.messages++;
    this.onLine(text);
  }
}
