import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../core/index.js';
import {
  cobsDecode,
  cobsEncode,
  decodeFrame,
  encodeFrame,
  type Frame,
  FrameReader,
  payloadMax,
} from '../../drivers/framing/index.js';

const bytes = (max: number) => fc.uint8Array({ minLength: 1, maxLength: max });
const frames = fc.record({
  version: fc.constant(1),
  operation: fc.integer({ min: 0, max: 255 }),
  status: fc.integer({ min: 0, max: 10 }),
  sequence: fc.integer({ min: 0, max: 0xffff }),
  session: fc.integer({ min: 0, max: 0xffffffff }),
  payload: fc.uint8Array({ maxLength: payloadMax }),
});

function read(line: Uint8Array): { frames: Frame[]; reader: FrameReader } {
  const got: Frame[] = [];
  const reader = new FrameReader((frame) => got.push(frame));
  reader.push(line);
  return { frames: got, reader };
}

describe('COBS', () => {
  it('leaves no zero, costs one byte in 254, and comes back', () => {
    fc.assert(
      fc.property(bytes(1000), (data) => {
        const stuffed = cobsEncode(data);
        expect(stuffed.includes(0)).toBe(false);
        expect(stuffed.length).toBeLessThanOrEqual(data.length + Math.floor(data.length / 254) + 1);
        expect(cobsDecode(stuffed)).toEqual(data);
      }),
    );
  });

  it('refuses what cannot have been stuffed, and never reads past it', () => {
    fc.assert(
      fc.property(bytes(300), (data) => {
        const back = cobsDecode(data);
        if (back !== undefined) expect(back.length).toBeLessThan(data.length);
      }),
    );
    expect(cobsDecode(Uint8Array.of(5, 1, 2))).toBeUndefined();
    expect(cobsDecode(Uint8Array.of(3, 0, 2))).toBeUndefined();
    expect(cobsDecode(new Uint8Array())).toBeUndefined();
  });
});

describe('frames', () => {
  it('come back whole, wherever the stream is cut', () => {
    fc.assert(
      fc.property(frames, frames, (first, second) => {
        const line = new Uint8Array([...encodeFrame(first), ...encodeFrame(second)]);
        for (let cut = 0; cut <= line.length; cut += line.length > 100 ? 7 : 1) {
          const got: Frame[] = [];
          const reader = new FrameReader((frame) => got.push(frame));
          reader.push(line.subarray(0, cut));
          reader.push(line.subarray(cut));
          expect(got).toEqual([first, second]);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('every split point of a long frame, and byte by byte', () => {
    const payload = Uint8Array.from({ length: payloadMax }, (_, i) => (i * 7) % 11);
    const frame = { version: 1, operation: 0x90, status: 0, sequence: 9, session: 0xfeedbeef, payload };
    const line = encodeFrame(frame);
    for (let cut = 0; cut <= line.length; cut++) {
      const got: Frame[] = [];
      const reader = new FrameReader((f) => got.push(f));
      reader.push(line.subarray(0, cut));
      reader.push(line.subarray(cut));
      expect(got).toEqual([frame]);
    }
    const got: Frame[] = [];
    const reader = new FrameReader((f) => got.push(f));
    for (const byte of line) reader.push(Uint8Array.of(byte));
    expect(got).toEqual([frame]);
  });

  it('with any single bit flipped are not accepted', () => {
    for (const length of [0, 1, 20, payloadMax]) {
      const payload = Uint8Array.from({ length }, (_, i) => (i * 37) & 0xff);
      const line = encodeFrame({
        version: 1,
        operation: 0x23,
        status: 0,
        sequence: 77,
        session: 0x01020304,
        payload,
      });
      for (let bit = 0; bit < 8 * line.length; bit++) {
        const broken = line.slice();
        broken[bit >> 3] ^= 1 << (bit & 7);
        expect(read(broken).frames).toEqual([]);
      }
    }
  });

  it('are found again after garbage, at the next delimiter', () => {
    const frame = { version: 1, operation: 1, status: 0, sequence: 1, session: 5, payload: new Uint8Array() };
    const garbage = Uint8Array.from({ length: 700 }, (_, i) => 1 + (i % 255));
    const { frames: got, reader } = read(new Uint8Array([...garbage, 0, ...encodeFrame(frame)]));
    expect(got).toEqual([frame]);
    expect(reader.framingErrors).toBe(1);
  });

  it('a million random ones: no crash, no false accept', () => {
    const random = new RandomStream(11, 'codec');
    const stuffed = new Uint8Array(40);
    let accepted = 0;
    for (let n = 0; n < 1_000_000; n++) {
      const length = 14 + (random.uint32() % 27);
      for (let i = 0; i < length; i += 4) {
        const word = random.uint32();
        for (let b = 0; b < 4 && i + b < length; b++) stuffed[i + b] = (word >>> (8 * b)) & 0xff || 1;
      }
      // Half of them with a consistent start, so that the CRC and not the stuffing has to refuse them.
      if (n % 2 === 0) stuffed[0] = length;
      if (typeof decodeFrame(stuffed.subarray(0, length)) !== 'string') accepted++;
    }
    expect(accepted).toBe(0);
  });
});
