export { PackedCells } from './packed-cells.js';
export { SimulatedCells, type SimulatedCellsOptions } from './simulated-cells.js';
