export { type RunSettling, requireSimulated, settleRun } from './settle-run.js';
export { settlingFigureOf } from './settling-figure.js';
export {
  DEFAULT_SAMPLES,
  type SettledSample,
  type SettledSamplePhase,
  type SettlingPlan,
  settlingPhases,
} from './settling-plan.js';
export {
  type Distribution,
  type PhaseSummary,
  summarise,
  type UpdateSummary,
  updateSummary,
} from './settling-summary.js';
