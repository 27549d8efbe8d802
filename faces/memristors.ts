// For those who simulate single devices: element models, and what they do under waveforms and pulses.
export { OhmpropError, type Status, statusRemedy } from '../core/index.js';
export * from '../devices/elements/index.js';
export * from '../solver/device-waveform/index.js';
