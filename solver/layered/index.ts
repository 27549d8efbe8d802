export { exactGradient } from './exact-gradient.js';
export { LayeredDevice } from './layered-device.js';
export { layeredInfo } from './layered-info.js';
export { LayeredParameters, parameterGroups } from './parameters.js';
export { smallestOutputConductance_S } from './passivity.js';
