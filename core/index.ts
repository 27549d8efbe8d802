export {
  type DriveKind,
  type DriveText,
  driveForms,
  type FileDrive,
  type PulsePair,
  type PulsesDrive,
  type PulseTrain,
  type ReadDrive,
  readDrive,
  readPulsePair,
  type SineDrive,
  type TriangleDrive,
} from './drive-text.js';
export { type PulsesWave, pulsesWave, sineDrive, tableDrive, triangleDrive } from './drive-wave.js';
export { type ErrorPlace, inField, inputError, memoryError, OhmpropError, runError } from './errors.js';
export { eventLoopTurn } from './event-loop.js';
export { type DisplayUnit, displayUnit, formatQuantity } from './format-quantity.js';
export { actNow, atAnyEnd } from './last-acts.js';
export { readCellPlace, readLineList } from './lines-text.js';
export { lnGamma } from './ln-gamma.js';
export { median } from './median.js';
export { nearestWord } from './nearest.js';
export { normalQuantile } from './normal-quantile.js';
export { type Quantity, readQuantities, readQuantity } from './quantity.js';
export { hashName, philox4x32, RandomStream, shortNormalPair } from './random.js';
export { Registry } from './registry.js';
export { printable, printableJson, printableLine, quoted } from './shown.js';
export type { DeviceState, StateArray, StateValue } from './state.js';
export { isUsable, type Status, statuses, statusRemedy, worseStatus } from './status.js';
export { MAX_THREADS, requireThreads } from './threads.js';
export { knownUnit } from './units.js';
