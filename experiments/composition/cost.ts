import { inputError } from '../../core/index.js';
import type { Coding, Cost } from '../../devices/contract/index.js';
import type { RunConfig } from '../schema/index.js';

/**
 * The cost that a configuration asks for, with its numbers: where nothing is said of them, by how far the targets of a class and of the
 * others are apart.
 * @throws OhmpropError `config.cost` for targets of the wrong kind
 */
export function composeCost({ training }: RunConfig, { target }: Coding): Cost {
  const { cost = 'squared', costScale_V, costMargin_V } = training;
  const pairs = target.kind === 'pairs';
  if (target.kind === 'value') {
    // Weights are all 1, so that it is the squared cost, which every nudge has.
    if (cost === 'regression' || cost === 'squared') return {};
    throw inputError(
      'config.cost',
      `training.cost: ${cost} is of classes, and the targets are numbers; for numbers there are regression and squared`,
    );
  }
  if (cost === 'regression') {
    throw inputError(
      'config.cost',
      'training.cost: regression takes numbers as targets, and these data have classes; name columns of numbers of a csv:FILE or npz:FILE with --targets, or take squared, cross-entropy, squared-hinge, hinge or margin',
    );
  }
  if (target.kind === 'sign' && (cost === 'cross-entropy' || cost === 'margin')) {
    throw inputError(
      'config.cost',
      `training.cost: ${cost} compares outputs with each other, and "sign" targets have one output; set coding.target.kind to one-hot, difference or pairs, or take squared, hinge or squared-hinge`,
    );
  }
  if (target.kind === 'pattern' && cost !== 'squared') {
    throw inputError(
      'config.cost',
      `training.cost: ${cost} is of classes, and "pattern" targets are a value for every output; take squared, or another coding.target.kind`,
    );
  }
  const apart = Math.abs(target.on - target.off);
  const numbers: Readonly<Record<typeof cost, object>> = {
    squared: {},
    'cross-entropy': { scale: costScale_V ?? apart },
    'squared-hinge': { margin: costMargin_V ?? apart / 2 },
    hinge: { margin: costMargin_V ?? apart / 2 },
    margin: { margin: costMargin_V ?? apart },
  };
  const parameters = { ...numbers[cost], ...(pairs ? { pairs } : {}) };
  if (cost === 'squared' && !pairs) return {};
  return { cost, parameters };
}
