export { AffineStep } from './affine-step.js';
export { exponentialStep, functionStep, logisticStep, powerStep } from './curved-steps.js';
export { agAsiJo } from './exponential-presets.js';
export { type MeasuredSteps, measuredCell, measuredSteps } from './measured-train.js';
export { curvatureOf, depressionStep, labelOf, potentiationStep } from './nonlinearity.js';
export { pulseModels, pulsePreset, pulsePresets } from './presets.js';
export {
  largestStep,
  linearCells,
  type PulseModel,
  pulseModel,
  type ReportedSpreads,
  withRange,
} from './pulse-model.js';
export {
  type EndPointRule,
  effectiveStates,
  type FittedLabel,
  fitLabel,
  labelCurve,
  pulsesEndToEnd,
  pulseTrain,
  type StepPair,
  symmetryPoint,
} from './pulse-train.js';
export type { StepShape } from './step-shape.js';
export { TableStep } from './table-step.js';
export { stepsOver } from './uneven-table.js';
export { hfo2Gong } from './weight-presets.js';
