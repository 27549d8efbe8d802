export { type BoardConfig, boardSchema } from './board-config.js';
export { boardPresetFor, boardPresets } from './board-presets.js';
export { type CellsConfig, policyChoices } from './cells-config.js';
export { cellsToTry, inCells, needsFreshCells } from './cells-to-try.js';
export { checkConfig, describeIssues, type Where } from './check-config.js';
export {
  type Choice,
  costNamesKnown,
  type DeviceChoice,
  dataNamesKnown,
  deviceNamesKnown,
  policyNamesKnown,
} from './choices.js';
export { changeOfSet } from './config-changes.js';
export type { DeviceConfig } from './device-config.js';
export { equationsSchema } from './equations.js';
export { isInstrument, type LayoutEntry } from './instrument-cells-config.js';
export { configJsonSchema } from './json-schema.js';
export { preset, presets } from './presets.js';
export { type ConfigSources, DEFAULT_PRESET, readConfig } from './read-config.js';
export type { ReadoutConfig } from './readout-config.js';
export {
  activationChoices,
  costChoices,
  type hopfieldSchema,
  nudgeChoices,
  optimizerChoices,
  type RunConfig,
  type RunConfigInput,
  type resistiveSchema,
  runConfigSchema,
} from './run-config.js';
export { estimatorChoices, readSchedule, type ScheduleText } from './schedule-text.js';
export {
  conductanceWindow,
  isTree,
  mergeTrees,
  quantity,
  type Setting,
  settingsOf,
  type Tree,
  treeOfFlags,
  type WindowSetting,
} from './settings.js';
export { describeUnused, unusedSettings } from './unused-settings.js';
export type { WiresConfig } from './wires-config.js';
