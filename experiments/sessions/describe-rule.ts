import { formatQuantity } from '../../core/index.js';
import { type NodeReadOut, nudgeUnitOf } from '../../devices/contract/index.js';
import type { ComposedRun } from '../composition/index.js';

/** How a run learns, for people: `centered estimator, β = 1 µS`, and its rule where that is another than equilibrium propagation. */
export function describeRule({ trainer, config }: ComposedRun): string {
  const { rule, nudge, device } = trainer;
  const { estimator = config.training.estimator } = rule;
  if (rule.name === 'backprop') return 'backprop (exact gradients of the simulated network)';
  const unit = nudgeUnitOf(device.info, nudge.kind);
  const scheduled = rule.estimator === undefined && config.training.schedule?.includes('estimator=');
  const beta = `${scheduled ? 'scheduled estimator' : `${estimator} estimator`}, β = ${unit === '1' ? nudge.beta : formatQuantity(nudge.beta, unit)}`;
  if (rule.name === 'eqprop') return beta;
  return rule.beta === undefined ? `${rule.name} learning, ${beta}` : `${rule.name} learning`;
}

/** What else a run learns by, where it is not the usual: rows of its report. */
export function learningRows({ trainer, config }: ComposedRun): [string, string][] {
  const { rule, nudge, coder, device } = trainer;
  const { optimizer, weightDecay, schedule } = config.training;
  const { cost = 'squared', parameters = {} } = coder.cost;
  const { readOut, nodeUnit } = device.info;
  const amount = (value: number) => (nodeUnit === '1' ? `${value}` : formatQuantity(value, nodeUnit));
  const { scale, margin } = parameters;
  const numbers = [
    ...(scale === undefined ? [] : [`scale ${amount(scale)}`]),
    ...(margin === undefined ? [] : [`margin ${amount(margin)}`]),
    ...(parameters.pairs ? ['of pairs of outputs'] : []),
  ];
  const usualNudge = rule.name !== 'eqprop' || nudge.kind === device.info.nudges[0];
  const usual = cost === 'squared' && numbers.length === 0 && usualNudge;
  const by = rule.name === 'eqprop' ? `, nudged by ${nudge.kind}` : '';
  return [
    ...(usual ? [] : [['Cost', `${[cost, ...numbers].join(', ')}${by}`] as [string, string]]),
    ...(optimizer === 'sgd' && !weightDecay
      ? []
      : [
          ['Optimiser', `${optimizer}${weightDecay ? `, weight decay ${weightDecay}` : ''}`] as [
            string,
            string,
          ],
        ]),
    ...(schedule === undefined ? [] : [['Schedule', schedule] as [string, string]]),
    ...(readOut === undefined ? [] : [['Nodes are read', readOutText(readOut, amount)] as [string, string]]),
  ];
}

/** `noise 1.00 µV, 12 bits over ±2.00 mV, 4 reads`. */
function readOutText(readOut: NodeReadOut, amount: (value: number) => string): string {
  const { noise, offset, offsetSpread, gain, gainSpread, bits, fullScale = [], difference, reads } = readOut;
  const over = (ends: readonly number[]) =>
    ends.length === 0 ? '' : ` over ±${ends.map(amount).join(', ±')}`;
  return [
    ...(difference === undefined ? [] : [`as differences of the phases${over(difference.fullScale ?? [])}`]),
    ...(noise ? [`noise ${amount(noise)}`] : []),
    ...(offset ? [`offset ${amount(offset)}`] : []),
    ...(offsetSpread ? [`offsets ${amount(offsetSpread)} apart`] : []),
    ...(gain ? [`gain error ${gain}`] : []),
    ...(gainSpread ? [`gains ${gainSpread} apart`] : []),
    ...(bits === undefined ? [] : [`${bits} bits${over(fullScale)}`]),
    ...(reads === undefined || reads === 1 ? [] : [`${reads} reads each`]),
  ].join(', ');
}
