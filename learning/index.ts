export { type BestEpoch, isBetter, type ValidatedEpoch } from './best-epoch.js';
export { classRemarks } from './class-remarks.js';
export { type CodedBatch, Coder, outputsFor } from './coding.js';
export { type WrongSlope, wrongSlopeOf } from './cost-slope.js';
export { type CostFunction, costFunctions, costOf, costValue } from './cost-value.js';
export * from './data/index.js';
export { type DiagnosticsPlan, type GradientDiagnostics, gradientDiagnostics } from './diagnostics.js';
export { copyTally, type EpochTally, emptyTally } from './epoch-tally.js';
export { type Estimator, type EstimatorName, estimator, estimatorNames } from './estimator.js';
export { type Evaluation, type EvaluationOptions, evaluate } from './evaluate.js';
export { featureRemarks } from './feature-remarks.js';
export {
  type GradcheckOptions,
  type GradcheckVerdict,
  type GroupGradcheck,
  gradcheck,
  judgeGradient,
  wrongCost,
} from './gradcheck.js';
export { epochOrder, minibatch, minibatchCount } from './minibatches.js';
export { NudgeControl, type NudgeState } from './nudge-control.js';
export { describeParticles, Particles, particleBytes } from './particles.js';
export { type Prediction, type PredictOptions, predict } from './predict.js';
export { type LearningRule, learningRule, nudgeUnder, type RuleName, ruleNames, rulesOf } from './rule.js';
export { type CurvePart, estimatorAt, factorAt, type Schedule } from './schedule.js';
export { scheduleRemarks } from './schedule-remarks.js';
export type { ShownOutputs } from './shown-outputs.js';
export { targetRemarks } from './target-remarks.js';
export { targetVoltages } from './target-voltages.js';
export { type TrainOptions, type TrainResult, train } from './train.js';
export { Trainer, type TrainerOptions } from './trainer.js';
export type { EpochRecord, TrainerState, TrainingEvent } from './training-events.js';
export type { TrainingOptions } from './training-options.js';
export {
  followRelaxation,
  type Trajectory,
  type TrajectoryPlan,
  type TrajectoryStep,
} from './trajectory.js';
export type { Fit } from './value-coding.js';
