export * from './columns.js';
export type * from './measured-file.js';
