export { cobsDecode, cobsEncode } from './cobs.js';
export {
  cobsFrames,
  decodeFrame,
  encodeFrame,
  type Frame,
  FrameReader,
  frameMax,
  headerBytes,
  payloadMax,
  protocolVersion,
} from './frame.js';
export type { Framing, MessageReader } from './framing.js';
export { textLines } from './text-lines.js';
