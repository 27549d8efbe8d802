export * from './circuits/layered/index.js';
export { type ComposedRun, composeRun } from './cli/compose/compose-run.js';
export { preset, presets } from './cli/compose/presets.js';
export { type TrainOptions, type TrainResult, train } from './cli/compose/train.js';
export * from './core/index.js';
export * from './devices/index.js';
export * from './learning/index.js';
export * from './solver/layered/index.js';
