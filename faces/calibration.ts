// For those who bring measurements of their own.

export * from '../calibration/batch/index.js';
export * from '../calibration/boards/index.js';
export * from '../calibration/branches/index.js';
export * from '../calibration/cell-files/index.js';
export * from '../calibration/dynamics/index.js';
export * from '../calibration/estimates/index.js';
export * from '../calibration/features/index.js';
export * from '../calibration/files/index.js';
export * from '../calibration/measured/index.js';
export * from '../calibration/program/index.js';
export * from '../calibration/trains/index.js';
