export { type Measured, measure } from './measure.js';
export { MonotoneCurve } from './monotone-curve.js';
export { solveTransient } from './solve-transient.js';
export type { TransientStats, TransientStatus } from './statuses.js';
export { esdirk3, type Tableau } from './tableau.js';
export type { TransientOptions } from './transient-options.js';
export type { TransientSolution, TransientWaveforms } from './transient-result.js';
