// For those who build or read circuits: netlists, SPICE text in and out, operating points, sweeps and transients.
export * from '../circuits/netlist/index.js';
export * from '../circuits/spice/index.js';
export { OhmpropError, type Status, statusRemedy } from '../core/index.js';
export * from '../solver/mna/index.js';
export * from '../solver/time/index.js';
