export { type HopfieldKernel, hopfieldKernel } from './hopfield.js';
export {
  HOPFIELD_JOB_BYTES,
  hopfieldJobFields,
  hopfieldLayerFields,
  hopfieldPhases,
  hopfieldStatuses,
} from './hopfield-records.js';
export {
  contrastKind,
  LAYERED_COLUMNS,
  LAYERED_SLICES,
  LAYERED_TILE,
  type LayeredKernel,
  layeredKernel,
  layeredStatuses,
  slackKind,
} from './layered.js';
export {
  KernelRecord,
  layerFields,
  networkFields,
  phaseFields,
  signalFields,
  updateFields,
} from './layered-records.js';
export {
  builtFile,
  hasRelaxedSimd,
  instantiateKernel,
  KernelMemory,
  type KernelOptions,
  kernelModule,
} from './load.js';
export { KernelTeam } from './worker-team.js';
