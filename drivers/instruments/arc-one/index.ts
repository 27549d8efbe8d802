export { ArcOne, ArcOneDoubt, type ArcOneOptions, placeOf } from './arc-one.js';
export { ArcOneCells, type ArcOneCellsOptions } from './arc-one-cells.js';
export type { Doubts } from './pulse-giver.js';
export { type ArcOneSettings, pulseRange, resetCommand, sneakPaths } from './wire.js';
