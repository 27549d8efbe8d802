import { inputError, RandomStream } from '../core/index.js';
import { costLaws } from '../devices/contract/index.js';
import type { Coder } from './coding.js';
import { wrongSlopeOf } from './cost-slope.js';
import type { Samples } from './data/index.js';

/** Samples whose targets a cost is tried at, and how far around what is wanted, in what classes are apart. */
const TRIED = 8;
const AROUND = 1.5;

/**
 * Refuses a cost of a module that nudges by something else than its value falls by, before anything is learned from it. It is tried at
 * outputs drawn around the first targets; where a kink is near, nothing is said.
 * @param samples of the training
 * @throws OhmpropError `train.cost-slope` (exit code 2)
 */
export function requireTrueSlope(coder: Coder, samples: Samples, seed: number): void {
  const { cost = 'squared', parameters = {} } = coder.cost;
  if (!costLaws.isAdded(cost)) return;
  const { targets } = coder.firstBatch(samples, TRIED);
  const { target } = coder.coding;
  const apart = 'on' in target ? Math.abs(target.on - target.off) : Math.max(...targets.map(Math.abs));
  const span = AROUND * (parameters.margin ?? parameters.scale ?? (apart || 1));
  const isVoltages = costLaws.get(cost)?.targets === 'voltages';
  const random = new RandomStream(seed, 'slope of a cost');
  const outputs = Float64Array.from(
    targets,
    (target) => (isVoltages ? target : 0) + random.between(-span, span),
  );
  const wrong = wrongSlopeOf(coder.cost, outputs, targets, coder.outputs);
  if (wrong === undefined) return;
  const { output, said, found } = wrong;
  const amount = (slope: number) => `${Number(slope.toPrecision(4))}`;
  throw inputError(
    'train.cost-slope',
    `cost ${cost}: its slope is not that of its value: at an output of ${amount(outputs[wrong.sample * coder.outputs + output])} (output ${output}, target ${amount(targets[wrong.sample * coder.outputs + output])}) slope says ${amount(said)} and value rises by ${amount(found)} a volt. What is learned would not be what is measured: mend slope or value; ohmprop gradcheck looks at it more closely`,
  );
}
