export type { LineFigures } from '../composition/index.js';
export {
  besideIdeal,
  type MeanOfSeeds,
  meanOfSeeds,
  meanOfShares,
  type PairedAccuracies,
  pairedAccuracies,
} from './beside-ideal.js';
export { type CheckedGradient, checkGradient, chooseNudge } from './check-gradient.js';
export { type LoadedCheckpoint, loadCheckpoint, saveCheckpoint } from './checkpoint.js';
export { dataFinder } from './data-place.js';
export { describeRule } from './describe-rule.js';
export type { SessionEvent, SessionStarted, Sink } from './events.js';
export { finishedRun } from './finished-run.js';
export { fitText } from './fit-text.js';
export { type OpenedRun, openRun } from './open-run.js';
export type { OpenRunOptions } from './open-run-options.js';
export { percent } from './percent.js';
export { type ArrayPrediction, predictionText, rehearse } from './predict-arrays.js';
export {
  answerOf,
  answersTable,
  type PredictedRows,
  predictionError,
  predictRows,
  unknownClasses,
} from './predict-rows.js';
export { onDevice, type ResumeRunOptions, resumeRun } from './resume-run.js';
export { readEpochs } from './run-epochs.js';
export { writeRunReport } from './run-report.js';
export { readOnlyConfig, readRunConfig } from './run-settings.js';
export { type SessionOptions, type SessionResult, trainInRunDirectory } from './session.js';
export {
  DEFAULT_SAMPLES,
  type Distribution,
  type PhaseSummary,
  type RunSettling,
  requireSimulated,
  type SettledSample,
  type SettledSamplePhase,
  type SettlingPlan,
  settleRun,
  settlingFigureOf,
  settlingPhases,
  summarise,
  type UpdateSummary,
  updateSummary,
} from './settling/index.js';
export {
  type SeedOutcome,
  type SeveralRunsOptions,
  seedsFrom,
  severalRuns,
  testErrorOf,
  type Variant,
} from './several-runs.js';
export { type RunOutcome, type StartRunOptions, startRun } from './start-run.js';
export { samplesOf, type Trace, type TracePart, traceSample } from './trace.js';
export { traceFigure } from './trace-figure.js';
export { type UnfinishedRun, unfinishedRuns } from './unfinished-runs.js';
