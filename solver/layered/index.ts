export { adjointSamples } from './adjoint-samples.js';
export type { CellContrast, CellHost } from './cell-host.js';
export { exactGradient } from './exact-gradient.js';
export { diodePower, restOf } from './hidden-diodes.js';
export {
  addChanges,
  copiesOf,
  layerGroups,
  moveBiases,
  type NamedArrays,
  relativeChanges,
  shareAtEnds,
  writeGroups,
  zerosLike,
} from './layer-groups.js';
export { LayeredDevice, type LayeredDeviceOptions } from './layered-device.js';
export { type InCellsOptions, LayeredInCells, layeredInCells } from './layered-in-cells.js';
export { layeredInfo, simulatedCosts } from './layered-info.js';
export { fillSources } from './local-contrast.js';
export { OutputPull } from './output-pull.js';
export { LayeredParameters, parameterGroups } from './parameters.js';
export { smallestOutputConductance_S } from './passivity.js';
export { addBackward, addForward, dot } from './products.js';
