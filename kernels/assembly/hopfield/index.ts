export { inputField, listBySample, listBySignal } from './inputs';
export { add, addInputs, addMean, contrast, countSquares, crossed, readRows } from './learn';
export { product } from './product';
export { transpose } from './propagate';
export { relax } from './relax';
