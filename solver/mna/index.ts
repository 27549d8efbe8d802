export { type DcSweep, sweepDc } from './dc-sweep.js';
export { type CircuitDiagnosis, diagnoseCircuit } from './diagnosis.js';
export type { NewtonLimits } from './newton.js';
export { OperatingPointSolver } from './operating-point-solver.js';
export type { CircuitValues, Solution } from './solution.js';
export {
  type OperatingPoint,
  operatingPoint,
  type SolveOptions,
  solveOperatingPoint,
} from './solve-operating-point.js';
export type { OperatingStatus, SolveStats } from './statuses.js';
