import type { GradientDiagnostics } from './diagnostics.js';
import type { EpochTally } from './epoch-tally.js';
import type { Evaluation } from './evaluate.js';
import type { NudgeState } from './nudge-control.js';
import type { EpochRecord } from './training-events.js';

/** What an epoch came to: its tally, the evaluations after it, and what was out of the ordinary. */
export function recordOf(
  epoch: number,
  tally: EpochTally,
  nudge: NudgeState | undefined,
  test: Evaluation,
  validation: Evaluation | undefined,
  gradient?: GradientDiagnostics,
  betaFactor = 1,
): EpochRecord {
  return {
    epoch,
    trainError: tally.wrong / tally.samples,
    testError: test.error,
    cost_V2: tally.cost / tally.samples,
    testCost_V2: test.cost_V2,
    freeIterations: tally.freeIterations / tally.samples,
    nudgedIterations: tally.nudgedIterations / tally.nudgedSamples,
    residual: Math.max(tally.residual, test.residual),
    unsettled: tally.unsettled + test.unsettled,
    saturatedFraction: tally.saturatedFraction,
    power_W: test.power_W,
    pulses: tally.pulses,
    ...(validation === undefined
      ? {}
      : { validationError: validation.error, validationCost_V2: validation.cost_V2 }),
    ...(nudge === undefined || nudge.beta * betaFactor === nudge.wanted
      ? {}
      : { beta: nudge.beta * betaFactor }),
    ...(tally.oneSided === 0 ? {} : { oneSided: tally.oneSided }),
    ...(tally.measured === 0
      ? {}
      : { nudge: tally.nudge / tally.measured, nudgedResidual: tally.nudgedResidual / tally.measured }),
    ...(Object.keys(tally.relativeChange).length === 0 ? {} : { relativeChange: meanChange(tally) }),
    ...(test.beyondRange === undefined ? {} : { beyondRange: test.beyondRange }),
    ...(gradient === undefined ? {} : { gradient }),
    seconds: tally.seconds,
    samplesPerSecond: tally.samples / tally.seconds,
    confusion: test.confusion,
    ...(test.fit === undefined ? {} : { fit: test.fit }),
    ...(test.shown === undefined ? {} : { shown: test.shown }),
  };
}

function meanChange(tally: EpochTally): Record<string, number> {
  return Object.fromEntries(
    Object.entries(tally.relativeChange).map(([name, sum]) => [name, sum / tally.updates]),
  );
}
