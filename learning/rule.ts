import { inputError } from '../core/index.js';
import type { DeviceInfo, NudgeKind } from '../devices/contract/index.js';
import type { EstimatorName } from './estimator.js';

/**
 * What a conductance learns from. All take the free phase and one or two others of the same network, contrasted by the device's own
 * local rule; they differ in what becomes of the outputs in these.
 */
export interface LearningRule {
  readonly name: RuleName;
  /** Nudges that it may take, the usual one first. */
  readonly nudges: readonly NudgeKind[];
  /** Where the rule leaves no choice: which two phases. */
  readonly estimator?: EstimatorName;
  /** Where the rule leaves no choice: β, in the unit of the flag. */
  readonly beta?: number;
  /** Whom it is due to, and what it descends. */
  readonly source: string;
}

/** Names that `learningRule` knows. */
export const ruleNames = ['eqprop', 'coupled', 'contrastive-hebbian', 'backprop'] as const;

/** The name of a learning rule. */
export type RuleName = (typeof ruleNames)[number];

const rules: Readonly<Record<RuleName, LearningRule>> = {
  eqprop: {
    name: 'eqprop',
    nudges: ['conductance', 'current', 'current-held'],
    source: 'Scellier & Bengio 2017, Front. Comput. Neurosci. 11:24',
  },
  // Outputs are clamped a share β of the way to their targets. To first order it descends ½(y − v)ᵀS(y − v), S the conductances
  // seen at the outputs: the gradient is in V² and not in V²/S.
  coupled: { name: 'coupled', nudges: ['clamp'], source: 'Stern et al. 2021, PRX 11:021045' },
  // The whole way, against the free phase: no small parameter.
  'contrastive-hebbian': {
    name: 'contrastive-hebbian',
    nudges: ['clamp'],
    estimator: 'positive',
    beta: 1,
    source: 'Movellan 1991',
  },
  // A centered contrast of the linearised network is the exact gradient at any β; relaxed by so many sweeps it is truncated.
  backprop: {
    name: 'backprop',
    nudges: ['adjoint'],
    estimator: 'centered',
    beta: 1,
    source: 'Almeida 1987; Pineda 1987',
  },
};

/** The rule of that name. Throws `rule.unknown`. */
export function learningRule(name: RuleName = 'eqprop'): LearningRule {
  if (!Object.hasOwn(rules, name)) {
    throw inputError('rule.unknown', `rule: "${name}" is not one of ${ruleNames.join(', ')}`);
  }
  return rules[name];
}

/** Rules that a device can run. */
export function rulesOf({ nudges }: Pick<DeviceInfo, 'nudges'>): RuleName[] {
  return ruleNames.filter((name) => rules[name].nudges.some((kind) => nudges.includes(kind)));
}

/**
 * By what a device is nudged under a rule: as asked, or by the first of its own that the rule may take.
 * @throws `train.rule` where it can do none of them, `train.option` for one that it cannot do or the rule does not take
 */
export function nudgeUnder(
  { name, nudges }: LearningRule,
  info: Pick<DeviceInfo, 'name' | 'nudges'>,
  asked: NudgeKind | undefined,
): NudgeKind {
  const can = info.nudges.filter((kind) => nudges.includes(kind));
  if (can.length === 0) {
    const others = rulesOf(info);
    throw inputError(
      'train.rule',
      `rule ${name}: ${info.name} cannot do it (it takes a nudge by ${nudges.join(' or ')}); it can run ${others.join(', ') || 'none'}`,
    );
  }
  if (asked === undefined) return can[0];
  if (can.includes(asked)) return asked;
  throw inputError(
    'train.option',
    `nudge: ${info.name} cannot "${asked}" under the rule ${name}; it can ${can.join(', ')}`,
  );
}
