export { CellStore, type CellStoreOptions, type PulseListener, type StoreGroup } from './cell-store.js';
export { type CellPairing, type ConductanceMap, conductanceMap } from './conductance-map.js';
export type { ConductanceStore, LocalContrast, StoreReport } from './conductance-store.js';
export { findStuckCells, maskStuckCells, type StuckTest } from './find-stuck.js';
export { PackedCells } from './packed-cells.js';
export { SimulatedCells, type SimulatedCellsOptions } from './simulated-cells.js';
