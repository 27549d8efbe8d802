// For those who solve crossbars: what a crossbar is, how it is driven, its exact voltages and currents.
export * from '../circuits/crossbar/index.js';
export { OhmpropError, type Status, statusRemedy } from '../core/index.js';
export { fetchKernels } from '../kernels/index.js';
export * from '../solver/crossbar/index.js';
