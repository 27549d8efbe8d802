export { clock_Hz } from './avr-core.js';
export { InProcessTransport } from './in-process-transport.js';
export { readIntelHex } from './intel-hex.js';
export { type FaultRates, LineFaults } from './line-faults.js';
export { PacedBoard } from './paced-board.js';
export {
  defaultSilence_seconds,
  type ServedBoard,
  serveOnPty,
  serveOnTcp,
  type TcpServing,
} from './serve.js';
export { committedFirmware, type ResetPin, VirtualBoard, type VirtualBoardOptions } from './virtual-board.js';
