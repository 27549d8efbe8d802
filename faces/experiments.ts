// For those who run experiments from their own programs: configurations, presets, runs with everything they write.
export { OhmpropError } from '../core/index.js';
export * from '../experiments/index.js';
