export {
  type ComparedGroup,
  type ComparedRuns,
  compareRuns,
  type ErrorName,
  errorCurve,
  keptEpoch,
} from './compare-runs.js';
export { type DifferingKey, differingKeys } from './differing-keys.js';
export {
  bestOf,
  isKept,
  type KeptEpoch,
  type KeptRun,
  listKept,
  readKept,
  type Standing,
} from './kept-run.js';
export { type Labels, readLabels, writeLabels } from './labels.js';
