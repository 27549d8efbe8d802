export { ArcOne, type ArcOneOptions } from './arc-one.js';
export { ArcOneCells, type ArcOneCellsOptions } from './arc-one-cells.js';
export { arcOneDescriber } from './describe-bytes.js';
export { ArcOneDoubt, placeOf } from './doubt.js';
export type { Doubts } from './pulse-giver.js';
export { arcOneSerial } from './serial.js';
export { type ArcOneStopReport, stopArcOne } from './stop-arc-one.js';
export { type ArcOneSettings, pulseRange, resetCommand, sneakPaths } from './wire.js';
