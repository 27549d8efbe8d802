export { InProcessLine } from './in-process-line.js';
export type { LineDevice, LineEnd, ServedDevice } from './line-device.js';
export { LineTrouble } from './line-trouble.js';
export { openPty } from './pseudo-terminal.js';
export { type DeviceServing, serveDeviceOnPty, serveDeviceOnTcp } from './serve.js';
export { SteppedClock } from './stepped-clock.js';
