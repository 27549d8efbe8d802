export type { CellContrast, CellHost } from './cell-host.js';
export { exactGradient } from './exact-gradient.js';
export { LayeredDevice } from './layered-device.js';
export { type InCellsOptions, LayeredInCells, layeredInCells } from './layered-in-cells.js';
export { layeredInfo } from './layered-info.js';
export { fillSources } from './local-contrast.js';
export { LayeredParameters, parameterGroups } from './parameters.js';
export { smallestOutputConductance_S } from './passivity.js';
export { addBackward, addForward } from './products.js';
