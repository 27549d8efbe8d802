export { LayeredFloat32Device } from './layered-float32-device.js';
