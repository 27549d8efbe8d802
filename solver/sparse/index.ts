export { type CscPattern, patternOfEntries, symmetricNeighbours } from './csc-matrix.js';
export { minimumDegreeOrder } from './minimum-degree.js';
export { SparseLu, type SparseLuStats } from './sparse-lu.js';
