export {
  BOARD_SCHEMA,
  type BoardFile,
  boardFile,
  boardFileSchema,
  boardFileText,
  boardJsonSchema,
  type CalibrationOrigin,
  isBoardFileName,
  type ReadBoardFile,
  readBoardFile,
} from './board-file.js';
export { type CalibrateOptions, calibrateBoard, calibrationCircuits } from './calibrate-board.js';
export {
  type CalibratedBoard,
  type Circuit,
  CircuitBench,
  type CircuitDrive,
  type Observation,
} from './circuits.js';
export { jointDesign, nextDesign, randomDrive } from './designs.js';
export { straightLine } from './found-parts.js';
export { identify } from './identify.js';
export { climbLadder, relativeSigmas } from './ladder.js';
export { ladderLength } from './ladder-plan.js';
export type * from './measured-board.js';
export { partsOfEstimates } from './measured-board.js';
export { type PredictedNodes, type Predicting, predictNodes } from './predict.js';
export { Sensitivities } from './sensitivities.js';
export type { SettleTime } from './settle-time.js';
export { Unknowns } from './unknowns.js';
export type { WhichBoard } from './which-board.js';
