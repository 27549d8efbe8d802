export { askHolder, type HolderAnswer } from './ask-holder.js';
export { type Clock, wallClock } from './clock.js';
export { cutIn } from './cut-in.js';
export { endHolder } from './end-holder.js';
export { GpibTransport } from './gpib-transport.js';
export {
  type HeldLine,
  type Holding,
  heldLines,
  holderOf,
  holdersOf,
  holdLine,
  lineKey,
  type StopAnswer,
} from './held-lines.js';
export { type LineDescriber, LineLog, type LineLogSink } from './line-log.js';
export { LineRing } from './line-ring.js';
export { listPorts, type SerialPortInfo } from './list-ports.js';
export { TransportListeners } from './listeners.js';
export { boardBaud, type SerialSettings, SerialTransport } from './serial-transport.js';
export { TcpTransport } from './tcp-transport.js';
export { ReplayTransport } from './transcript.js';
export { TranscriptFile } from './transcript-file.js';
export type { Transport } from './transport.js';
export { UsbtmcTransport } from './usbtmc-transport.js';
