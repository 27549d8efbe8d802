import type { AdaptReport, PhaseReport } from '../devices/contract/index.js';

/** What one epoch has added up so far. Plain numbers, so that a checkpoint in mid-epoch carries it bit for bit. */
export interface EpochTally {
  samples: number;
  wrong: number;
  cost: number;
  /** Iterations times samples, free phase and each nudged phase. */
  freeIterations: number;
  nudgedIterations: number;
  nudgedSamples: number;
  residual: number;
  unsettled: number;
  saturatedFraction: number;
  pulses: number;
  /** Minibatches whose negative nudge was not borne, and that were taken with a positive one. */
  oneSided: number;
  /** Force of the nudge on an output and what settling left unbalanced, each times samples; of phases that settle by a rule. */
  nudge: number;
  nudgedResidual: number;
  measured: number;
  /** ‖change‖ / ‖parameters‖ summed over the updates, by group, where the device measures it. */
  relativeChange: Record<string, number>;
  updates: number;
  /** Time spent training, without evaluations; the one figure that a resumed run may differ in. */
  seconds: number;
}

export function emptyTally(): EpochTally {
  return {
    samples: 0,
    wrong: 0,
    cost: 0,
    freeIterations: 0,
    nudgedIterations: 0,
    nudgedSamples: 0,
    residual: 0,
    unsettled: 0,
    saturatedFraction: 0,
    pulses: 0,
    oneSided: 0,
    nudge: 0,
    nudgedResidual: 0,
    measured: 0,
    relativeChange: {},
    updates: 0,
    seconds: 0,
  };
}

/** A copy that goes on by itself. */
export function copyTally(tally: EpochTally): EpochTally {
  return { ...tally, relativeChange: { ...tally.relativeChange } };
}

/** Adds the phases of one minibatch of `size` samples. */
export function tallyPhases(
  tally: EpochTally,
  size: number,
  free: PhaseReport,
  nudged: readonly PhaseReport[],
): void {
  tally.samples += size;
  tally.freeIterations += free.iterations * size;
  for (const phase of nudged) {
    tally.nudgedIterations += phase.iterations * size;
    tally.nudgedSamples += size;
  }
  for (const phase of [free, ...nudged]) {
    tally.residual = Math.max(tally.residual, phase.residual);
    if (phase.status === 'stopped-early') tally.unsettled++;
  }
}

/**
 * Adds how hard outputs were nudged, beside what was left unbalanced: the contrast is made of the one and blurred by the other.
 * @param force rms force of the nudge on an output, in the unit of a residual
 */
export function tallyContrast(
  tally: EpochTally,
  size: number,
  force: number,
  nudged: readonly PhaseReport[],
): void {
  // A counted number of iterations is meant to end far from rest.
  const residuals = nudged
    .filter(({ status }) => status === 'settled' || status === 'stopped-early')
    .map(({ residual_A }) => residual_A)
    .filter((residual) => residual > 0);
  if (residuals.length === 0) return;
  tally.nudge += size * force;
  tally.nudgedResidual += size * Math.max(...residuals);
  tally.measured += size;
}

export function tallyAdapt(tally: EpochTally, adapt: AdaptReport): void {
  tally.saturatedFraction = adapt.saturatedFraction;
  tally.pulses += adapt.pulses ?? 0;
  tally.updates++;
  for (const [name, change] of Object.entries(adapt.relativeChange ?? {})) {
    tally.relativeChange[name] = (tally.relativeChange[name] ?? 0) + change;
  }
}
