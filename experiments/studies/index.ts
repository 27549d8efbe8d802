export { type Axis, asOption, readAxis, readAxisFlag, requireApart } from './axis.js';
export { meaningOf } from './axis-quantity.js';
export { type ComparedPoint, compareStudies, placeOf } from './compare.js';
export type { Distribution, Extreme, Quantile } from './distribution.js';
export type { TrialNumbers } from './numbers.js';
export { LocalWorkers } from './places/local-workers.js';
export type { TrialEvent, TrialPlace, TrialWork } from './places/place.js';
export { requireRedisUrl } from './places/redis-link.js';
export { RedisPlace } from './places/redis-place.js';
export { type QueueWorkerAsked, serveQueue } from './places/redis-worker.js';
export { serveStudy } from './places/serve-study.js';
export { SlurmPlace, type SlurmProgram } from './places/slurm-place.js';
export { requireSlurmOption } from './places/slurm-script.js';
export { runSlurmTask } from './places/slurm-task.js';
export { WORKER_OF_STUDY, type WorkerProgram } from './places/worker-process.js';
export {
  type Coordinates,
  countOf,
  type Limit,
  planText,
  readLimit,
  requireMetric,
  type Sampling,
  type StudyPlan,
} from './plan.js';
export { readPlan } from './read-plan.js';
export {
  type AxisEffect,
  resultsOf,
  type StudyPoint,
  type StudyResults,
} from './results.js';
export { runStudy, type StudyAsked, type StudyEvent } from './run-study.js';
export type { Execute, TrialEnd } from './run-trial.js';
export { type Spread, spreadOf } from './spread.js';
export { type StudyStanding, standingOf } from './standing.js';
export { figuresOf } from './study-figures.js';
export { type StudyPageText, studyPage } from './study-page.js';
export { cellOf, pointsCsv, quantilesCsv, resultsJson, trialsCsv } from './study-tables.js';
export { distributionsText, pointText, resultsText, shortNumber, thresholdText } from './study-text.js';
export { type Rise, readRise, type Threshold, thresholdsOf } from './thresholds.js';
export {
  type ProgramVersion,
  programText,
  type ResolvedOptions,
  type ResolveOptions,
  type Trial,
} from './trial.js';
export { STOPPED, type TrialFailure, type TrialResult, TrialStore } from './trial-store.js';
