export { MAX_MATRIX_BYTES, type MatrixFile, readMatrixText } from './matrix-file.js';
export { SwitchMatrix } from './switch-matrix.js';
