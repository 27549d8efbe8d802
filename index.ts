// The face for training: the contract of a device, the networks that keep it, data, the trainer. What else there is to
// import, by user, is listed in faces/README.md.

export {
  type HopfieldNetwork,
  type HopfieldNetworkOptions,
  hopfieldNetwork,
} from './circuits/hopfield/index.js';
export {
  type ConductanceWindow,
  type LayeredNetwork,
  type LayeredNetworkOptions,
  type LayeredTraining,
  layeredNetwork,
  type PublishedTraining,
  publishedTraining,
} from './circuits/layered/index.js';
export { type WiredNetwork, wiredNetwork } from './circuits/wired/index.js';
export {
  formatQuantity,
  OhmpropError,
  RandomStream,
  readQuantity,
  type Status,
  statusRemedy,
} from './core/index.js';
export * from './devices/contract/index.js';
export { fetchKernels } from './kernels/index.js';
export {
  Coder,
  costOf,
  type DataSet,
  type EpochRecord,
  type EstimatorName,
  type Evaluation,
  type EvaluationOptions,
  estimatorNames,
  evaluate,
  followRelaxation,
  type GradcheckOptions,
  type GradcheckVerdict,
  type GroupGradcheck,
  gradcheck,
  judgeGradient,
  loadData,
  type Prediction,
  type PredictOptions,
  predict,
  type Samples,
  Trainer,
  type TrainerState,
  type TrainingEvent,
  type TrainingOptions,
  type TrainOptions,
  type TrainResult,
  type Trajectory,
  type TrajectoryPlan,
  train,
} from './learning/index.js';
export {
  eulerSteps,
  exactUpdates,
  HopfieldDevice,
  type HopfieldDeviceOptions,
  type Relaxation,
} from './solver/hopfield/index.js';
export { HopfieldFloat32Device, type HopfieldFloat32Options } from './solver/hopfield-float32/index.js';
export { type InCellsOptions, LayeredDevice, layeredInCells } from './solver/layered/index.js';
export {
  LayeredFloat32Device,
  type LayeredFloat32Options,
  layeredFloat32InCells,
} from './solver/layered-float32/index.js';
export { WiredDevice, type WiredDeviceOptions, wiredInCells } from './solver/wired/index.js';
