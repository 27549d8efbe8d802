export { type AmplitudeRamp, amplitudeRamp, type RampCurve } from './amplitude-ramp.js';
export { type CellDescription, cellsOf, describeCell, ENOUGH_WINDOW, showState } from './describe-cell.js';
export { describeTrain, type LabelPair, type TrainDescription } from './describe-train.js';
export type { MeasuredTrain, TrainPoints } from './measured-train.js';
export { type DataLabel, dataLabel } from './nonlinearity.js';
export { type OrientedTrain, orientTrain, wayOf } from './orientation.js';
export { findOutliers, type Outliers } from './outliers.js';
export { type TrainsOfFile, trainsOf } from './read-trains.js';
export { noiseOfRepeats, type RepeatNoise } from './repeats.js';
