import { inputError, runError } from '../../core/index.js';
import type { DeviceState } from '../../core/state.js';
import type { AnalogDevice, SettleOptions } from '../contract/analog-device.js';
import { checkDrive, checkParameters, checkStop, checkUpdate } from '../contract/checks.js';
import type { AdaptReport, Contrast, ParameterValues, Update } from '../contract/contrast.js';
import type { DeviceInfo } from '../contract/device-info.js';
import type { Drive, Floats, NudgeLimits } from '../contract/drive.js';
import type { Equilibrium } from '../contract/equilibrium.js';
import { checkRising, type OwnContrast, ownContrast } from '../contract/own-contrast.js';
import { type Batch, type PhasePlan, plainBatch, type StepReport } from '../contract/step.js';
import { accumulateContrast } from './board-contrast.js';
import { BoardEquilibrium } from './board-equilibrium.js';
import { boardExamples } from './board-examples.js';
import { boardInfo, type PotGroup, potGroups } from './board-info.js';
import {
  type BoardDifference,
  boardState,
  compareWithState,
  restoreState,
  writeDifferingTaps,
} from './board-state.js';
import { type BoardCalibration, conductance_S, nearestTap } from './calibration.js';
import type { BoardOperations } from './operations.js';
import { contrastUnit_V2, potsInUse } from './profile.js';
import { batchGain } from './rates.js';
import { randomTaps } from './start-taps.js';
import { tapStep } from './tap-rule.js';

/** Nudge strengths k are 16-bit numbers in 1/256. */
const K_MAX = 127;

export interface AnalogBoardOptions {
  readonly calibration: BoardCalibration;
  /** Largest move of a pot in one update, taps. Default 4. */
  readonly clip?: number;
  /** Who carries updates of `adapt` and `step` out. Default: the board itself. */
  readonly updates?: 'board' | 'host';
  /** Which nodes a step reads in its free phase. Default all; the outputs alone are a fifth quicker. */
  readonly stepObserves?: 'all' | 'outputs';
  /** Standard deviations of a feature that fill the input range. Default 2; 1 suits features of two values. */
  readonly clipSigma?: number;
  readonly deterministic?: boolean;
  readonly name?: string;
}

/**
 * A learning board as an `AnalogDevice`: one class for a board on a line and for its simulated twin, which differ in
 * who carries the operations out. The local rule is descent in √g: a pot moves by contrast × resistance taps, so a rate
 * counts as it stands at 100 µS and in proportion to the conductance elsewhere.
 */
export class AnalogBoard implements AnalogDevice {
  readonly info: DeviceInfo;
  /** Absent where the host works updates out: that is no more than settle, settle, adapt. */
  readonly step?: NonNullable<AnalogDevice['step']>;
  private readonly groups: readonly PotGroup[];
  private readonly calibration: BoardCalibration;
  private readonly clip: number;
  private readonly pots: number[];
  private closed = false;

  constructor(
    readonly board: BoardOperations,
    private readonly options: AnalogBoardOptions,
  ) {
    const { profile, use } = board;
    if (options.updates !== 'host') this.step = (batch, plan) => this.boardStep(plainBatch(batch), plan);
    this.calibration = options.calibration;
    this.clip = options.clip ?? 4;
    this.groups = potGroups(profile, use, this.calibration);
    this.pots = potsInUse(profile, use);
    this.info = boardInfo(profile, use, this.groups, {
      name: options.name ?? `${profile.name} board ${use.inputs}-${profile.hidden}-${use.outputs}`,
      deterministic: options.deterministic ?? false,
      clipSigma: options.clipSigma ?? 2,
      stepObserves: options.stepObserves ?? 'all',
    });
  }

  /** Taps over most of the range, never equal, or hidden nodes would stay twins; updates count from 0 again. */
  async initialise(seed: number): Promise<void> {
    this.requireOpen();
    await writeDifferingTaps(this.board, await this.board.readTaps(), randomTaps(this.board.profile, seed));
    await this.board.setLastUpdate(0);
  }

  async settle(drive: Drive, options: SettleOptions = {}): Promise<BoardEquilibrium> {
    this.requireOpen();
    checkDrive(this.info, drive);
    checkStop(options.stop);
    const { nudge, batch } = drive;
    const targets = nudge?.targets ?? new Float64Array(batch * this.info.layers[1]);
    const examples = boardExamples(this.board.profile, this.board.use, batch, drive.inputs, targets);
    const beta = nudge?.beta ?? 0;
    const { differential } = this.board.profile;
    const k = nudge === undefined || beta === 0 ? undefined : this.strength(beta);
    const held = (status: BoardEquilibrium['status'], readings: Int16Array) =>
      new BoardEquilibrium(this, this.info.layers, examples, beta, status, readings, { differential });
    const empty = () => new Int16Array(batch * (this.board.profile.hidden + this.board.use.outputs));
    if (options.signal?.aborted) return held('aborted', empty());
    const { readings, clipped } = await this.board.measure(examples, k, options.signal);
    if (options.signal?.aborted) return held('aborted', empty());
    return held(clipped > 0 ? 'nudge-clipped' : 'settled', readings);
  }

  async adapt(
    contrast: Contrast,
    update: Update,
    options: { signal?: AbortSignal } = {},
  ): Promise<AdaptReport> {
    this.requireOpen();
    checkUpdate(this.info, update);
    const { first, second, batch, betaSpan } = this.ownContrast(contrast);
    if (options.signal?.aborted) return { applied: false, saturatedFraction: Number.NaN };
    const sums = new Int32Array(this.board.profile.pots);
    const { profile, use } = this.board;
    accumulateContrast(profile, use, this.pots, first.examples, first.readings, second.readings, sums);
    const { taps } = await this.board.readTaps();
    const steps = new Int16Array(profile.pots);
    for (const group of this.groups) {
      const gain = this.gain(update, group, betaSpan, batch);
      if (gain === 0) continue;
      for (const e of group.pots)
        steps[e] = tapStep(sums[e], gain, taps[e], profile.resistanceOffset, this.clip);
    }
    return this.report(await this.board.moveTaps(update.id, steps));
  }

  /** Both phases and the update by the board itself, in one go. */
  private async boardStep(batch: Batch, plan: PhasePlan): Promise<StepReport> {
    this.requireOpen();
    const { profile, use } = this.board;
    for (const beta of plan.betas) {
      const nudge = { kind: plan.nudge, beta, targets: batch.targets };
      checkDrive(this.info, { batch: batch.size, inputs: batch.inputs, nudge });
    }
    checkUpdate(this.info, plan.update);
    checkRising(this.info, ...plan.betas);
    checkStop(plan.stop);
    checkStop(plan.nudgedStop, 'nudgedStop');
    const examples = boardExamples(profile, use, batch.size, batch.inputs, batch.targets);
    const nudges = { first: this.strength(plan.betas[0]), second: this.strength(plan.betas[1]) };
    const span = (nudges.second - nudges.first) * (profile.nudgeConductance_S / 256);
    const [gainHidden, gainOutput] = this.groups.map((g) => this.gain(plan.update, g, span, batch.size));
    const observeAll = (this.options.stepObserves ?? 'all') === 'all';
    const update = { id: plan.update.id, gainHidden, gainOutput, clip: this.clip };
    const report = await this.board.step(examples, nudges, update, observeAll);
    const form = { outputsOnly: !observeAll, differential: profile.differential };
    const free = new BoardEquilibrium(this, this.info.layers, examples, 0, 'settled', report.free, form);
    const status = report.clipped > 0 ? ('nudge-clipped' as const) : ('settled' as const);
    const phase = { status, iterations: 1, residual: 0, residual_A: 0 };
    const nudged = plan.betas.filter((beta) => beta !== 0).map(() => phase);
    return { free, nudged, adapt: this.report(report) };
  }

  /** ½·(second² − first²) / (β second − β first) of every pot, V²/S, batch mean; one-sided errors as the board takes them. */
  async gradient(contrast: Contrast): Promise<ParameterValues> {
    this.requireOpen();
    const { first, second, batch, betaSpan } = this.ownContrast(contrast);
    const { profile, use } = this.board;
    const sums = new Int32Array(profile.pots);
    accumulateContrast(profile, use, this.pots, first.examples, first.readings, second.readings, sums);
    const scale = contrastUnit_V2 / (2 * betaSpan * batch);
    return this.perGroup((e) => sums[e] * scale);
  }

  async nudgeLimits(): Promise<NudgeLimits> {
    this.requireOpen();
    const most = K_MAX * this.board.profile.nudgeConductance_S;
    return { lowest: -most, highest: most };
  }

  async readParameters(): Promise<ParameterValues> {
    this.requireOpen();
    const { taps } = await this.board.readTaps();
    return this.perGroup((e) => conductance_S(this.calibration, e, taps[e]));
  }

  async writeParameters(parameters: ParameterValues): Promise<AdaptReport> {
    this.requireOpen();
    checkParameters(this.info, parameters);
    const here = await this.board.readTaps();
    const taps = here.taps.slice();
    const residuals = here.residuals.slice();
    for (const group of this.groups) {
      const values: Floats | undefined = parameters[group.name];
      if (values === undefined) continue;
      for (const [entry, e] of group.pots.entries()) {
        taps[e] = nearestTap(this.calibration, this.board.profile, e, values[entry]);
        residuals[e] = 0;
      }
    }
    await writeDifferingTaps(this.board, here, { taps, residuals });
    return { applied: true, saturatedFraction: this.saturatedShare(taps) };
  }

  async snapshot(): Promise<DeviceState> {
    this.requireOpen();
    return boardState(this.board);
  }

  /** How what the board holds differs from a state of its; nothing is written or driven. */
  async compare(state: DeviceState): Promise<BoardDifference> {
    this.requireOpen();
    return compareWithState(this.board, state);
  }

  async restore(state: DeviceState): Promise<void> {
    this.requireOpen();
    await restoreState(this.board, state);
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.board.close();
  }

  private gain(update: Update, group: PotGroup, span_S: number, batch: number): number {
    return batchGain(this.board.profile, update.rates[group.name] ?? 0, span_S, batch, group.name);
  }

  /** k in 1/256 for a nudge strength β, S. */
  private strength(beta: number): number {
    const k = beta / this.board.profile.nudgeConductance_S;
    if (Math.abs(k) > K_MAX) {
      throw inputError(
        'board.beta',
        `β = ${beta} S is beyond what ${this.info.name} can do: ±${K_MAX * this.board.profile.nudgeConductance_S} S`,
      );
    }
    return Math.round(256 * k);
  }

  private ownContrast(contrast: Contrast): OwnContrast<BoardEquilibrium> {
    const isOwn = (phase: Equilibrium): phase is BoardEquilibrium =>
      phase instanceof BoardEquilibrium && phase.owner === this;
    const pair = ownContrast(this.info, contrast, isOwn);
    for (const phase of [pair.first, pair.second]) phase.requireAllNodes();
    return pair;
  }

  private perGroup(value: (pot: number) => number): ParameterValues {
    return Object.fromEntries(this.groups.map((g) => [g.name, Float64Array.from(g.pots, value)]));
  }

  private report({
    applied,
    saturatedFraction,
    moved,
  }: {
    applied: boolean;
    saturatedFraction: number;
    moved: number;
  }): AdaptReport {
    return { applied, saturatedFraction: saturatedFraction / this.pots.length, pulses: moved };
  }

  private saturatedShare(taps: Uint8Array): number {
    const { tapMin, tapMax } = this.board.profile;
    return this.pots.filter((e) => taps[e] === tapMin || taps[e] === tapMax).length / this.pots.length;
  }

  private requireOpen(): void {
    if (this.closed) throw runError('device.closed', `${this.info.name}: used after close()`);
  }
}
