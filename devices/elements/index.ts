export { Chang, type ChangParameters, defaultChang } from './chang.js';
export {
  DataDriven,
  type DataDrivenBranch,
  type DataDrivenParameters,
  messaris2018,
  messaris2021,
} from './data-driven.js';
export { Diode } from './diode.js';
export { type DiodeParameters, defaultDiode } from './diode-parameters.js';
export {
  type ElementEquations,
  type ElementModel,
  type ElementPoint,
  type ElementRate,
  elementCurrent_A,
  elementPoint,
  initialState,
  type StateVariable,
} from './element-model.js';
export {
  type ElementParameter,
  type ElementPartials,
  elementPartials,
} from './element-parameters.js';
export { type ElementExpressions, expressionModel } from './expression-model.js';
export { bandGap_eV, JunctionCharge } from './junction-charge.js';
export { defaultLinearIonDrift, LinearIonDrift, type LinearIonDriftParameters } from './linear-ion-drift.js';
export { defaultMemdiode, Memdiode, type MemdiodeParameters } from './memdiode.js';
export {
  type PhysicalPreset,
  physicalModels,
  physicalPreset,
  physicalPresets,
  type SweepProposal,
} from './memristor-presets.js';
export {
  defaultMetastableSwitch,
  MetastableSwitch,
  type MetastableSwitchParameters,
} from './metastable-switch.js';
export { mirrored } from './mirrored.js';
export { type ChannelPoint, channelPoint, channels } from './mos-channel.js';
export { type GateCapacitances, MosLevel1, oxidePermittivity_F_per_m } from './mos-level-1.js';
export { defaultMos, type MosParameters } from './mos-parameters.js';
export {
  defaultNormalizedVteam,
  NormalizedVteam,
  type NormalizedVteamParameters,
} from './normalized-vteam.js';
export {
  boltzmann_J_per_K,
  celsiusZero_K,
  elementaryCharge_C,
  thermalVoltage_V,
} from './physical-constants.js';
export { elementRate, type RateSlopes, rateSlopesOf } from './rate-slopes.js';
export { Resistor } from './resistor.js';
export {
  DiodeSelector,
  type DiodeSelectorParameters,
  selectorByName,
  selectors,
  ThresholdSelector,
  type ThresholdSelectorParameters,
} from './selectors.js';
export { defaultVteam, Vteam, type VteamParameters } from './vteam.js';
export {
  biolekWindow,
  joglekarWindow,
  noWindow,
  prodromakisWindow,
  type StateWindow,
  strukovWindow,
  zhaWindow,
} from './windows.js';
export { Yakopcic, type YakopcicParameters } from './yakopcic.js';
