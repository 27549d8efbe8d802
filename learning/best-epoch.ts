import type { Evaluation } from './evaluate.js';

/** The epoch with the least error on the validation samples so far; the least cost among equals. */
export interface BestEpoch {
  readonly epoch: number;
  readonly validationError: number;
  readonly validationCost_V2: number;
  /** Of the same epoch. */
  readonly testError: number;
}

/** The better of the best so far and an epoch that was just evaluated. */
export function betterEpoch(
  best: BestEpoch | undefined,
  epoch: number,
  validation: Evaluation,
  test: Evaluation,
): BestEpoch {
  const now = {
    epoch,
    validationError: validation.error,
    validationCost_V2: validation.cost_V2,
    testError: test.error,
  };
  return best === undefined || isBetter(now, best) ? now : best;
}

/** What says which of two epochs is kept. */
export type ValidatedEpoch = Pick<BestEpoch, 'validationError' | 'validationCost_V2'>;

/** Whether an epoch is to be kept in place of one before it: less error on the validation samples; less cost where that is equal. */
export function isBetter(now: ValidatedEpoch, before: ValidatedEpoch): boolean {
  if (now.validationError !== before.validationError) return now.validationError < before.validationError;
  return now.validationCost_V2 < before.validationCost_V2;
}
