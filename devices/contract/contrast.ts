import type { Floats } from './drive.js';
import type { Equilibrium } from './equilibrium.js';
import type { Optimizer } from './optimizer.js';

/**
 * Two settled phases of the same inputs; what a conductance learns from. The estimate of the cost's gradient is
 * [∂E/∂g(second) − ∂E/∂g(first)] / (second.beta − first.beta), so second.beta > first.beta.
 */
export interface Contrast {
  readonly first: Equilibrium;
  readonly second: Equilibrium;
}

/** Unique within a run and rising: a board that has seen an id does not act on it again. Unsigned 32 bit, not 0. */
export type UpdateId = number;

/**
 * Learning rate of each parameter group by name. The gradient of a cost in V² by a conductance is V²/S, so a rate is
 * S²/V² for conductances and A²/V² for bias currents; 1 where a device is dimensionless. Groups left out do not move.
 */
export type Rates = Readonly<Record<string, number>>;

/** What a device is to do with a contrast: how fast each group learns, by which optimiser, under which id. */
export interface Update {
  readonly id: UpdateId;
  readonly rates: Rates;
  /** One of `info.optimizers`; `sgd` when left out. */
  readonly optimizer?: Optimizer;
  /** Share of each group's entries that the update takes away besides; only where `info.decays`. */
  readonly decay?: Rates;
}

/** What an update did to the conductances. */
export interface AdaptReport {
  /** False if the device had already carried out this id. */
  readonly applied: boolean;
  /** Of all conductances, the share that now lies at an edge of its window. */
  readonly saturatedFraction: number;
  /** Pulses or tap steps given, where the device counts them. */
  readonly pulses?: number;
  /** ‖change‖ / ‖parameters‖ of each group that moved, where the device measures it. */
  readonly relativeChange?: Readonly<Record<string, number>>;
}

/** Named parameter groups, each `[rows × columns]` as in `info.groups`, in the group's unit. */
export type ParameterValues = Readonly<Record<string, Floats>>;
