export { readJson } from './json.js';
export { isSafeKey, requirePlainTree } from './plain-tree.js';
export { type ReadFileOptions, readRegularFile, readRegularFileSync } from './regular-file.js';
