// For those who run studies from their own programs: plans over axes, trials in a directory, results with intervals, pages.
export { OhmpropError } from '../core/index.js';
export * from '../experiments/studies/index.js';
