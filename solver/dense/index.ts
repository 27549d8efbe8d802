export { solveCholesky } from './cholesky.js';
export { DenseLu } from './dense-lu.js';
export { symmetricEigenvalues } from './symmetric-eigenvalues.js';
