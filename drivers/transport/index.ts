export { type Clock, wallClock } from './clock.js';
export { listPorts, type SerialPortInfo } from './list-ports.js';
export { TransportListeners } from './listeners.js';
export { boardBaud, SerialTransport } from './serial-transport.js';
export { TcpTransport } from './tcp-transport.js';
export { RecordingTransport, ReplayTransport } from './transcript.js';
export type { Transport } from './transport.js';
