export { solveTransient, type TransientOptions } from './solve-transient.js';
export type { TransientStats, TransientStatus } from './statuses.js';
export type { TransientSolution, TransientWaveforms } from './transient-result.js';
