// How a configuration is read and checked, for those outside cli/ who compose runs: the library, bench/, examples/, test/.
export { checkConfig } from '../config/check-config.js';
export { type ConfigSources, readConfig } from '../config/read-config.js';
export type { RunConfig, RunConfigInput } from '../config/run-config.js';
