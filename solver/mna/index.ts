export { type DcSweep, sweepDc } from './dc-sweep.js';
export { type CircuitDiagnosis, diagnoseCircuit } from './diagnosis.js';
export type { NewtonLimits } from './newton.js';
export { type OperatingPoint, OperatingPointSolver } from './operating-point-solver.js';
export { type SolveOptions, solveOperatingPoint } from './solve-operating-point.js';
export { type OperatingStatus, operatingRemedy, type SolveReport } from './statuses.js';
