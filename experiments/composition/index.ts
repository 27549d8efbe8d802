export type { ArrayAsked } from '../../drivers/instruments/index.js';
export { arrayOf } from './arc-one-array.js';
export type { ArrayTiming, InstrumentArray } from './array-port.js';
export { hostPart } from './array-state.js';
export { describeBoard } from './board.js';
export {
  calibrationFor,
  keepBoardCalibration,
  newestBoardCalibration,
} from './board-calibration.js';
export { checkStandingBoard, describeLifetime, isSimulatedBoard } from './board-name.js';
export { boardParts, boardTransport, virtualBoard } from './board-parts.js';
export { boardPlan, describePlan } from './board-plan.js';
export { type ComposedCells, cellMetrics, composeCells } from './cells.js';
export {
  type BoardCheck,
  type CheckedBoard,
  type CheckOptions,
  checkBoard,
  partsByCalibration,
  partsByDataSheet,
  unseenText,
} from './check-board.js';
export {
  type ComposedRun,
  composeRun,
  composeToInspect,
  initialiseRun,
  openDescribed,
} from './compose-run.js';
export type {
  Composition,
  Hardware,
  HardwareDifference,
  HardwareLine,
  HeldWipers,
  LineFigures,
  Opening,
} from './composition.js';
export {
  composeData,
  type DataOptions,
  describeRun,
  type RunDescription,
  requireWithinData,
} from './describe-run.js';
export { type ElementCellsOptions, elementCells } from './emulated-cells.js';
export { hardwareSeedOf } from './hardware-seed.js';
export { hopfieldDescription } from './hopfield.js';
export { LineBoard } from './line-board.js';
export { isCellFile, type NamedCell, namedCell, readTableCell } from './named-cell.js';
export { openDevice } from './open-device.js';
export { type OwnDevice, ownDevices } from './own-device.js';
export { PulseLog } from './pulse-log.js';
export { PulsedCells, type PulsedCellsOptions } from './pulsed-cells.js';
export { resistiveDescription, wiresOf } from './resistive.js';
export { RunArrays } from './run-arrays.js';
export { planSimulation, type SimulationPlan } from './simulation-plan.js';
export { smuArrayOf } from './smu-array-of.js';
export type { LineOpening } from './sought-board.js';
export { unopenedArray } from './unopened-arrays.js';
