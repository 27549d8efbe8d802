export type { LoopData } from './loop-data.js';
export type { LoopModel, LoopParameter, LoopScale } from './loop-model.js';
export { LoopProblem, type LoopProblemOptions, type LoopWeights } from './loop-problem.js';
export { LoopResponse, type SampledDrive } from './loop-response.js';
export { scaleOf } from './loop-scale.js';
export { type MeasuringCircuit, noCircuit } from './measuring-circuit.js';
export { loopModel, loopModels } from './models/index.js';
export { type LoopSearch, type LoopSearchOptions, searchLoops } from './search-loops.js';
