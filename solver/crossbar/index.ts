export { cellCurrents_A } from './cell-values.js';
export {
  CellsCrossbar,
  type CellsDescription,
  type CellsProblem,
  type CellsSolution,
  solveCells,
} from './cells-crossbar.js';
export { cellsOperatingPoint } from './cells-operating-point.js';
export { type CellsSelectionMapProblem, mapCellSelections } from './cells-selection-map.js';
export {
  Crossbar,
  type CrossbarProblem,
  requireMemory as requireCrossbarMemory,
  solveCrossbar,
} from './crossbar.js';
export { DirectCrossbar } from './direct.js';
export { type MarginCells, type MarginProblem, marginOf, type ReadMargin, readMargin } from './margin.js';
export { CrossbarMemory } from './memory.js';
export type { CrossbarOptions, SolveOptions } from './options.js';
export type { CrossbarMethod } from './outcome.js';
export {
  LinearReads,
  ModelReads,
  type PatternRead,
  type PatternReads,
  type ReadCircuit,
} from './pattern-reads.js';
export { ProgrammedCells, type ProgrammedCellsOptions } from './programmed-cells.js';
export { type ReferenceVoltages, solveReference } from './reference.js';
export { mapSelections, type SelectionMap, type SelectionMapProblem } from './selection-map.js';
export { statesFor, type UnsetCells, unwiredCurrents_A } from './set-states.js';
export { type SignedProblem, type SolvedProduct, solveSignedProduct } from './signed-product.js';
export type { CrossbarSolution, CrossbarStats } from './solution.js';
export { type PatternSearch, searchPatterns, type WorstRead } from './worst-pattern.js';
