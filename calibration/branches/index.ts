export { type BranchOptions, type FittedBranch, fitStaticBranch } from './compare-branch.js';
export { type BranchFit, type BranchPoints, bothPolarities, fitBranch } from './fit-branch.js';
export { type FittedStatics, fitStatics, whyNoStatics } from './fit-cell.js';
export {
  type BranchModel,
  type BranchModelName,
  branchModel,
  branchModels,
  isBranchModelName,
  type StaticLaw,
} from './laws.js';
export {
  type Film,
  type Mechanism,
  mechanismsOf,
  mobilityTimesPermittivity,
} from './mechanisms.js';
export { between } from './table.js';
export { type BranchWeights, branchSpreads, type PointSpreads } from './weights.js';
