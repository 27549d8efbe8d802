export { besideNgspice } from './beside.js';
export { best, inputs, kinds, RUNS, SEED, statesOf, timeOf, timeText, wires } from './cells.js';
export { beside, pulses } from './programming.js';
