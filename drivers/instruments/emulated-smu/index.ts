export { cellOf } from './cell-of.js';
export { Emulated2400, type EmulatedSmuOptions } from './emulated-2400.js';
export { Emulated2600 } from './emulated-2600.js';
export { EmulatedGpib, type GpibInstrument } from './emulated-gpib.js';
export type { Terminals, TerminalsSeen } from './terminals.js';
