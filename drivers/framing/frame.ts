import { crc32 } from 'node:zlib';
import { cobsDecode, cobsEncode } from './cobs.js';
import type { Framing, MessageReader } from './framing.js';

/** Version of the board protocol that this driver speaks; see firmware/PROTOCOL.md. */
export const protocolVersion = 2;
export const headerBytes = 9;
const crcBytes = 4;
/** Longest frame, header and CRC included. */
export const frameMax = 253;
export const payloadMax = frameMax - headerBytes - crcBytes;

export interface Frame {
  readonly version: number;
  readonly operation: number;
  /** 0 in a request. */
  readonly status: number;
  readonly sequence: number;
  readonly session: number;
  readonly payload: Uint8Array;
}

/** A frame as it goes over the line, with its delimiter. */
export function encodeFrame(frame: Frame): Uint8Array {
  const body = new Uint8Array(headerBytes + frame.payload.length + crcBytes);
  const view = new DataView(body.buffer);
  body[0] = frame.version;
  body[1] = frame.operation;
  body[2] = frame.status;
  view.setUint16(3, frame.sequence, true);
  view.setUint32(5, frame.session, true);
  body.set(frame.payload, headerBytes);
  const end = headerBytes + frame.payload.length;
  view.setUint32(end, crc32(body.subarray(0, end)), true);
  const stuffed = cobsEncode(body);
  const line = new Uint8Array(stuffed.length + 1);
  line.set(stuffed);
  return line;
}

/** The frame in the bytes between two delimiters, or what is wrong with them. */
export function decodeFrame(stuffed: Uint8Array): Frame | 'framing' | 'crc' {
  const body = cobsDecode(stuffed);
  if (body === undefined || body.length < headerBytes + crcBytes || body.length > frameMax) return 'framing';
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const end = body.length - crcBytes;
  if (crc32(body.subarray(0, end)) !== view.getUint32(end, true)) return 'crc';
  return {
    version: body[0],
    operation: body[1],
    status: body[2],
    sequence: view.getUint16(3, true),
    session: view.getUint32(5, true),
    payload: body.slice(headerBytes, end),
  };
}

/** Frames of the board protocol. */
export const cobsFrames: Framing<Frame> = (onMessage) => new FrameReader(onMessage);

/** Cuts a stream of bytes into frames, however it is split; what is not a frame is counted and dropped. */
export class FrameReader implements MessageReader {
  /** All that have come. */
  bytes = 0;
  messages = 0;
  framingErrors = 0;
  crcErrors = 0;
  private readonly line = new Uint8Array(frameMax + 2);
  private length = 0;
  private overlong = false;

  constructor(private readonly onFrame: (frame: Frame) => void) {}

  get damaged(): number {
    return this.framingErrors + this.crcErrors;
  }

  /** What has come since the last delimiter, as far as a frame is long. */
  get rest(): Uint8Array {
    return this.line.slice(0, this.length);
  }

  push(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    for (const byte of bytes) {
      if (byte !== 0) {
        if (this.length === this.line.length) this.overlong = true;
        else this.line[this.length++] = byte;
        continue;
      }
      if (this.length > 0) this.take();
      this.length = 0;
      this.overlong = false;
    }
  }

  private take(): void {
    const frame = this.overlong ? 'framing' : decodeFrame(this.line.subarray(0, this.length));
    if (frame === 'framing') this.framingErrors++;
    else if (frame === 'crc') this.crcErrors++;
    else {
      this.messages++;
      this.onFrame(frame);
    }
  }
}
