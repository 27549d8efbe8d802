export { LayeredFloat32Device, type LayeredFloat32Options } from './layered-float32-device.js';
export { layeredFloat32InCells } from './layered-float32-in-cells.js';
