export { type DialectName, dialectNames } from './dialect.js';
export { type ControlLawOfText, lawOfText } from './law-of-text.js';
export type { SpiceWarning } from './lines.js';
export { type ParseOptions, parseSpice } from './parse-spice.js';
export {
  type RawTable,
  type RawVariable,
  readRaw,
  writeCsv,
  writeRawBinary,
  writeRawText,
} from './raw-file.js';
export { readSpiceDeck, readSpiceFile } from './read-file.js';
export type { SteppedValues } from './reader.js';
export { SpiceCircuit, type Unsupported } from './spice-circuit.js';
export { type WriteOptions, writeSpice } from './write.js';
export { analysisCards } from './write-analyses.js';
