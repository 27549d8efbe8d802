// What an experiment is: its configuration, what that is composed of, its sessions in a run directory, and studies of many.
export * from './composition/index.js';
export * from './schema/index.js';
export * from './sessions/index.js';
export * from './studies/index.js';
