import { type BoardProfile, boardProfile, nominalResistance_ohm } from '../../devices/boards/index.js';
import type { DataSet } from '../../learning/index.js';
import type { BoardConfig, RunConfig } from '../schema/index.js';

/** What a run will do to a board, worked out before anything is opened. */
export interface BoardPlan {
  readonly updates: number;
  readonly examples: number;
  readonly largestInput_V: number;
  readonly largestNudge_V: number;
  readonly largestPotCurrent_A: number;
  /** On the bench, links left out, s. */
  readonly boardTime_seconds: number;
}

/**
 * Works out what a run will do to a board: counts, largest voltages and current, and time on the bench. Opens nothing.
 * @param config of a run whose network is a board
 */
export function boardPlan(network: BoardConfig, config: RunConfig, dataSet: DataSet): BoardPlan {
  const profile = boardProfile(network.profile);
  const { epochs, batch } = config.training;
  const { train, test } = dataSet;
  const updates = epochs * Math.ceil(train.count / batch);
  const examples = epochs * train.count;
  // A trained example takes three phases; one that is only evaluated (test set, and 16 for the power figure), one.
  const evaluated = epochs * (test.count + Math.min(16, test.count));
  const phase_seconds = phaseTime_seconds(profile, network.reads ?? profile.reads);
  return {
    updates,
    examples,
    largestInput_V: profile.inputLimit_V,
    largestNudge_V: profile.nudgeLimit_V,
    // A pot at its least resistance between the input and the middle potential, where a diode holds its node.
    largestPotCurrent_A: (profile.inputLimit_V + 0.3) / nominalResistance_ohm(profile, profile.tapMin),
    boardTime_seconds: (3 * examples + evaluated) * phase_seconds,
  };
}

/** Settling and reading every node once, s. */
function phaseTime_seconds(profile: BoardProfile, reads: number): number {
  const nodes = profile.hidden + profile.outputs;
  return profile.settle_us * 1e-6 + nodes * reads * profile.reader.conversion_seconds + 0.3e-3;
}

/** The plan in three lines, for people. */
export function describePlan(plan: BoardPlan): string {
  const minutes = plan.boardTime_seconds / 60;
  const time = minutes < 2 ? `${plan.boardTime_seconds.toFixed(0)} s` : `${minutes.toFixed(1)} min`;
  return [
    `${plan.updates} updates from ${plan.examples} examples, about ${time} of board time`,
    `inputs up to ±${plan.largestInput_V} V, nudges up to ±${plan.largestNudge_V} V around the middle potential`,
    `at most ${(1000 * plan.largestPotCurrent_A).toFixed(2)} mA through a potentiometer`,
  ].join('\n');
}
