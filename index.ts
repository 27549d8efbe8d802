// The library: everything that the commands are made of, by the name of its folder.
export * from './circuits/crossbar/index.js';
export * from './circuits/hopfield/index.js';
export * from './circuits/layered/index.js';
export * from './circuits/netlist/index.js';
export * from './circuits/spice/index.js';
export * from './core/index.js';
export * from './devices/cells/index.js';
export * from './devices/cells/policies/index.js';
export * from './devices/cells/pulse/index.js';
export * from './devices/contract/index.js';
export * from './devices/elements/index.js';
export {
  type ComposedRun,
  checkConfig,
  composeRun,
  openRun,
  preset,
  presets,
  type RunConfig,
  type RunConfigInput,
  readConfig,
  resumeRun,
  type SessionEvent,
  type Sink,
  startRun,
} from './experiments/index.js';
export * from './learning/index.js';
// Both solvers have options of that name; the circuit's are the plainer.
export type { SolveOptions as CrossbarSolveOptions } from './solver/crossbar/index.js';
export * from './solver/crossbar/index.js';
export * from './solver/hopfield/index.js';
export * from './solver/hopfield-float32/index.js';
export * from './solver/layered/index.js';
export * from './solver/layered-float32/index.js';
export type { SolveOptions } from './solver/mna/index.js';
export * from './solver/mna/index.js';
