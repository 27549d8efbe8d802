// The front door: everything that other rooms may use. Importing it loads no WebAssembly: a kernel is read and compiled
// when it is first instantiated.
export { CELL_BLOCK, CELL_SCRATCH, type CellKernel, cellKernel, paddedCells } from './cells.js';
export { ageFields, cellContrastFields, cellFields, planFields } from './cells-records.js';
export {
  blockPortions,
  type CoarseShape,
  CrossbarArena,
  type CrossbarKernel,
  CrossbarNetwork,
  CrossbarWork,
  type CrossbarWorkLayout,
  crossbarBytes,
  crossbarKernelOn,
} from './crossbar.js';
export { fetchKernels } from './files.js';
export { type HopfieldKernel, hopfieldKernel } from './hopfield.js';
export {
  HOPFIELD_JOB_BYTES,
  hopfieldActivations,
  hopfieldInputFieldFields,
  hopfieldInputUpdateFields,
  hopfieldJobFields,
  hopfieldLayerFields,
  hopfieldPhases,
  hopfieldProductFields,
  hopfieldStatuses,
} from './hopfield-records.js';
export { kernelProgram } from './kernel-program.js';
export { KernelRecord } from './kernel-record.js';
export {
  contrastKind,
  LAYERED_COLUMNS,
  LAYERED_SLICES,
  LAYERED_TILE,
  type LayeredKernel,
  layeredKernel,
  layeredStatuses,
  pullKind,
  slackKind,
} from './layered.js';
export {
  layerFields,
  networkFields,
  phaseFields,
  signalFields,
  updateFields,
} from './layered-records.js';
export { hasRelaxedSimd, instantiateKernel, type KernelOptions, kernelModule } from './load.js';
export { KernelMemory } from './memory.js';
export { type LayerConverters, READ_SCRATCH, type ReadOutLayout, ReadOutMemory } from './read-out.js';
export { SparseLuKernel, type SparseLuLayout } from './sparse-lu.js';
export { layCells, layTape, searchBytes, type Tape, tapeBytes, tapeOf } from './tape.js';
export { type PoolProgram, ThreadPool, threadsOf } from './thread-pool.js';
export { availableThreads } from './threads.js';
