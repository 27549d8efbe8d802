export { ArcOneDevice } from './arc-one-device.js';
export { EmulatedArcOne, type EmulatedArcOneOptions } from './emulated-arc-one.js';
export { ArcOneBench, type ArcOneFaults, FaultyLine } from './emulated-line.js';
export type { PulseGiven } from './sockets.js';
