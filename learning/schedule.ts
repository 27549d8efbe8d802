import type { EstimatorName } from './estimator.js';

/** How a number goes from epoch to epoch: the product of its parts. */
export type CurvePart =
  /** × `factor` an epoch. */
  | { readonly kind: 'exponential'; readonly factor: number }
  /** × `factor` every so many epochs. */
  | { readonly kind: 'step'; readonly factor: number; readonly epochs: number }
  /** From 1 to `floor` along half a cosine, over `epochs` or the whole run: floor + (1 − floor)·½(1 + cos πt/T). */
  | { readonly kind: 'cosine'; readonly floor: number; readonly epochs?: number }
  /** Rises to 1 in so many epochs: 1/(n + 1), 2/(n + 1), … */
  | { readonly kind: 'warm-up'; readonly epochs: number };

/** What changes from epoch to epoch. */
export interface Schedule {
  readonly rate?: readonly CurvePart[];
  readonly beta?: readonly CurvePart[];
  /** Each for so many epochs, the last one without an end. */
  readonly estimator?: readonly { readonly name: EstimatorName; readonly epochs: number }[];
}

/**
 * What a number is multiplied by in an epoch.
 * @param epoch from 1
 * @param epochs of the run
 */
export function factorAt(curve: readonly CurvePart[] | undefined, epoch: number, epochs: number): number {
  return (curve ?? []).reduce((product, part) => product * factorOf(part, epoch - 1, epochs), 1);
}

function factorOf(part: CurvePart, done: number, epochs: number): number {
  if (part.kind === 'exponential') return part.factor ** done;
  if (part.kind === 'step') return part.factor ** Math.floor(done / part.epochs);
  if (part.kind === 'warm-up') return Math.min(1, (done + 1) / (part.epochs + 1));
  const share = Math.min(1, done / (part.epochs ?? epochs));
  return part.floor + (1 - part.floor) * 0.5 * (1 + Math.cos(Math.PI * share));
}

/** The estimator of an epoch, from 1. */
export function estimatorAt(plan: NonNullable<Schedule['estimator']>, epoch: number): EstimatorName {
  let before = 0;
  const found = plan.find(({ epochs }) => {
    before += epochs;
    return epoch <= before;
  });
  return (found ?? plan[plan.length - 1]).name;
}
