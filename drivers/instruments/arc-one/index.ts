export { ArcOne, ArcOneDoubt, type ArcOneOptions, placeOf } from './arc-one.js';
export { type ArcOneSettings, pulseRange, resetCommand, sneakPaths } from './wire.js';
