// What an experiment is: its configuration, what that is composed of, and its sessions in a run directory.
export * from './composition/index.js';
export * from './modules/index.js';
export * from './schema/index.js';
export * from './sessions/index.js';
