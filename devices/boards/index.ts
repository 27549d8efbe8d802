export { AnalogBoard, type AnalogBoardOptions, type WiperWriting } from './analog-board.js';
export { accumulateContrast, terminalPotentials } from './board-contrast.js';
export { BoardEquilibrium } from './board-equilibrium.js';
export { boardExamples } from './board-examples.js';
export { boardCoding, type PotGroup, potGroups, referenceConductance_S } from './board-info.js';
export { checkHeld, checkTaps } from './board-limits.js';
export { type BoardDifference, writeDifferingTaps } from './board-state.js';
export { type BoardCalibration, conductance_S, nearestTap, nominalCalibration } from './calibration.js';
export { type BoardDrive, checkDrives, restDrive, restInput_mV } from './check-drives.js';
export type {
  BenchBoard,
  BoardCounters,
  BoardExamples,
  BoardOperations,
  BoardReadings,
  BoardStepReport,
  HeldBoard,
  NudgePair,
  TapReport,
  Taps,
  TapUpdate,
} from './operations.js';
export {
  type BoardParts,
  type ConverterParts,
  converted_V,
  drawParts,
  nominalParts,
  type PartSpread,
} from './parts.js';
export type { BoardCircuit } from './port.js';
export {
  type BoardProfile,
  type BoardUse,
  contrastUnit_V2,
  type NodeReader,
  nominalResistance_ohm,
  potsInUse,
  readingUnit_V,
} from './profile.js';
export { boardProfile, boardProfiles, referenceBoard, xorNanoAsDrawn, xorNanoBoard } from './profiles.js';
export { batchGain, rateOfLearning } from './rates.js';
export { countOf, zeroCount } from './reading.js';
export { MAX_SHORT_MOVE, tapsFromShort } from './short-taps.js';
export { askedSources_V, drivenSources_V } from './sources.js';
export { randomTaps } from './start-taps.js';
export { contrast, gainMax, moveTap, nudge_mV, outputError, tapStep } from './tap-rule.js';
export { sameTaps, tapSteps, tapsAfter } from './tap-steps.js';
export { tapsHash } from './taps-hash.js';
export { terminalName } from './terminal-name.js';
