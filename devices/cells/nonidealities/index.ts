export { CellDraws } from './cell-draws.js';
export { Converter } from './converter.js';
export {
  type ConverterParameters,
  type DriftParameters,
  idealCells,
  isNoisy,
  type Nonidealities,
  nonidealities,
  type TelegraphParameters,
} from './nonidealities.js';
export { drawPopulation, type Population } from './population.js';
export {
  drawDriftExponents,
  driftLogarithm,
  type RelaxationLaw,
  relaxationLaw,
  relaxed_S,
} from './retention.js';
export { TelegraphNoise } from './telegraph-noise.js';
