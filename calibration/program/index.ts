export type { ProgramClock } from './clock.js';
export {
  type GivenUpEvent,
  type GivenUpReason,
  givenUpReasons,
  type JudgedEvent,
  type ProgramEvent,
  type PulseEvent,
  type ReachedEvent,
  type ReadEvent,
} from './events.js';
export { learnedStrategy } from './learned-steps.js';
export type { ProgramLimits } from './limits.js';
export { Programming, type ProgramRun } from './programming.js';
export { type DirectionRamp, type Ramp, rampStrategy } from './ramp.js';
export type { ProgrammedCell, ProgramReport } from './report.js';
export type { ProgramOrder, ProgramRequest, Within } from './request.js';
export type { CellBefore, ChosenPulses, PulseStrategy, PulsesSeen } from './strategy.js';
