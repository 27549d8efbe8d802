// How a configuration is read and checked, for those outside cli/ who compose runs: the library, bench/, examples/, test/.
export { checkConfig } from '../schema/check-config.js';
export { type ConfigSources, readConfig } from '../schema/read-config.js';
export type { RunConfig, RunConfigInput } from '../schema/run-config.js';
