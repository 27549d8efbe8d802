import { inputError, Registry } from '../../core/index.js';

/** What a nudge descends. Equations and units: `outputPulls`. */
export const costNames = [
  'squared',
  'cross-entropy',
  'squared-hinge',
  'hinge',
  'margin',
  'regression',
] as const;

/** The name of a cost: one of these, or of one that was added to `costLaws`. */
export type CostName = (typeof costNames)[number] | (string & {});

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

/** What a cost takes as targets: voltages, 1 or 0 (a class), or ±1. */
export type TargetForm = 'voltages' | 'classes' | 'signs';

/** What one cost asks of the outputs of one sample, scores u and targets y. */
export interface CostLaw {
  /** −∂C/∂u into `slope`, and ∂²C/∂u_k² of each score by itself, or a bound above it, into `bend`; n each. */
  pull(u: Float64Array, y: Float64Array, p: CostParameters, slope: Float64Array, bend: Float64Array): void;
  /** Largest curvature, by which what a network bears of a live nudge shrinks; nothing where the current jumps. */
  curvature(p: CostParameters): number | undefined;
  /** The parameter that it needs. */
  readonly needs?: 'scale' | 'margin';
  /** The current into an output is a straight line of its voltage, wherever that is. */
  readonly straight?: true;
  readonly targets: TargetForm;
  /** Outputs are compared with each other: there have to be two. */
  readonly compares?: true;
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
const own: Readonly<Record<(typeof costNames)[number], CostLaw>> = {
  squared: {
    targets: 'voltages',
    pull(u, y, _, slope, bend) {
      for (let k = 0; k < u.length; k++) slope[k] = y[k] - u[k];
      bend.fill(1);
    },
    curvature: () => 1,
    straight: true,
  },
  regression: {
    targets: 'voltages',
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
    targets: 'classes',
    compares: true,
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
    targets: 'signs',
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
    targets: 'signs',
    pull(u, y, { margin = 1 }, slope, bend) {
      for (let k = 0; k < u.length; k++) slope[k] = y[k] * u[k] < margin ? y[k] * margin : 0;
      bend.fill(0);
    },
    curvature: () => undefined,
    needs: 'margin',
  },
  margin: {
    targets: 'classes',
    compares: true,
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

/** Every cost by name, with those that are in use from elsewhere. */
export const costLaws = new Registry<CostLaw>('cost', own);

/** A cost by name. @throws `cost.unknown` */
export function costLaw(name: string): CostLaw {
  const law = costLaws.get(name);
  if (law !== undefined) return law;
  throw inputError('cost.unknown', `cost: "${name}" is not one of ${costLaws.names.join(', ')}`);
}

/** The largest of the other scores: which one; nothing where there is no other. */
export function rivalOf(scores: ArrayLike<number>, own: number): number | undefined {
  let rival: number | undefined;
  for (let k = 0; k < scores.length; k++) {
    if (k !== own && (rival === undefined || scores[k] > scores[rival])) rival = k;
  }
  return rival;
}
