import type { DeviceState, StateArray, StateValue } from '../../core/index.js';
import { runError } from '../../core/index.js';
import type { AnalogDevice, SettleOptions } from './analog-device.js';
import {
  checkCostSlope,
  checkDrive,
  checkLinearised,
  checkNudgeCost,
  checkParameters,
  checkState,
  checkStates,
  checkStop,
  checkUpdate,
} from './checks.js';
import type { AdaptReport, Contrast, ParameterValues, Update, UpdateId } from './contrast.js';
import { type Cost, largestCurvature } from './costs.js';
import { Descent } from './descent.js';
import { type DeviceInfo, isFromFreeOutputs, type NudgeKind } from './device-info.js';
import type { Drive, Floats, NudgeLimits } from './drive.js';
import type { Equilibrium } from './equilibrium.js';
import type { HeldEquilibrium } from './held-equilibrium.js';
import { checkRising, type OwnContrast, ownContrast, ownFreePhase } from './own-contrast.js';
import type { Batch, PhasePlan } from './step.js';
import { nudgeOf } from './two-phase-step.js';

/** What an update came to; `applied: false` where the hardware says that it had carried that id out before. */
export type LearnReport = Omit<AdaptReport, 'applied'> & { readonly applied?: boolean };

/** What a device puts into its snapshot besides the id of its last update, or with it where the hardware counts. */
export interface OwnState {
  readonly arrays: Readonly<Record<string, StateArray>>;
  readonly values?: Readonly<Record<string, StateValue>>;
  readonly parts?: Readonly<Record<string, DeviceState>>;
}

/**
 * The promises of `AnalogDevice` that do not depend on the physics, kept once for every device: refusals, ids that are carried
 * out once, a snapshot that knows the last of them, and the end. A device says what it does in the methods that are abstract
 * here, and is told only what has passed the checks. A `step` and a `gradient` are added by devices that have them.
 */
export abstract class DeviceFrame<E extends HeldEquilibrium<unknown>> implements AnalogDevice {
  abstract readonly info: DeviceInfo;
  /** Of its snapshots, for instance `layered-float64/1`. */
  protected abstract readonly format: string;
  private lastId: UpdateId = 0;
  private closed = false;
  private closing: Promise<void> | undefined;
  /** What an optimiser has accumulated, and how a gradient becomes changes where that is more than a rate. */
  protected readonly descent = new Descent(() => this.info);
  /** Groups that hold nothing yet. */
  private missing: ReadonlySet<string> = new Set();

  /** Whether a phase was settled by this device. */
  abstract owns(phase: Equilibrium): phase is E;
  protected abstract draw(seed: number): void | Promise<void>;
  protected abstract relax(drive: Drive, options: SettleOptions): E | Promise<E>;
  /** Carries an update out. */
  protected abstract learn(pair: OwnContrast<E>, update: Update): LearnReport | Promise<LearnReport>;
  /** Share of all conductances at an edge of their window, as an update that is not carried out reports it. */
  protected abstract saturatedFraction(): number;
  /** Of a live nudge by the squared cost. */
  protected abstract limits(): NudgeLimits | Promise<NudgeLimits>;
  /** Copies. */
  protected abstract read(): ParameterValues | Promise<ParameterValues>;
  protected abstract write(
    parameters: ParameterValues,
  ): Omit<AdaptReport, 'applied'> | Promise<Omit<AdaptReport, 'applied'>>;
  /** Copies. */
  protected abstract save(): OwnState | Promise<OwnState>;
  /** Entries of each array that `load` needs. */
  protected abstract savedLengths(): Readonly<Record<string, number>>;
  protected abstract load(state: DeviceState): void | Promise<void>;
  /** Called once. */
  protected end(): void | Promise<void> {}

  async initialise(seed: number): Promise<void> {
    this.requireOpen();
    await this.draw(seed);
    this.descent.reset();
    this.parametersLoaded();
    this.lastId = 0;
  }

  async settle(drive: Drive, options: SettleOptions = {}): Promise<E> {
    this.requireOpen();
    checkDrive(this.info, drive);
    checkStop(options.stop);
    checkLinearised(drive, options.from);
    this.requireParameters();
    return this.relax(drive, options);
  }

  async adapt(
    contrast: Contrast,
    update: Update,
    options: { signal?: AbortSignal } = {},
  ): Promise<AdaptReport> {
    this.requireOpen();
    checkUpdate(this.info, update);
    const pair = this.contrastOf(contrast);
    if (this.isRepeated(update.id) || options.signal?.aborted) {
      return { applied: false, saturatedFraction: this.saturatedFraction() };
    }
    const report = await this.learn(pair, update);
    this.carriedOut(update.id);
    return { applied: true, ...report };
  }

  async nudgeLimits(nudge: Cost & { readonly kind?: NudgeKind } = {}): Promise<NudgeLimits> {
    this.requireOpen();
    this.requireParameters();
    if (nudge.kind !== undefined) checkNudgeCost(this.info, nudge.kind, nudge);
    if (nudge.kind !== undefined && isFromFreeOutputs(nudge.kind)) {
      return { lowest: Number.NEGATIVE_INFINITY, highest: Number.POSITIVE_INFINITY };
    }
    const { lowest, highest } = await this.limits();
    const curvature = largestCurvature(nudge) ?? 1;
    return { lowest: lowest / curvature, highest: highest / curvature };
  }

  async readParameters(): Promise<ParameterValues> {
    this.requireOpen();
    this.requireParameters();
    return this.read();
  }

  async writeParameters(parameters: ParameterValues): Promise<AdaptReport> {
    this.requireOpen();
    checkParameters(this.info, parameters);
    const report = await this.write(parameters);
    this.missing = new Set([...this.missing].filter((group) => parameters[group] === undefined));
    return { applied: true, ...report };
  }

  async snapshot(): Promise<DeviceState> {
    this.requireOpen();
    this.requireParameters();
    const { arrays, values, parts } = await this.save();
    const accumulated = this.descent.save();
    return {
      format: this.format,
      arrays: { ...arrays, ...accumulated.arrays },
      values: { lastUpdate: this.lastId, ...values, ...accumulated.values },
      ...(parts === undefined ? {} : { parts }),
    };
  }

  async restore(state: DeviceState): Promise<void> {
    this.requireOpen();
    checkState(state, this.format, this.savedLengths());
    await this.load({ ...state, arrays: this.descent.load(state.arrays, state.values) });
    this.parametersLoaded();
    this.lastId = Number(state.values.lastUpdate);
  }

  async close(): Promise<void> {
    this.closed = true;
    // Whoever closes it once more waits for the end of the first closing.
    this.closing ??= (async () => this.end())();
    await this.closing;
  }

  protected requireOpen(): void {
    if (this.closed) throw runError('device.closed', `${this.info.name}: used after close()`);
  }

  /**
   * For the constructor of a device that starts with none: until its conductances or weights are drawn, restored or written, it
   * refuses whatever would answer from them. Bias currents are 0 unless something else is said.
   */
  protected startWithoutParameters(): void {
    this.missing = new Set(this.info.groups.filter(({ role }) => role !== 'bias').map(({ name }) => name));
  }

  /** All groups hold something now; for a device that is given its conductances by another way than the frame's. */
  protected parametersLoaded(): void {
    if (this.missing.size > 0) this.missing = new Set();
  }

  protected requireParameters(): void {
    if (this.missing.size === 0) return;
    throw runError(
      'device.uninitialised',
      `${this.info.name}: it has no parameters yet (${[...this.missing].join(', ')}): call initialise(seed), restore or writeParameters first`,
    );
  }

  /** An update of that id was carried out already: a device that has seen an id does not act on it, or on one before it, again. */
  protected isRepeated(id: UpdateId): boolean {
    return id <= this.lastId;
  }

  /** The id that an update after the last one has: what a gradient that nobody has learned from yet is read as. */
  protected get nextId(): UpdateId {
    return this.lastId + 1;
  }

  protected carriedOut(id: UpdateId): void {
    this.lastId = id;
  }

  /** The refusals of a step. @param info of the device, or with what of it is still to be checked */
  protected checkStep({ size, inputs, targets }: Batch, plan: PhasePlan, info = this.info): void {
    const [first, second] = plan.betas;
    // What a held current is worked out from is yet to settle: as long as the targets, and finite.
    const settled = { outputs: () => targets as Float64Array };
    checkDrive(info, { batch: size, inputs, nudge: nudgeOf(plan, second, targets, settled) });
    checkRising(info, first, second);
    checkUpdate(info, plan.update);
    checkStop(plan.stop);
    checkStop(plan.nudgedStop, 'nudgedStop');
    if (plan.from !== undefined) checkStates(info, plan.from, size);
    this.requireParameters();
  }

  /** The refusals of a contrast. */
  protected contrastOf(contrast: Contrast): OwnContrast<E> {
    return ownContrast(this.info, contrast, (phase) => this.owns(phase));
  }

  /** The refusals of an exact gradient. */
  protected freePhaseOf(free: Equilibrium, costSlope: Floats): E {
    const own = ownFreePhase(
      this.info,
      free,
      (phase) => this.owns(phase),
      (phase) => phase.isCurrent,
    );
    checkCostSlope(this.info, own.batch, costSlope);
    return own;
  }

  /** Node states to start from, checked, [batch × n_l] a layer, perhaps the caller's own; nothing where the start is rest. */
  protected startOf(batch: number, from: SettleOptions['from']): readonly Floats[] | undefined {
    if (from === undefined) return undefined;
    const layers = 'layer' in from ? this.info.layers.map((_, l) => from.layer(l)) : from.layers;
    checkStates(this.info, { layers }, batch);
    return layers;
  }
}
