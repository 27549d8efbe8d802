import { inputError } from '../../core/index.js';
import { type Coding, type Cost, costLaw } from '../../devices/contract/index.js';
import type { RunConfig } from '../schema/index.js';

/**
 * The cost that a configuration asks for, with its numbers: where nothing is said of them, by how far the targets of a class and of the
 * others are apart.
 * @throws OhmpropError `config.cost` for targets of the wrong kind
 */
export function composeCost({ training }: RunConfig, { target }: Coding): Cost {
  const { cost = 'squared', costScale_V, costMargin_V } = training;
  const pairs = target.kind === 'pairs';
  const { needs, targets, compares } = costLaw(cost);
  if (target.kind === 'value') {
    // Weights are all 1, so that it is the squared cost, which every nudge has.
    if (cost === 'regression' || cost === 'squared') return {};
    if (targets === 'voltages' && needs === undefined) return { cost };
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
  if (target.kind === 'sign' && compares) {
    throw inputError(
      'config.cost',
      `training.cost: ${cost} compares outputs with each other, and "sign" targets have one output; set coding.target.kind to one-hot, difference or pairs, or take squared, hinge or squared-hinge`,
    );
  }
  if (target.kind === 'pattern' && targets !== 'voltages') {
    throw inputError(
      'config.cost',
      `training.cost: ${cost} is of classes, and "pattern" targets are a value for every output; take squared, or another coding.target.kind`,
    );
  }
  const apart = Math.abs(target.on - target.off);
  const margin_V = costMargin_V ?? (targets === 'signs' ? apart / 2 : apart);
  const numbers =
    needs === 'scale' ? { scale: costScale_V ?? apart } : needs === 'margin' ? { margin: margin_V } : {};
  const parameters = { ...numbers, ...(pairs ? { pairs } : {}) };
  if (cost === 'squared' && !pairs) return {};
  return { cost, parameters };
}
