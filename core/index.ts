export { inputError, memoryError, OhmpropError, runError } from './errors.js';
export { nearestWord } from './nearest.js';
export { readQuantity } from './quantity.js';
export { hashName, philox4x32, RandomStream } from './random.js';
