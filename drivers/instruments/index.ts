export {
  addressForms,
  type InstrumentAddress,
  type InstrumentKind,
  type InstrumentLine,
  instrumentKinds,
  lineText,
  readInstrumentAddress,
} from './address.js';
