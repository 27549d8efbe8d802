export { LayeredFloat32Device } from './layered-float32-device.js';
export { layeredFloat32InCells } from './layered-float32-in-cells.js';
export type { LayeredFloat32Options } from './options.js';
export { storedConductances } from './stored-conductances.js';
