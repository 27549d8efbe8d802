// For those who read and write what runs leave behind: run directories, checkpoints, NumPy files, numeric tables.
export { OhmpropError } from '../core/index.js';
export * from '../records/index.js';
export * from '../records/tables/index.js';
