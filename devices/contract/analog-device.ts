import type { DeviceState } from '../../core/state.js';
import type { AdaptReport, Contrast, Parameters, Update } from './contrast.js';
import type { DeviceInfo } from './device-info.js';
import type { Drive, NodeStates, NudgeLimits, StopRule } from './drive.js';
import type { Equilibrium } from './equilibrium.js';
import type { Batch, PhasePlan, StepReport } from './step.js';

export interface SettleOptions {
  /** Where to start; an equilibrium of this device is the cheapest. From rest when left out. */
  readonly from?: Equilibrium | NodeStates;
  readonly stop?: StopRule;
  readonly signal?: AbortSignal;
}

/**
 * A network of programmable conductances that settles and adapts: simulated, or on a bench.
 *
 * Promises, tested for every implementation by `test/contract/analog-device.ts`:
 * - A drive or a parameter of the wrong shape, or one that is not finite, is refused with an `OhmpropError` and
 *   changes nothing. How a settling ended is never thrown: it is the equilibrium's status.
 * - `settle` changes no parameter. `adapt` changes parameters only inside their window.
 * - `adapt` with an id already carried out changes nothing and says `applied: false`.
 * - `step`, where offered, equals settle, settle, (settle,) adapt, within `info.tolerances`.
 * - `restore(await snapshot())` continues bit for bit on a deterministic device.
 * - After `close()` every call is refused; a second `close()` does nothing.
 */
export interface AnalogDevice {
  readonly info: DeviceInfo;
  settle(drive: Drive, options?: SettleOptions): Promise<Equilibrium>;
  /** Changes parameters by the device's own local rule, against the estimated gradient. */
  adapt(contrast: Contrast, update: Update, options?: { signal?: AbortSignal }): Promise<AdaptReport>;
  step?(batch: Batch, plan: PhasePlan): Promise<StepReport>;
  /** The estimate of ∂cost/∂parameter that `adapt` would descend, batch mean, cost C = ½‖v − y‖². */
  gradient?(contrast: Contrast): Promise<Parameters>;
  /**
   * Between which β the nudged network surely settles, in the worst case, at the present parameters; ±Infinity where
   * node states are bounded, as an equilibrium then exists at any β.
   */
  nudgeLimits(): Promise<NudgeLimits>;
  readParameters(): Promise<Parameters>;
  /** Writes the groups given; values outside the window are refused. */
  writeParameters(parameters: Parameters): Promise<AdaptReport>;
  snapshot(): Promise<DeviceState>;
  restore(state: DeviceState): Promise<void>;
  close(): Promise<void>;
}
