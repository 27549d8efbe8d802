export { LayeredFloat32Device } from './layered-float32-device.js';
export { LayeredFloat32InCells } from './layered-float32-in-cells.js';
