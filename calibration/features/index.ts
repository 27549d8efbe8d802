export { withCompliance } from './compliance.js';
export type { CycleFeatures, SwitchingRules } from './cycle-features.js';
export { type EnduranceFeatures, type EnduranceWindow, enduranceFeatures } from './endurance.js';
export { type FeatureOptions, type FileFeatures, featuresOf } from './features-of.js';
export { type LoopFeatures, type LoopOptions, loopFeatures } from './loops.js';
export { type NoiseFeatures, type NoiseOptions, noiseFeatures } from './noise.js';
export { type DeviceCycles, type PopulationSpread, populationOf } from './population.js';
export type { ReadVoltage } from './read-voltage.js';
export type { Relaxation, RelaxationGroup, RelaxationOptions } from './relaxation.js';
export {
  type RetentionFeatures,
  type RetentionFit,
  relaxationFeatures,
  retentionFeatures,
} from './retention.js';
export type { SpectralLine } from './spectral-line.js';
export { type StaticBranch, type StaticCurves, type StaticSweep, staticCurves } from './static-curves.js';
export { type DrivenCell, type StuckCells, stuckCells } from './stuck-cells.js';
export { type FeatureSummary, summariesOf, thresholdNames } from './summaries.js';
export {
  type ResetRule,
  resetRules,
  type SetRule,
  type SwitchingVoltage,
  setRules,
} from './switching-voltage.js';
export type { Telegraph } from './telegraph.js';
export type { ThresholdVoltages } from './threshold-voltages.js';
export { traceOf } from './trace.js';
export type { Verdict, VerdictName } from './verdict.js';
