import { formatQuantity } from '../../core/index.js';
import { nudgeUnitOf } from '../../devices/contract/index.js';
import type { ComposedRun } from '../composition/index.js';

/** How a run learns, for people: `centered estimator, β = 1 µS`, and its rule where that is another than equilibrium propagation. */
export function describeRule({ trainer, config }: ComposedRun): string {
  const { rule, nudge, device } = trainer;
  const { estimator = config.training.estimator } = rule;
  if (rule.name === 'backprop') return 'backprop (exact gradients of the simulated network)';
  const unit = nudgeUnitOf(device.info, nudge.kind);
  const beta = `${estimator} estimator, β = ${unit === '1' ? nudge.beta : formatQuantity(nudge.beta, unit)}`;
  if (rule.name === 'eqprop') return beta;
  return rule.beta === undefined ? `${rule.name} learning, ${beta}` : `${rule.name} learning`;
}
