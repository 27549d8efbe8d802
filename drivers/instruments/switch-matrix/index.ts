export { type MatrixFile, readMatrixText } from './matrix-file.js';
export { openMatrix, readMatrixFile } from './open-matrix.js';
export { SwitchMatrix } from './switch-matrix.js';
