import type { Cost } from './costs.js';
import type { NudgeKind } from './device-info.js';
import type { Floats } from './floats.js';

export type { Floats } from './floats.js';

/** What is applied from outside, for a whole batch. Its arrays must not change while an equilibrium of it is in use. */
export interface Drive {
  readonly batch: number;
  /** `[batch × info.inputs]`, row-major, in `info.nodeUnit`. */
  readonly inputs: Floats;
  readonly nudge?: Nudge;
}

/** The pull on the outputs; its cost, squared when left out, is what it descends. */
export interface Nudge extends Cost {
  readonly kind: NudgeKind;
  /** Strength β in `info.nudgeUnit`, of either sign; of a clamp a share of the way to the target. */
  readonly beta: number;
  /** `[batch × info.outputs.size]`, as the cost takes them: in `info.nodeUnit`, 1 or 0, ±1. */
  readonly targets: Floats;
  /** Of a held current or a clamp: the outputs that it is worked out from, those of the free phase, `[batch × info.outputs.size]`. */
  readonly outputs?: Floats;
}

/** Node states of every layer that settles: layer l is `[batch × info.layers[l]]`, in `info.nodeUnit`. */
export interface NodeStates {
  readonly layers: readonly Floats[];
}

/** When a settling may end. What is left out is the device's own default. */
export interface StopRule {
  /**
   * Largest node residual of a layer, relative to the largest Σg·|v| at a node of that layer; or relative to the range
   * of states where a device bounds them.
   */
  readonly tolerance?: number;
  /** In a nudged phase also: the last change of every output, relative to the largest output. */
  readonly outputChange?: number;
  /** Give up after so many iterations. */
  readonly maxIterations?: number;
  /** Do exactly so many iterations, free or nudged, whatever the residual. */
  readonly fixedIterations?: number;
}

/** The tight default, one and the same wherever speed or accuracy is quoted. */
export const defaultStop = {
  tolerance: 3e-6,
  outputChange: 1e-5,
  maxIterations: 500,
} as const satisfies StopRule;

/** The other bound on a nudge: what a device can stand without losing its equilibrium. In `info.nudgeUnit`. */
export interface NudgeLimits {
  readonly lowest: number;
  readonly highest: number;
}
