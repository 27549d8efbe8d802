export { adviceText, adviseCell, type CellAdvice } from './advise-cell.js';
export { checkCell } from './check-cell.js';
export { type DynamicCell, dynamicCell, type ParameterSpread } from './dynamics-cell.js';
export { type EstimateInFile, estimateInFile, statedNumber } from './estimate-schema.js';
export { type CellToExport, cellExports, type ExportedCell } from './exports/index.js';
export { fittedBranches, sweptCell } from './fitted-branches.js';
export {
  type FittedTrains,
  fittedCell,
  type NamedWindow,
  whyNoCell,
  windowEnds,
  windowQuestion,
  windowRemarks,
} from './fitted-cell.js';
export { dynamicsCell, type FittedDynamics } from './fitted-dynamics.js';
export { type FittedPopulation, fittedPopulation } from './fitted-population.js';
export { fittedProvenance, type MeasuredSource } from './fitted-provenance.js';
export * from './imports/index.js';
export { cellOfModel } from './model-cell.js';
export { type CellForPulses, cellForPulses, SMALL_WINDOW, stepShape } from './pulse-cell.js';
export {
  type CellPart,
  isCellFileName,
  missingPart,
  type ReadCell,
  readCellFile,
} from './read-cell.js';
export {
  CELL_SCHEMA,
  type CellDirection,
  type CellFile,
  type CellParts,
  type CellProvenance,
  type CellPulse,
  cellFileSchema,
  cellJsonSchema,
} from './schema.js';
export { branchCurrent_A, type CellAtVoltage, type CellBranch, cellAtVoltage } from './static-cell.js';
export type { BranchLaw, StepLaw } from './step-laws.js';
export { cellOfTrains, type TableTrains } from './table-cell.js';
export { cellFile, cellFileText, writeCellFile } from './write-cell.js';
