export {
  avrdudeArguments,
  avrdudeError,
  avrdudeVersion,
  bootloaderRates,
  commandText,
  runAvrdude,
} from './avrdude.js';
export { BoardClient, type BoardClientOptions } from './board-client.js';
export {
  type BoardDescription,
  firmwareWanted,
  readDescription,
  type TapsAtStart,
} from './board-description.js';
export { BoardElsewhere, type Surroundings } from './board-elsewhere.js';
export { type BoardEvent, describeBoardEvent, tapsAtStartText } from './board-events.js';
export { BoardLink, type LinkCounters, type LinkOptions } from './board-link.js';
export type { BoardStatus } from './board-status.js';
export { boardLineLog } from './describe-bytes.js';
export { emergencyStop, stopNow } from './emergency-stop.js';
export { findBoard, NumberedBoardTransport, serialOf } from './find-board.js';
export { forgetKeptTaps, type KeptTaps, keepTaps, keptTaps, keptTapsFile } from './kept-taps.js';
export {
  type BoardRun,
  isBoardName,
  type KnownBoard,
  knownBoards,
  labDirectory,
  lastRunOn,
  rememberBoard,
  rememberRun,
} from './known-boards.js';
export {
  type BoardMask,
  keepMask,
  keptMask,
  type MaskedPot,
  maskFileOf,
  maskText,
  readMask,
} from './masked-pots.js';
export { type Operation, operations, resetCauses, status, statusMeaning } from './operations-table.js';
export { PayloadReader, PayloadWriter } from './payload.js';
export { PotMeter } from './pot-meter.js';
export {
  type BoardFault,
  type BoardProof,
  potName,
  proveBoard,
  readDriven,
  readingNoise_V,
  terminalName,
} from './proof/index.js';
export { type StopReport, stopBoard } from './stop/index.js';
