import { inputError } from '../../core/index.js';
import { learningRule } from '../../learning/index.js';
import type { RunConfig } from '../schema/index.js';
import { readBeta } from './training-numbers.js';

/** Whether a run clamps its outputs, so that β is a share and gradients are in V² and not in V²/S. */
function clamps({ training }: Pick<RunConfig, 'training'>): boolean {
  return learningRule(training.rule).nudges[0] === 'clamp';
}

/** β of a run under its rule, and what its rates are in. */
export interface RuleNumbers {
  /** In the unit of the nudge, or to be chosen. */
  readonly beta: number | 'auto';
  /** One β of the flag in that unit. */
  readonly betaUnit: number;
  /** What an SI rate for gradients in V²/S (V²/A) is divided by. */
  readonly ratesPer: number;
}

/**
 * What a configuration's β and rates are under its rule.
 * @param unit of β in equilibrium propagation, and what one without a unit is a multiple of
 */
export function ruleNumbers(config: RunConfig, unit: 'S' | '1', unit_S = 1): RuleNumbers {
  const { beta } = config.training;
  if (clamps(config)) return { beta: readBeta(beta, '1'), betaUnit: 1, ratesPer: unit_S };
  return { beta: readBeta(beta, unit, unit_S), betaUnit: unit_S, ratesPer: 1 };
}

/**
 * Throws `config.rule` where a rule does not go with what else is configured, before anything is opened.
 */
export function requireRule({ network, training: { rule }, readout }: RunConfig): void {
  if (rule === 'eqprop') return;
  if (network.kind === 'board') {
    const why =
      rule === 'backprop'
        ? 'it takes the equations of a network, which a board has not'
        : 'its outputs are nudged by a current, not clamped';
    throw inputError(
      'config.rule',
      `training.rule: a board cannot learn by ${rule}: ${why}; it can by eqprop`,
    );
  }
  if (rule !== 'backprop' || readout === undefined) return;
  const { dacBits: _, ...reads } = readout;
  const asked = Object.keys(reads).find((key) => reads[key as keyof typeof reads]);
  if (asked === undefined) return;
  throw inputError(
    'config.rule',
    `readout.${asked}: backprop reads no nodes, it knows them; leave the read-out out, or take eqprop, coupled or contrastive-hebbian`,
  );
}
