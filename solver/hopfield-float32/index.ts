export { HopfieldFloat32Device, type HopfieldFloat32Options } from './hopfield-float32-device.js';
