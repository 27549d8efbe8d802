// For those who bring measurements of their own.
export * from '../calibration/measured/index.js';
