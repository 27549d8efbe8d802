import type { BestEpoch, EpochRecord } from '../learning/index.js';

/** What `--json` prints of a run. Errors are fractions; seconds are without evaluation. */
export function runSummary(
  run: string,
  preset: string | undefined,
  epochs: readonly EpochRecord[],
  best?: BestEpoch,
): object {
  const last = epochs.at(-1);
  return {
    run,
    preset: preset ?? null,
    epochs: epochs.map(({ epoch, trainError, testError, cost_V2, seconds, samplesPerSecond }) => ({
      epoch,
      trainError,
      testError,
      cost_V2,
      seconds,
      samplesPerSecond,
    })),
    trainError: last?.trainError ?? null,
    testError: last?.testError ?? null,
    ...(best === undefined ? {} : { best }),
  };
}
