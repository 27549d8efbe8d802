import { inputError } from '../../core/index.js';
import { type CostName, type CostParameters, costLaw } from './cost-laws.js';
import type { Floats } from './floats.js';

/** A cost as data: what it is called, and its numbers. */
export interface Cost {
  /** Squared when left out. */
  readonly cost?: CostName;
  readonly parameters?: CostParameters;
}

/** Output currents over β of a batch, and their slopes, `[batch × outputs]`, in the node unit and 1. */
export interface OutputPulls {
  /** I/β = −∂C/∂v. */
  readonly currents: Float64Array;
  /** −∂(I/β)/∂v of each output by itself, or a bound above it. */
  readonly slopes: Float64Array;
}

/**
 * What a cost asks of outputs, over β.
 * @param outputs `[batch × size]`, in the node unit
 * @param targets `[batch × size]`, as the cost takes them
 */
export function outputPulls(
  { cost = 'squared', parameters = {} }: Cost,
  outputs: Floats,
  targets: Floats,
  size: number,
): OutputPulls {
  const { pull } = costLaw(cost);
  const currents = new Float64Array(outputs.length);
  const slopes = new Float64Array(outputs.length);
  const pairs = parameters.pairs === true;
  const n = pairs ? size / 2 : size;
  const scores = new Float64Array(n);
  const wanted = new Float64Array(n);
  const slope = new Float64Array(n);
  const bend = new Float64Array(n);
  for (let from = 0; from < outputs.length; from += size) {
    for (let k = 0; k < n; k++) {
      scores[k] = pairs ? outputs[from + 2 * k] - outputs[from + 2 * k + 1] : outputs[from + k];
      wanted[k] = targets[from + (pairs ? 2 * k : k)];
    }
    pull(scores, wanted, parameters, slope, bend);
    for (let k = 0; k < n; k++) {
      if (!pairs) {
        currents[from + k] = slope[k];
        slopes[from + k] = bend[k];
        continue;
      }
      currents[from + 2 * k] = slope[k];
      currents[from + 2 * k + 1] = -slope[k];
      // (1, −1) bends twice as much, seen from one end alone
      slopes[from + 2 * k] = 2 * bend[k];
      slopes[from + 2 * k + 1] = 2 * bend[k];
    }
  }
  return { currents, slopes };
}

/** Where a clamp of strength β holds the outputs: v + β(y − v), v the free ones; `[batch × outputs]`, in the node unit. */
export function clampedOutputs({
  beta,
  targets,
  outputs,
}: {
  readonly beta: number;
  readonly targets: Floats;
  readonly outputs?: Floats;
}): Float64Array {
  const free = outputs as Floats;
  return Float64Array.from(targets, (y, e) => free[e] + beta * (y - free[e]));
}

/**
 * The largest curvature of a cost by the outputs, 1 of the squared one: so much sooner does a live nudge outgrow what a network bears.
 * Nothing where its current jumps, which no live nudge can follow.
 */
export function largestCurvature({ cost = 'squared', parameters = {} }: Cost): number | undefined {
  const curvature = costLaw(cost).curvature(parameters);
  return curvature === undefined ? undefined : curvature * (parameters.pairs ? 2 : 1);
}

/** Whether the pull is a conductance and a current that stay; of a pair each follows the other. */
export function isStraight({ cost = 'squared', parameters = {} }: Cost): boolean {
  return costLaw(cost).straight === true && parameters.pairs !== true;
}

/**
 * Throws `cost.unknown` or `cost.value` unless a cost is one of ours, with the numbers it needs.
 * @param size outputs of the device
 */
export function checkCost({ cost = 'squared', parameters = {} }: Cost, size: number): void {
  const { needs, compares } = costLaw(cost);
  const value = needs === undefined ? 1 : parameters[needs];
  if (!(value !== undefined && value > 0 && Number.isFinite(value))) {
    throw inputError('cost.value', `cost ${cost}: needs a ${needs} above 0, got ${value ?? 'none'}`);
  }
  const { weights, pairs } = parameters;
  const scores = pairs ? size / 2 : size;
  if (pairs && !Number.isInteger(scores)) {
    throw inputError('cost.value', `cost ${cost}: pairs of outputs need an even number, got ${size}`);
  }
  if (weights !== undefined) {
    const wrong = weights.find((w) => !(w >= 0 && Number.isFinite(w)));
    if (weights.length !== scores || wrong !== undefined) {
      throw inputError(
        'cost.value',
        `cost ${cost}: needs a weight of at least 0 for each of ${scores} outputs, got ${wrong ?? `${weights.length} of them`}`,
      );
    }
  }
  if (compares && scores < 2) {
    throw inputError('cost.value', `cost ${cost}: compares outputs with each other, and there is ${scores}`);
  }
}
