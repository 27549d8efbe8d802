export { type AmplitudeRamp, amplitudeRamp, type RampCurve } from './amplitude-ramp.js';
export { type ComparedLaws, compareLaws } from './compare-laws.js';
export { type CellDescription, cellsOf, describeCell, ENOUGH_WINDOW, showState } from './describe-cell.js';
export { describeTrain, type LabelPair, type TrainDescription } from './describe-train.js';
export { fitTrain, type TrainFit, type TrainFitOptions } from './fit-train.js';
export { joinedAcrossFiles, type LabelledFile } from './join-cells.js';
export { type JointLaws, jointWindow } from './joint-window.js';
export {
  type MeasuredCell,
  measureTrains,
  pulsesEach,
  type TrainsToMeasure,
} from './measure-trains.js';
export type { MeasuredTrain, TrainPoints } from './measured-train.js';
export { type TrainModelName, trainModel, trainModels } from './models/index.js';
export { type DataLabel, dataLabel } from './nonlinearity.js';
export { type OrientedTrain, orientTrain, wayOf } from './orientation.js';
export { findOutliers, type Outliers, soundTrain } from './outliers.js';
export { type PulseLaw, pulseLaw } from './pulse-law.js';
export { type RefusedTrain, type TrainsOfFile, trainsOf } from './read-trains.js';
export { noiseOfRepeats, type RepeatNoise } from './repeats.js';
export { type TrainLabels, trainLabels } from './train-labels.js';
