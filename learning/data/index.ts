export type { UnlabelledRows } from './csv.js';
export type { DataSet, LabelColumn, Moments, Range, Samples, SourceFile, TargetColumns } from './data-set.js';
export {
  featureRanges,
  holdOutValidation,
  limitTraining,
  measureRanges,
  momentsOf,
  pickSamples,
  sliceSamples,
} from './data-set.js';
export { digits } from './digits.js';
export { type IdxArray, parseIdx } from './idx.js';
export { iris } from './iris.js';
export {
  classFinder,
  type KnownData,
  type KnownSplit,
  knownData,
  outsideRange,
  unlabelledData,
} from './known-data.js';
export { dataSetOf, sameSources, type Use } from './labelled-rows.js';
export { type DataSource, dataSources, type LoadOptions, loadData, loadRows } from './load-data.js';
export { type MnistDownload, mnist } from './mnist-download.js';
export { readMnistDirectory } from './mnist-files.js';
export { cacheDirectory, installedMemory_bytes } from './platform.js';
export { identitiesOf } from './sample-identities.js';
export { stratifiedSplit } from './stratified-split.js';
export { xor } from './xor.js';
