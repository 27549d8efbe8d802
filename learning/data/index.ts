export type { DataSet, Range, Samples, SourceFile } from './data-set.js';
export { featureRanges, holdOutValidation, limitTraining, pickSamples, sliceSamples } from './data-set.js';
export { digits } from './digits.js';
export { iris } from './iris.js';
export { stratifiedSplit } from './stratified-split.js';
export { xor } from './xor.js';
