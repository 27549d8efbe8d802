export type { AnalysedFile } from './analyse-file.js';
export {
  analyseFiles,
  type Batch,
  type BatchOptions,
  type BatchStage,
  type CommonVoltage,
} from './analyse-files.js';
export { type ArrayTwin, arrayTwin, type TwinCell } from './array-twin.js';
export { atCommonVoltage, commonVoltage } from './common-voltage.js';
export type { DrawnCurve } from './drawn-curves.js';
export { type FoundFile, type FoundFiles, findFiles, type SkippedFile } from './find-files.js';
export type { CellFit, CellToFit } from './fit-cell.js';
export { whyNotFitted } from './fit-cell.js';
export { fitPulsedCells } from './fit-cells.js';
export {
  type ComparedModels,
  fitModels,
  type HeldOutLoop,
  type ModelFit,
  type ModelFits,
} from './fit-models.js';
