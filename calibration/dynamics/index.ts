export { DriveBetween, type DriveKnown, driveKnown, type SampledDrive } from './drive-between.js';
export {
  type DrivenRange,
  drivenRange,
  EXPERIMENT_SAMPLES,
  experimentLoop,
  MOST_VOLTAGE,
  type SineExperiment,
  sineExperiments,
} from './experiments.js';
export {
  bandOf,
  estimateLoops,
  type FittedLoop,
  type FittedLoops,
  type FittedParameter,
  fitLoops,
  type LoopEstimates,
  type LoopFitOptions,
  predictLoop,
  setsAtNegative,
  weightsOf,
} from './fit-loops.js';
export { goodnessOf, type LoopGoodness, type LoopMarks, marksOf } from './goodness.js';
export type { LoopData } from './loop-data.js';
export type { LoopModel, LoopParameter, LoopScale } from './loop-model.js';
export { LoopProblem, type LoopProblemOptions, type LoopWeights } from './loop-problem.js';
export { LoopResponse } from './loop-response.js';
export { scaleOf } from './loop-scale.js';
export { limitOf, type MeasuringCircuit, noCircuit } from './measuring-circuit.js';
export { loopModel, loopModels } from './models/index.js';
export { NO_LOOP, OPENS, shareLeft, singleValuedCost } from './opens.js';
export { type ProposedExperiment, proposeExperiment, type ToldParameter } from './propose-experiment.js';
export { loopsOf, type ReadLoops, turned } from './read-loops.js';
export { type LoopSearch, type LoopSearchOptions, searchLoops } from './search-loops.js';
export { frequencyOf, periodsOf, type TimeBase, timesOf } from './time-base.js';
