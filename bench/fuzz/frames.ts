import { readDescription } from '../../drivers/board/index.js';
import {
  cobsDecode,
  cobsEncode,
  decodeFrame,
  encodeFrame,
  FrameReader,
  payloadMax,
  protocolVersion,
} from '../../drivers/framing/index.js';
import { readIntelHex } from '../../drivers/virtual-board/index.js';
import { join, mutateBytes, mutateText, pick } from './mutate.js';
import type { Target } from './target.js';

const frameOf = (payload: Uint8Array) =>
  encodeFrame({
    version: protocolVersion,
    operation: 1,
    status: 0,
    sequence: 7,
    session: 0xdeadbeef,
    payload,
  });
const description = Uint8Array.of(
  ...[1, 1, 0, 0, 1, 4, 3, 5, 2, 40, 2, 125, 240, 240, 0, 0],
  ...[0xe8, 3, 0xe8, 3, 0xe8, 3, 0xe8, 3, 1, 0, 0, 0, 5, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1, 0],
  ...[86, 48, 48, 48, 48, 48, 48, 49, 110, 97, 110, 111],
);
const seeds = [
  frameOf(new Uint8Array(0)),
  frameOf(description),
  frameOf(new Uint8Array(payloadMax).fill(0xaa)),
];
const hex = ':100000000C9434000C943E000C943E000C943E0082\n:00000001FF\n';

interface Case {
  readonly bytes: Uint8Array;
  readonly kind: number;
  /** Where a stream is cut into what arrives together. */
  readonly cuts: readonly number[];
}

/** What comes over a board's line: streams of frames however cut, descriptions, stuffed bytes; and firmware images. */
export const frames: Target = {
  make(random): Case {
    const kind = random.integer(8);
    const cuts = Array.from({ length: random.integer(5) }, () => random.integer(600));
    if (kind === 0) return { kind, cuts, bytes: mutateBytes(description, random) };
    if (kind === 1)
      return { kind, cuts, bytes: new TextEncoder().encode(mutateText(hex, random, [':', '\n', 'F', '0'])) };
    const stream = join(...Array.from({ length: 1 + random.integer(3) }, () => pick(random, seeds)));
    return { kind, cuts, bytes: mutateBytes(stream, random, seeds) };
  },
  take(input) {
    const { bytes, kind, cuts } = input as Case;
    if (kind === 0) readDescription(bytes, 'fuzz');
    else if (kind === 1) readIntelHex(new TextDecoder().decode(bytes));
    else return streamed(bytes, cuts);
    return true;
  },
  kept: (input) => (input as Case).bytes,
};

function streamed(bytes: Uint8Array, cuts: readonly number[]): boolean {
  let whole = 0;
  const reader = new FrameReader((frame) => {
    whole++;
    if (frame.payload.length > payloadMax) throw new Error('a payload longer than any frame');
    // What was understood is what was sent.
    const again = decodeFrame(encodeFrame(frame).subarray(0, -1));
    if (typeof again === 'string' || again.payload.length !== frame.payload.length)
      throw new Error('not the same frame');
  });
  let from = 0;
  for (const cut of [...cuts].sort((a, b) => a - b)) {
    reader.push(bytes.subarray(from, cut));
    from = Math.min(bytes.length, cut);
  }
  reader.push(bytes.subarray(from));
  const plain = cobsDecode(bytes);
  if (plain !== undefined && plain.length > 0 && cobsDecode(cobsEncode(plain)) === undefined) {
    throw new Error('what was unstuffed cannot be stuffed again');
  }
  return whole > 0;
}
