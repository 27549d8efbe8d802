import { inputError } from '../../core/index.js';
import type { Floats } from './floats.js';

/** What a nudge descends. Equations and units: `outputPulls`. */
export const costNames = [
  'squared',
  'cross-entropy',
  'squared-hinge',
  'hinge',
  'margin',
  'regression',
] as const;

/** The name of a cost. */
export type CostName = (typeof costNames)[number];

/** The numbers of a cost; those that it has no use for are left out. */
export interface CostParameters {
  /** Of cross-entropy: the voltage V_s by which outputs become probabilities, p = softmax(v/V_s), in the node unit. */
  readonly scale?: number;
  /** Of the hinges and of margin: by how much an answer is to be right, in the node unit. */
  readonly margin?: number;
  /** Of regression: a weight for each output; 1 each when left out. */
  readonly weights?: readonly number[];
  /** Outputs 2k and 2k + 1 are a pair whose difference is score k; both of a pair have the same target. */
  readonly pairs?: boolean;
}

/** A cost as data: what it is called, and its numbers. */
export interface Cost {
  /** Squared when left out. */
  readonly cost?: CostName;
  readonly parameters?: CostParameters;
}

/** What one cost asks of the outputs of one sample, scores u and targets y. */
interface Law {
  /** −∂C/∂u into `slope`, and ∂²C/∂u_k² of each score by itself, or a bound above it, into `bend`; n each. */
  pull(u: Float64Array, y: Float64Array, p: CostParameters, slope: Float64Array, bend: Float64Array): void;
  /** Largest curvature, by which what a network bears of a live nudge shrinks; nothing where the current jumps. */
  curvature(p: CostParameters): number | undefined;
  /** The parameter that it needs. */
  readonly needs?: 'scale' | 'margin';
  /** The current into an output is a straight line of its voltage, wherever that is. */
  readonly straight?: true;
}

/**
 * The costs, C in V², and the current into an output under a nudge β, I_k = −β ∂C/∂v_k:
 *   squared        ½ Σ (v − y)²                             I/β = y − v
 *   cross-entropy  −V_s² Σ y ln p, p = softmax(v/V_s)        V_s (y − p)
 *   squared-hinge  ½ Σ max(0, V_m − t v)², t = ±1            t V_m − v where t v < V_m, else 0
 *   hinge          V_m Σ max(0, V_m − t v)                   t V_m where t v < V_m, else 0
 *   margin         V_m max(0, V_m − v_t + v_r), r the rival  +V_m at t, −V_m at r where that is short of V_m, else 0
 *   regression     ½ Σ w (v − y)²                            w (y − v)
 * Targets: y in V; 1 or 0 (a class) under cross-entropy and margin; ±1 under the hinges.
 */
const laws: Readonly<Record<CostName, Law>> = {
  squared: {
    pull(u, y, _, slope, bend) {
      for (let k = 0; k < u.length; k++) slope[k] = y[k] - u[k];
      bend.fill(1);
    },
    curvature: () => 1,
    straight: true,
  },
  regression: {
    pull(u, y, { weights }, slope, bend) {
      for (let k = 0; k < u.length; k++) {
        bend[k] = weights?.[k] ?? 1;
        slope[k] = bend[k] * (y[k] - u[k]);
      }
    },
    curvature: ({ weights = [1] }) => Math.max(...weights),
    straight: true,
  },
  'cross-entropy': {
    pull(u, y, { scale = 1 }, slope, bend) {
      const most = u.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
      let sum = 0;
      for (let k = 0; k < u.length; k++) {
        slope[k] = Math.exp((u[k] - most) / scale);
        sum += slope[k];
      }
      for (let k = 0; k < u.length; k++) {
        const p = slope[k] / sum;
        slope[k] = scale * (y[k] - p);
        // diag p − ppᵀ is at most ½
        bend[k] = 0.5;
      }
    },
    curvature: () => 0.5,
    needs: 'scale',
  },
  'squared-hinge': {
    pull(u, y, { margin = 1 }, slope, bend) {
      for (let k = 0; k < u.length; k++) {
        const violated = y[k] * u[k] < margin;
        slope[k] = violated ? y[k] * margin - u[k] : 0;
        bend[k] = violated ? 1 : 0;
      }
    },
    curvature: () => 1,
    needs: 'margin',
  },
  hinge: {
    pull(u, y, { margin = 1 }, slope, bend) {
      for (let k = 0; k < u.length; k++) slope[k] = y[k] * u[k] < margin ? y[k] * margin : 0;
      bend.fill(0);
    },
    curvature: () => undefined,
    needs: 'margin',
  },
  margin: {
    pull(u, y, { margin = 1 }, slope, bend) {
      slope.fill(0);
      bend.fill(0);
      const own = y.indexOf(1);
      const rival = rivalOf(u, own);
      if (rival === undefined || u[own] - u[rival] >= margin) return;
      slope[own] = margin;
      slope[rival] = -margin;
    },
    curvature: () => undefined,
    needs: 'margin',
  },
};

/** The largest of the other scores: which one; nothing where there is no other. */
export function rivalOf(scores: ArrayLike<number>, own: number): number | undefined {
  let rival: number | undefined;
  for (let k = 0; k < scores.length; k++) {
    if (k !== own && (rival === undefined || scores[k] > scores[rival])) rival = k;
  }
  return rival;
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
  const { pull } = laws[cost];
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
  const curvature = laws[cost].curvature(parameters);
  return curvature === undefined ? undefined : curvature * (parameters.pairs ? 2 : 1);
}

/** Whether the pull is a conductance and a current that stay; of a pair each follows the other. */
export function isStraight({ cost = 'squared', parameters = {} }: Cost): boolean {
  return laws[cost].straight === true && parameters.pairs !== true;
}

/**
 * Throws `cost.unknown` or `cost.value` unless a cost is one of ours, with the numbers it needs.
 * @param size outputs of the device
 */
export function checkCost({ cost = 'squared', parameters = {} }: Cost, size: number): void {
  if (!Object.hasOwn(laws, cost)) {
    throw inputError('cost.unknown', `cost: "${cost}" is not one of ${costNames.join(', ')}`);
  }
  const { needs } = laws[cost];
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
  if ((cost === 'cross-entropy' || cost === 'margin') && scores < 2) {
    throw inputError('cost.value', `cost ${cost}: compares outputs with each other, and there is ${scores}`);
  }
}
