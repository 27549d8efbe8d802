export {
  type BlockPlan,
  blockBootstrap,
  blockPlan,
  lagOne,
  percentileEstimate,
  quantile,
} from './bootstrap.js';
export { chiSquareQuantile } from './chi-square.js';
export { type Candidate, type Comparison, compareModels, EXACT } from './compare.js';
export { effectiveCount, withCorrelation } from './correlated.js';
export {
  compareDistributions,
  type DistributionComparison,
  type DistributionFit,
  type DistributionLaw,
} from './distributions.js';
export { type Estimate, LEVEL } from './estimate.js';
export { fourierTransform } from './fft.js';
export { type FitOptions, type FittedModel, fitEstimates } from './fit-estimates.js';
export {
  type FitStatus,
  type LeastSquares,
  leastSquares,
  type Problem,
  type SearchOptions,
} from './least-squares.js';
export { type LinearFit, linearFit } from './linear-fit.js';
export { fromManyStarts, type MultiStart, type MultiStartOptions } from './multi-start.js';
export { invertPositive, PositiveFactor, solvePositive } from './normal-equations.js';
export { exactly, type Observations } from './observations.js';
export { type Coordinate, coordinateOf, liesAtBound, type Parameter } from './parameters.js';
export { type ProfileInterval, type ProfileOptions, type ProfilePoint, profileInterval } from './profile.js';
export { autocorrelation, type ResidualChecks, residualChecks } from './residual-checks.js';
export { scatterOf } from './scatter.js';
export { shareEstimate, shareOf } from './share.js';
export { type SlopeBand, type Spectrum, segmentFor, spectralSlope, welch } from './spectrum.js';
export { likelihoodDrop, student975, Z_975 } from './student.js';
export { type Summary, summarise } from './summary.js';
export { type SpreadSource, type VarianceComponents, varianceComponents } from './variance-components.js';
