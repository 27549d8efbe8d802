export { WiredDevice, type WiredDeviceOptions } from './wired-device.js';
export { wiredInCells } from './wired-in-cells.js';
