import { runError } from '../../core/index.js';

/** Little-endian payloads: written field by field, read field by field. */
export class PayloadWriter {
  private readonly bytes: number[] = [];

  u8(value: number): this {
    this.bytes.push(value & 0xff);
    return this;
  }

  u16(value: number): this {
    return this.u8(value).u8(value >> 8);
  }

  u32(value: number): this {
    return this.u16(value & 0xffff).u16(value >>> 16);
  }

  i16s(values: Iterable<number>): this {
    for (const value of values) this.u16(value);
    return this;
  }

  raw(values: Iterable<number>): this {
    for (const value of values) this.u8(value);
    return this;
  }

  get done(): Uint8Array {
    return Uint8Array.from(this.bytes);
  }
}

/**
 * Reads a little-endian payload field by field, from its first byte on.
 * @throws OhmpropError `board.reply` past its end: what answered speaks another protocol
 */
export class PayloadReader {
  private at = 0;
  private readonly view: DataView;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  i16(): number {
    return this.view.getInt16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  i16s(count: number): Int16Array {
    return Int16Array.from({ length: count }, () => this.i16());
  }

  /** All that is left. */
  rest(): Uint8Array {
    return this.bytes.slice(this.take(this.left));
  }

  text(length: number): string {
    const from = this.take(length);
    return String.fromCharCode(...this.bytes.subarray(from, from + length));
  }

  /** Where the next field of so many bytes begins. */
  private take(bytes: number): number {
    if (bytes > this.left) {
      throw runError(
        'board.reply',
        `the board's answer ends after ${this.bytes.length} bytes, where ${this.at + bytes} are needed: is it a learning board, with the firmware that this driver wants?`,
      );
    }
    this.at += bytes;
    return this.at - bytes;
  }
}
