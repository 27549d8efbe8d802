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
  if (best === undefined || now.validationError < best.validationError) return now;
  if (now.validationError > best.validationError) return best;
  return now.validationCost_V2 < best.validationCost_V2 ? now : best;
}
