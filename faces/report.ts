// For those who draw: figures as SVG or PNG, one-file HTML reports.
export { OhmpropError } from '../core/index.js';
export * from '../report/index.js';
