export {
  type ComparedGroup,
  type ComparedRuns,
  compareRuns,
  type ErrorName,
  errorCurve,
  keptEpoch,
} from './compare-runs.js';
export { type DifferingKey, differingKeys } from './differing-keys.js';
export { type Difference, firstDifference } from './first-difference.js';
export {
  isKept,
  type KeptEpoch,
  type KeptRun,
  listKept,
  readKept,
  readTree,
  type Standing,
  standingOf,
} from './kept-run.js';
export { type Labels, readLabels, writeLabels } from './labels.js';
export type { PackContents, PackedInput, PackedRun } from './pack-contents.js';
export { type Pack, packRuns, runsIn } from './pack-runs.js';
export { type ReproducedRun, type ReproduceOptions, reproducePack } from './reproduce.js';
