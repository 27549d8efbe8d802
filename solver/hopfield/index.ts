export { hopfieldEnergy } from './energy.js';
export { exactHopfieldGradient } from './exact-gradient.js';
export { HopfieldDevice, type HopfieldDeviceOptions } from './hopfield-device.js';
export { HopfieldFrame } from './hopfield-frame.js';
export { hopfieldInfo } from './hopfield-info.js';
export { biasGradient, gradientOf, type PhasePair, weightGradient } from './local-rule.js';
export { HopfieldParameters, hopfieldGroups } from './parameters.js';
export { hopfieldDrive, iterate, relaxHopfield } from './relax.js';
export { clip, eulerSteps, exactUpdates, type Relaxation } from './relaxation.js';
