export type { SmuDialect, SmuErrorEntry, SmuReading, SmuState } from './dialect.js';
export { errorsText } from './error-queue.js';
export { readSmuIdentity, type SmuIdentity } from './identity.js';
export { scpi2400 } from './scpi-2400.js';
export { Smu, type SmuOptions } from './smu.js';
export { type CellSelector, SmuCells, type SmuCellsOptions } from './smu-cells.js';
export { RunCutShort, type SmuMeasuring } from './smu-run.js';
export { type SmuStopReport, stopSmu } from './stop-smu.js';
export { tsp2600 } from './tsp-2600.js';
