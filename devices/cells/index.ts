export { CellStore } from './cell-store.js';
export { type CellPairing, type ConductanceMap, conductanceMap, signedMap } from './conductance-map.js';
export type { ConductanceStore, StoreReport } from './conductance-store.js';
export { findStuckCells, maskStuckCells, type StuckTest } from './find-stuck.js';
export { outerProduct } from './outer-product.js';
export { PackedCells } from './packed-cells.js';
export { type PairUpdate, pairUpdates } from './pair-update.js';
export { program } from './program.js';
export { findSymmetryPoints, restPoint, type SymmetryPoint } from './rest-point.js';
export { SimulatedCells, type SimulatedCellsOptions } from './simulated-cells.js';
export type { CellStoreOptions, PulseListener, StoreGroup } from './store-options.js';
export {
  type ContrastRoom,
  type LocalContrast,
  listedChanges,
  type WantedChanges,
} from './wanted-changes.js';
