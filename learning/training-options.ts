import { inputError } from '../core/index.js';
import type { AnalogDevice, NudgeKind, Optimizer, Rates, StopRule } from '../devices/contract/index.js';
import type { DataSet } from './data/index.js';
import type { EstimatorName } from './estimator.js';
import { learningRule, nudgeUnder, type RuleName } from './rule.js';
import type { Schedule } from './schedule.js';

/** How a device is trained, whatever device and data. */
export interface TrainingOptions {
  readonly seed: number;
  readonly epochs: number;
  /** Samples a minibatch; one update each. */
  readonly batch: number;
  readonly estimator: EstimatorName;
  /** Nudge strength, > 0, in the device's nudge unit; `auto` chooses it by what the network bears at its first epoch. */
  readonly beta: number | 'auto';
  /** What one β is called in messages and rounded in where it is chosen, in that unit; 1 when left out. */
  readonly betaUnit?: number;
  /** Equilibrium propagation when left out; a rule that leaves no choice of estimator or β overrules these. */
  readonly rule?: RuleName;
  /** As the rule and the device have it when left out. */
  readonly nudge?: NudgeKind;
  /** Rate of each parameter group in the first epoch. */
  readonly rates: Rates;
  /** What the rates are multiplied by from epoch to epoch. */
  readonly rateDecay?: number;
  /** How rates, β and the estimator go from epoch to epoch; a rate that is scheduled does not decay besides. */
  readonly schedule?: Schedule;
  /** What is made of gradients; plain descent when left out. */
  readonly optimizer?: Optimizer;
  /** Share of each parameter group that an update of the first epoch takes away besides; it goes with the rates. */
  readonly decay?: Rates;
  readonly stop?: StopRule;
  /** Stop rule of the nudged phases where it differs. */
  readonly nudgedStop?: StopRule;
  readonly evaluationStop?: StopRule;
  readonly evaluationBatch?: number;
  /** Ends of the ranges, ±, that nodes are read over in each phase, one a layer, a shorter list going on with its last, in the node unit. */
  readonly readRange?: readonly number[];
  /** Keep every training sample's free states between epochs, to start its next free phase from. */
  readonly particles?: boolean;
  /** Ends the run when the error on the validation samples has not fallen for so many epochs. */
  readonly patience?: number;
}

/** Throws `train.option` naming the field that makes no sense for this device. */
export function checkOptions(device: AnalogDevice, dataSet: DataSet, options: TrainingOptions): void {
  const { epochs, batch, beta, rates, rateDecay = 1, nudge, patience = 1 } = options;
  for (const [field, value] of Object.entries({ epochs, batch, patience })) {
    if (!Number.isInteger(value) || value < 1) {
      throw inputError('train.option', `${field}: needs a positive whole number, got ${value}`);
    }
  }
  if (beta !== 'auto' && !(beta > 0 && Number.isFinite(beta))) {
    throw inputError(
      'train.option',
      `beta: must be positive and finite, got ${beta}; the estimator chooses its sign, and auto its size`,
    );
  }
  if (!(rateDecay > 0 && rateDecay <= 1)) {
    throw inputError('train.option', `rateDecay: must be above 0 and at most 1, got ${rateDecay}`);
  }
  if (options.patience !== undefined && dataSet.validation === undefined) {
    throw inputError(
      'train.option',
      `patience: ${dataSet.name} holds out no validation samples, by which a run could be seen to get no better; hold some out with validation`,
    );
  }
  const { estimator: ownEstimator, beta: ownBeta, name: ruleName } = learningRule(options.rule);
  const { schedule } = options;
  if ((ownEstimator !== undefined && schedule?.estimator) || (ownBeta !== undefined && schedule?.beta)) {
    throw inputError(
      'train.option',
      `schedule: ${ruleName} has ${ownEstimator === undefined ? 'a β' : 'two phases'} of its own; schedule rates alone, or take the rule eqprop`,
    );
  }
  nudgeUnder(learningRule(options.rule), device.info, nudge);
  const { optimizers, name, decays } = device.info;
  const kind = options.optimizer?.kind ?? 'sgd';
  if (!optimizers.includes(kind)) {
    throw inputError(
      'train.option',
      `optimizer: ${name} cannot carry out ${kind}, since its updates are its own; it can ${optimizers.join(', ')}`,
    );
  }
  if (options.decay !== undefined && !decays) {
    throw inputError(
      'train.option',
      `decay: ${name} cannot let parameters decay, since its updates are its own; leave the weight decay out`,
    );
  }
  for (const [name, rate] of Object.entries({ ...rates, ...options.decay })) {
    if (!(rate >= 0 && Number.isFinite(rate))) {
      throw inputError('train.option', `rates.${name}: must be finite and not negative, got ${rate}`);
    }
  }
}
