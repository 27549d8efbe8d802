// For those who simulate or drive arrays of programmable cells.
export { OhmpropError, RandomStream } from '../core/index.js';
export * from '../devices/cells/index.js';
export * from '../devices/cells/nonidealities/index.js';
export * from '../devices/cells/policies/index.js';
export * from '../devices/cells/pulse/index.js';
export type * from '../devices/contract/index.js';
