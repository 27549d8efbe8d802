export { Chang, type ChangParameters, defaultChang } from './chang.js';
export {
  DataDriven,
  type DataDrivenBranch,
  type DataDrivenParameters,
  messaris2018,
  messaris2021,
} from './data-driven.js';
export {
  defaultMetastableSwitch,
  MetastableSwitch,
  type MetastableSwitchParameters,
} from './metastable-switch.js';
export {
  defaultNormalizedVteam,
  NormalizedVteam,
  type NormalizedVteamParameters,
} from './normalized-vteam.js';
export { type PhysicalPreset, physicalPreset, physicalPresets, type SweepProposal } from './presets.js';
export { Yakopcic, type YakopcicParameters } from './yakopcic.js';
