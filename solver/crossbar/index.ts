export {
  type CellChange,
  Crossbar,
  type CrossbarOptions,
  type CrossbarProblem,
  requireMemory as requireCrossbarMemory,
  type SolveOptions,
  solveCrossbar,
} from './crossbar.js';
export type { CrossbarMethod } from './outcome.js';
export { type ReferenceVoltages, solveReference } from './reference.js';
export type { CrossbarSolution, CrossbarStatus } from './solution.js';
