export { DenseLu } from './dense-lu.js';
export { symmetricEigenvalues } from './symmetric-eigenvalues.js';
