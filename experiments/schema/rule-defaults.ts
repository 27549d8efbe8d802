import type { ruleChoices } from './run-config.js';
import type { estimatorChoices } from './schedule-text.js';

/** What a rule makes of a preset's numbers, which are those of equilibrium propagation. */
export interface RuleDefaults {
  /** The two phases, where the rule leaves no choice of them. */
  readonly estimator?: (typeof estimatorChoices)[number];
  /** What β says: a share of the way to the targets, or nothing. */
  readonly beta: 'share' | 'none';
  /**
   * By what a preset's rates are multiplied on a resistive network. A clamp's gradient is that of equilibrium propagation times the
   * conductance seen at an output, in published units: 7 or so at random starts of the presets, and more as they learn.
   */
  readonly rateFactor: number;
}

/** Of every rule but equilibrium propagation. */
export const ruleDefaults: Readonly<Partial<Record<(typeof ruleChoices)[number], RuleDefaults>>> = {
  coupled: { beta: 'share', rateFactor: 0.1 },
  'contrastive-hebbian': { estimator: 'positive', beta: 'none', rateFactor: 0.1 },
  backprop: { estimator: 'centered', beta: 'none', rateFactor: 1 },
};
