export type { DeviceState, StateArray, StateValue } from '../../core/index.js';
export { isUsable, statusRemedy } from '../../core/index.js';
export type { AnalogDevice, SettleOptions } from './analog-device.js';
export type {
  CellArray,
  CellArrayInfo,
  CellRange,
  KernelMemory,
  PackedView,
  PulsePlan,
  PulseReport,
  PulseShape,
  PulseShapes,
} from './cell-array.js';
export { checkPlan, checkRange } from './cell-array-checks.js';
export {
  checkCostSlope,
  checkDrive,
  checkNudgeCost,
  checkParameters,
  checkState,
  checkStates,
  checkStop,
  checkUpdate,
  costsOf,
  MAX_ITERATIONS,
} from './checks.js';
export type { Coding, InputCoding, ReadOut, TargetCoding } from './coding.js';
export type {
  AdaptReport,
  Contrast,
  ParameterValues,
  Rates,
  Update,
  UpdateId,
} from './contrast.js';
export {
  type CostLaw,
  type CostName,
  type CostParameters,
  costLaw,
  costLaws,
  costNames,
  rivalOf,
  type TargetForm,
} from './cost-laws.js';
export {
  type Cost,
  checkCost,
  clampedOutputs,
  isStraight,
  largestCurvature,
  type OutputPulls,
  outputPulls,
} from './costs.js';
export { Descent, describeAccumulators, isPlain } from './descent.js';
export { DeviceFrame, type LearnReport, type OwnState } from './device-frame.js';
export type {
  DeviceInfo,
  DeviceTolerances,
  NudgeKind,
  OutputNodes,
  ParameterGroup,
  Unit,
} from './device-info.js';
export { groupSize, groupSizes, isFromFreeOutputs, nudgeUnitOf } from './device-info.js';
export type { Drive, Floats, NodeStates, Nudge, NudgeLimits, StopRule } from './drive.js';
export { defaultStop } from './drive.js';
export type { Equilibrium, PhaseReport, SettleStatus } from './equilibrium.js';
export { type EquilibriumOwner, HeldEquilibrium } from './held-equilibrium.js';
export { accumulatorsOf, type Optimizer, type OptimizerKind } from './optimizer.js';
export { checkRising, type OwnContrast, ownContrast, ownFreePhase } from './own-contrast.js';
export { PhaseReader, type TwoPhases } from './phase-reader.js';
export { Announcement, announcementOf } from './prepared-batch.js';
export { checkReadOut, type NodeReadOut } from './read-out.js';
export type { Batch, PhasePlan, PreparedBatch, StepReport } from './step.js';
export { plainBatch } from './step.js';
export { nudgeOf, settleSettleAdapt, twoPhaseStep } from './two-phase-step.js';
