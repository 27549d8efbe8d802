export type { DeviceState, StateArray } from '../../core/state.js';
export type { AnalogDevice, SettleOptions } from './analog-device.js';
export type {
  CellArray,
  CellArrayInfo,
  CellRange,
  PulsePlan,
  PulseReport,
  PulseShape,
} from './cell-array.js';
export {
  checkDrive,
  checkParameters,
  checkState,
  checkStates,
  checkStop,
  checkUpdate,
  MAX_ITERATIONS,
} from './checks.js';
export type { Coding, InputCoding, ReadOut, TargetCoding } from './coding.js';
export type { AdaptReport, Contrast, Parameters, Rates, Update, UpdateId } from './contrast.js';
export type { DeviceInfo, DeviceTolerances, NudgeKind, ParameterGroup, Unit } from './device-info.js';
export type { Drive, Floats, NodeStates, Nudge, NudgeLimits, StopRule } from './drive.js';
export { defaultStop } from './drive.js';
export type { Equilibrium, PhaseReport, SettleStatus } from './equilibrium.js';
export { isUsable, statusRemedy } from './equilibrium.js';
export { checkRising, type OwnContrast, ownContrast } from './own-contrast.js';
export type { Batch, PhasePlan, StepReport } from './step.js';
