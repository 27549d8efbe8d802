export { inputField, listBySample, listBySignal } from './inputs';
export { deinterleave, interleave, spread } from './layout';
export { add, addInputs, addMean, contrast, crossed } from './learn';
export { euler, exact, largestDifference, residual } from './move';
export { product } from './product';
