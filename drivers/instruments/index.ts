export {
  addressForms,
  type InstrumentAddress,
  type InstrumentKind,
  type InstrumentLine,
  instrumentKinds,
  lineText,
  readInstrumentAddress,
} from './address.js';
export * from './arc-one/index.js';
export type { ArrayAsked } from './array-asked.js';
export { type CellPort, type CellResponse, resistorPort } from './cell-port.js';
export { textLineDescriber } from './describe-text.js';
export type { EmulatedCells } from './emulated-cells.js';
export { type InstrumentLineSettings, instrumentTransport } from './line.js';
export { readLimits } from './read-limits.js';
