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
export type { EmulatedCells } from './emulated-cells.js';
