export { Diode } from './diode.js';
export { type DiodeParameters, defaultDiode } from './diode-parameters.js';
export {
  type ElementEquations,
  type ElementModel,
  type ElementPoint,
  elementCurrent_A,
  elementPoint,
  initialState,
  type StateVariable,
} from './element-model.js';
export { type ElementExpressions, expressionModel } from './expression-model.js';
export { defaultLinearIonDrift, LinearIonDrift, type LinearIonDriftParameters } from './linear-ion-drift.js';
export { celsiusZero_K, thermalVoltage_V } from './physical-constants.js';
export { Resistor } from './resistor.js';
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
