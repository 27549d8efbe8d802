import type { Optimizer, Rates } from '../../devices/contract/index.js';
import type { RunConfig } from '../schema/index.js';

/** A parameter group in the units of its network. */
export interface GroupUnits {
  readonly name: string;
  /** Its published rate. */
  readonly rate: number;
  /** One published entry, and one published ∂C/∂entry, in the device's units. */
  readonly entry: number;
  readonly gradient: number;
  /** Conductances and weights decay, biases do not. */
  readonly decays: boolean;
}

/** How a configuration's gradients become changes, in the device's units. */
export interface ComposedOptimizer {
  readonly rates: Rates;
  readonly optimizer?: Optimizer;
  readonly decay?: Rates;
}

const MOMENTUM = 0.9;
const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** A rate is of a gradient, entry²/cost; of Adam, whose steps know no gradient, of an entry. */
export function composeOptimizer(
  { optimizer: kind, momentum, adam, weightDecay }: RunConfig['training'],
  groups: readonly GroupUnits[],
): ComposedOptimizer {
  const each = (value: (group: GroupUnits) => number): Rates =>
    Object.fromEntries(groups.map((group) => [group.name, value(group)]));
  const rates = each(({ rate, entry, gradient }) => rate * (kind === 'adam' ? entry : entry / gradient));
  const { epsilon, ...betas } = adam ?? ADAM;
  const optimizers: Readonly<Record<typeof kind, Optimizer>> = {
    sgd: { kind: 'sgd' },
    momentum: { kind: 'momentum', momentum: momentum ?? MOMENTUM },
    adam: { kind: 'adam', ...betas, epsilon: each(({ gradient }) => epsilon * gradient) },
  };
  return {
    rates,
    ...(kind === 'sgd' ? {} : { optimizer: optimizers[kind] }),
    ...(weightDecay === undefined || weightDecay === 0
      ? {}
      : { decay: each(({ rate, decays }) => (decays ? rate * weightDecay : 0)) }),
  };
}
