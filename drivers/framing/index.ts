export { cobsDecode, cobsEncode } from './cobs.js';
export {
  decodeFrame,
  encodeFrame,
  type Frame,
  FrameReader,
  frameMax,
  headerBytes,
  payloadMax,
  protocolVersion,
} from './frame.js';
