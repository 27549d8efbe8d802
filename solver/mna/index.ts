export { type OperatingPoint, OperatingPointSolver } from './operating-point-solver.js';
export { type SolveOptions, solveOperatingPoint } from './solve-operating-point.js';
export { type OperatingStatus, operatingRemedy, type SolveReport } from './statuses.js';
