import type { DeviceState } from '../../core/index.js';
import type { AdaptReport, Contrast, ParameterValues, Update } from './contrast.js';
import type { Cost } from './costs.js';
import type { DeviceInfo, NudgeKind } from './device-info.js';
import type { Drive, Floats, NodeStates, NudgeLimits, StopRule } from './drive.js';
import type { Equilibrium } from './equilibrium.js';
import type { Batch, PhasePlan, PreparedBatch, StepReport } from './step.js';

/** Where a settling starts, when it stops, and what interrupts it. */
export interface SettleOptions {
  /** Where to start; an equilibrium of this device is the cheapest. From rest when left out. */
  readonly from?: Equilibrium | NodeStates;
  readonly stop?: StopRule;
  readonly signal?: AbortSignal;
}

/**
 * A network of programmable conductances that settles and adapts: simulated, or on a bench.
 *
 * Promises, tested for every implementation by the suite of this contract:
 * - A drive or a parameter of the wrong shape, or one that is not finite, is refused with an `OhmpropError` and
 *   changes nothing. How a settling ended is never thrown: it is the equilibrium's status.
 * - `settle` changes no parameter. `adapt` changes parameters only inside their window.
 * - `adapt` and `step` with an id already carried out change nothing and say `applied: false`.
 * - `step`, where offered, equals settle, settle, (settle,) adapt, within `info.tolerances`. It is offered only where it is
 *   more than those calls one after the other, which anybody can make.
 * - Opening draws and writes nothing; `initialise` alone does. What has no parameters until then refuses to answer from them
 *   (`device.uninitialised`).
 * - `restore(await snapshot())` continues bit for bit on a deterministic device, the last update's id included.
 * - After `close()` every call is refused; a second `close()` does nothing.
 */
export interface AnalogDevice {
  readonly info: DeviceInfo;
  /**
   * Draws a random start from `seed` and writes it; nothing else ever does. The same seed, the same start. Updates count from 0
   * again. Called by a new run alone: a run that goes on restores.
   */
  initialise(seed: number): Promise<void>;
  settle(drive: Drive, options?: SettleOptions): Promise<Equilibrium>;
  /** Changes parameters by the device's own local rule, against the estimated gradient. */
  adapt(contrast: Contrast, update: Update, options?: { signal?: AbortSignal }): Promise<AdaptReport>;
  /**
   * Announces the minibatch that will be stepped on after the next one. Computes nothing: the step that runs meanwhile may make
   * it ready in the same pass. The handle goes to `step`, once, whether that happened or not; it never changes a bit.
   */
  prepare?(next: Batch): PreparedBatch;
  /** Both phases and the update. @throws `step.used`, `step.foreign` for a handle of `prepare` */
  step?(batch: Batch | PreparedBatch, plan: PhasePlan): Promise<StepReport>;
  /**
   * The estimate of ∂cost/∂parameter that `adapt` would descend, batch mean, cost C = ½‖v − y‖². Where node reads are noisy: as the
   * update after the last one carried out would read them.
   */
  gradient?(contrast: Contrast): Promise<ParameterValues>;
  /**
   * The exact ∂cost/∂parameter at a free equilibrium of this device, batch mean, by the adjoint equations: what `gradient` tends
   * to as β → 0. Simulated devices only.
   * @param costSlope ∂C/∂v of each sample's own cost, `[batch × info.outputs.size]`: v − y for the squared cost
   * @param sweeps relax the adjoint by so many sweeps from 0 instead of solving it
   */
  exactGradient?(free: Equilibrium, costSlope: Floats, sweeps?: number): Promise<ParameterValues>;
  /**
   * Between which β the nudged network surely settles, in the worst case, at the present parameters; ±Infinity where
   * node states are bounded, as an equilibrium then exists at any β, and under a held current, which changes no conductance.
   * @param nudge what it is nudged by; by the squared cost, live, when left out
   */
  nudgeLimits(nudge?: Cost & { readonly kind: NudgeKind }): Promise<NudgeLimits>;
  readParameters(): Promise<ParameterValues>;
  /** Writes the groups given; values outside the window are refused. */
  writeParameters(parameters: ParameterValues): Promise<AdaptReport>;
  snapshot(): Promise<DeviceState>;
  restore(state: DeviceState): Promise<void>;
  close(): Promise<void>;
}
