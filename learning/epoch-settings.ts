import type { Rates, Update } from '../devices/contract/index.js';
import type { EstimatorName } from './estimator.js';
import type { LearningRule } from './rule.js';
import { estimatorAt, factorAt } from './schedule.js';
import type { TrainingOptions } from './training-options.js';

/** Rates of an epoch, and what decays beside them. */
export function changeIn(
  epoch: number,
  { rates, decay, rateDecay = 1, schedule, epochs }: TrainingOptions,
): Pick<Update, 'rates' | 'decay'> {
  const factor =
    schedule?.rate === undefined ? rateDecay ** (epoch - 1) : factorAt(schedule.rate, epoch, epochs);
  const scaled = (given: Rates): Rates =>
    Object.fromEntries(Object.entries(given).map(([name, rate]) => [name, rate * factor]));
  return { rates: scaled(rates), ...(decay === undefined ? {} : { decay: scaled(decay) }) };
}

/** What β is multiplied by in an epoch. */
export function betaFactorIn(epoch: number, { schedule, epochs }: TrainingOptions): number {
  return factorAt(schedule?.beta, epoch, epochs);
}

/** The estimator of an epoch: the rule's own, or as scheduled, or the one that was asked for. */
export function estimatorIn(
  epoch: number,
  { estimator, schedule }: TrainingOptions,
  rule: LearningRule,
): EstimatorName {
  const scheduled = schedule?.estimator === undefined ? estimator : estimatorAt(schedule.estimator, epoch);
  return rule.estimator ?? scheduled;
}
