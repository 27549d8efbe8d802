import type { DeviceState } from '../../core/index.js';
import type {
  AdaptReport,
  AnalogDevice,
  Contrast,
  DeviceInfo,
  Drive,
  Equilibrium,
  NudgeLimits,
  OwnContrast,
  ParameterValues,
  SettleOptions,
  SettleStatus,
  Update,
} from '../contract/index.js';
import {
  type Batch,
  DeviceFrame,
  type LearnReport,
  type OwnState,
  type PhasePlan,
  plainBatch,
  type StepReport,
} from '../contract/index.js';
import { accumulateContrast } from './board-contrast.js';
import { BoardEquilibrium, boardReport } from './board-equilibrium.js';
import { boardExamples } from './board-examples.js';
import { boardInfo, type PotGroup, potGroups } from './board-info.js';
import { parametersOf, perGroup, tapsOf } from './board-parameters.js';
import {
  type BoardDifference,
  boardState,
  boardStateFormat,
  compareWithState,
  restoreState,
  writeDifferingTaps,
} from './board-state.js';
import type { BoardCalibration } from './calibration.js';
import type { BoardExamples, BoardOperations, BoardReadings, TapReport, Taps } from './operations.js';
import { contrastUnit_V2, potsInUse } from './profile.js';
import { batchGain, boardNudgeLimits, nudgeGain_q8 } from './rates.js';
import { randomTaps } from './start-taps.js';
import { tapStep } from './tap-rule.js';

/** How a board is used as an `AnalogDevice`: what is known of its converters, who updates its pots and what is read. */
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
  /** Pots that are never written: stuck or dead ones. Only the host can leave them out of an update. */
  readonly masked?: ReadonlySet<number>;
  /** Told of every writing of wipers that is no update, before it happens. */
  readonly onWrite?: (writing: WiperWriting) => void;
}

/** Wipers that a board is about to have moved to given taps. */
export interface WiperWriting {
  readonly wipers: number;
  /** All that the board has. */
  readonly of: number;
  readonly what: 'a random start' | 'a saved state' | 'given conductances';
}

/**
 * A learning board as an `AnalogDevice`: one class for a board on a line and for its simulated twin, which differ in
 * who carries the operations out. The local rule is descent in √g: a pot moves by contrast × resistance taps, so a rate
 * counts as it stands at 100 µS and in proportion to the conductance elsewhere.
 */
export class AnalogBoard extends DeviceFrame<BoardEquilibrium> {
  readonly info: DeviceInfo;
  /** Absent where the host works updates out: that is no more than settle, settle, adapt. */
  readonly step?: NonNullable<AnalogDevice['step']>;
  /** Counts every change of the taps that was made through this device. */
  version = 0;
  protected readonly format = boardStateFormat;
  private readonly groups: readonly PotGroup[];
  private readonly calibration: BoardCalibration;
  /** Largest move of a pot in one update, taps. */
  readonly clip: number;
  private readonly pots: number[];
  private readonly onWrite: AnalogBoardOptions['onWrite'];
  private readonly masked: ReadonlySet<number>;

  constructor(
    readonly board: BoardOperations,
    options: AnalogBoardOptions,
  ) {
    super();
    const { profile, use } = board;
    this.masked = options.masked ?? new Set();
    if (options.updates !== 'host' && this.masked.size === 0)
      this.step = (batch, plan) => this.boardStep(plainBatch(batch), plan);
    this.calibration = options.calibration;
    this.clip = options.clip ?? 4;
    this.groups = potGroups(profile, use, this.calibration);
    this.pots = potsInUse(profile, use);
    this.onWrite = options.onWrite;
    this.info = boardInfo(profile, use, this.groups, {
      name: options.name ?? `${profile.name} board ${use.inputs}-${profile.hidden}-${use.outputs}`,
      deterministic: options.deterministic ?? false,
      clipSigma: options.clipSigma ?? 2,
      stepObserves: options.stepObserves ?? 'all',
    });
  }

  override owns(phase: Equilibrium): phase is BoardEquilibrium {
    return phase instanceof BoardEquilibrium && phase.owner === this;
  }

  /** ½·(second² − first²) / (β second − β first) of every pot, V²/S, batch mean; one-sided errors as the board takes them. */
  async gradient(contrast: Contrast): Promise<ParameterValues> {
    this.requireOpen();
    const pair = this.contrastOf(contrast);
    const sums = this.contrastSums(pair);
    const scale = contrastUnit_V2 / (2 * pair.betaSpan * pair.batch);
    return perGroup(this.groups, (e) => sums[e] * scale);
  }

  /** How what the board holds differs from a state of its; nothing is written or driven. */
  async compare(state: DeviceState): Promise<BoardDifference> {
    this.requireOpen();
    return compareWithState(this.board, state, this.masked);
  }

  /** Taps over most of the range, never equal, or hidden nodes would stay twins; updates count from 0 again. */
  protected override async draw(seed: number): Promise<void> {
    const { board } = this;
    this.version++;
    const here = await board.readTaps();
    const start = this.asTheyAre(here, randomTaps(board.profile, seed));
    await writeDifferingTaps(board, here, start, this.telling('a random start'));
    await board.setLastUpdate(0);
  }

  protected override async relax(
    { nudge, batch, inputs }: Drive,
    { from, signal }: SettleOptions,
  ): Promise<BoardEquilibrium> {
    // Where a board starts is its own affair, but states that cannot be its are a mistake.
    if (from !== undefined && !('layer' in from)) this.startOf(batch, from);
    const { profile, use } = this.board;
    const targets = nudge?.targets ?? new Float64Array(batch * this.info.outputs.size);
    const examples = boardExamples(profile, use, batch, inputs, targets);
    const beta = nudge?.beta ?? 0;
    const k = beta === 0 ? undefined : nudgeGain_q8(profile, beta);
    const empty = () => new Int16Array(batch * (profile.hidden + use.outputs));
    if (signal?.aborted) return this.equilibrium(beta, examples, empty(), 'aborted');
    const { readings, clipped } = await this.board.measure(examples, k, signal);
    if (signal?.aborted) return this.equilibrium(beta, examples, empty(), 'aborted');
    return this.equilibrium(beta, examples, readings, clipped > 0 ? 'nudge-clipped' : 'settled');
  }

  protected override async learn(pair: OwnContrast<BoardEquilibrium>, update: Update): Promise<LearnReport> {
    const sums = this.contrastSums(pair);
    const { profile } = this.board;
    const { taps } = await this.board.readTaps();
    const steps = new Int16Array(profile.pots);
    for (const group of this.groups) {
      const gain = this.gain(update, group, pair.betaSpan, pair.batch);
      if (gain === 0) continue;
      for (const e of group.pots) {
        if (this.masked.has(e)) continue;
        steps[e] = tapStep(sums[e], gain, taps[e], profile.resistanceOffset, this.clip);
      }
    }
    this.version++;
    return this.report(await this.board.moveTaps(update.id, steps));
  }

  /** The board judges itself, across sessions, whether it has carried an id out. */
  protected override isRepeated(): boolean {
    return false;
  }

  /** Not known without asking the board. */
  protected override saturatedFraction(): number {
    return Number.NaN;
  }

  protected override limits(): NudgeLimits {
    return boardNudgeLimits(this.board.profile);
  }

  protected override async read(): Promise<ParameterValues> {
    return parametersOf(this.groups, this.calibration, await this.board.readTaps());
  }

  protected override async write(parameters: ParameterValues): Promise<Omit<AdaptReport, 'applied'>> {
    const { profile } = this.board;
    const here = await this.board.readTaps();
    const wanted = this.asTheyAre(here, tapsOf(profile, this.groups, this.calibration, here, parameters));
    this.version++;
    await writeDifferingTaps(this.board, here, wanted, this.telling('given conductances'));
    const { tapMin, tapMax } = profile;
    const atStops = this.pots.filter((e) => wanted.taps[e] === tapMin || wanted.taps[e] === tapMax);
    return { saturatedFraction: atStops.length / this.pots.length };
  }

  protected override save(): Promise<OwnState> {
    return boardState(this.board);
  }

  protected override savedLengths(): Record<string, number> {
    const { pots } = this.board.profile;
    return { taps: pots, residuals: pots };
  }

  protected override async load(state: DeviceState): Promise<void> {
    this.version++;
    await restoreState(this.board, state, this.telling('a saved state'), this.masked);
  }

  protected override end(): Promise<void> {
    return this.board.close();
  }

  /** @throws OhmpropError `contrast.unusable` where a phase read only its outputs */
  protected override contrastOf(contrast: Contrast): OwnContrast<BoardEquilibrium> {
    const pair = super.contrastOf(contrast);
    for (const phase of [pair.first, pair.second]) phase.requireAllNodes();
    return pair;
  }

  /** Both phases and the update by the board itself, in one go. */
  private async boardStep(batch: Batch, plan: PhasePlan): Promise<StepReport> {
    this.requireOpen();
    this.checkStep(batch, plan);
    const { profile, use } = this.board;
    const { betas, update } = plan;
    const examples = boardExamples(profile, use, batch.size, batch.inputs, batch.targets);
    const nudges = { first: nudgeGain_q8(profile, betas[0]), second: nudgeGain_q8(profile, betas[1]) };
    const span = (nudges.second - nudges.first) * (profile.nudgeConductance_S / 256);
    const [gainHidden, gainOutput] = this.groups.map((g) => this.gain(update, g, span, batch.size));
    const taps = { id: update.id, gainHidden, gainOutput, clip: this.clip };
    const observeAll = this.info.observesInStep === 'all';
    const report = await this.board.step(examples, nudges, taps, observeAll);
    const free = this.equilibrium(0, examples, report.free, 'settled', !observeAll);
    this.version++;
    const phase = boardReport(report.clipped > 0 ? 'nudge-clipped' : 'settled');
    const nudged = betas.filter((beta) => beta !== 0).map(() => phase);
    return { free, nudged, adapt: { applied: report.applied, ...this.report(report) } };
  }

  private equilibrium(
    beta: number,
    examples: BoardExamples,
    readings: BoardReadings,
    status: SettleStatus,
    outputsOnly = false,
  ): BoardEquilibrium {
    const { differential } = this.board.profile;
    const phase = { examples, readings, outputsOnly, differential };
    return new BoardEquilibrium(this, this.info.layers, beta, phase, status);
  }

  /** Contrast of every pot, 4e-6 V², summed over the batch. [pots] */
  private contrastSums({ first, second }: OwnContrast<BoardEquilibrium>): Int32Array {
    const { profile, use } = this.board;
    const sums = new Int32Array(profile.pots);
    const { examples, readings } = first.states;
    accumulateContrast(profile, use, this.pots, examples, readings, second.states.readings, sums);
    return sums;
  }

  /** Masked pots as they are, the rest as wanted. */
  private asTheyAre(here: Taps, wanted: Taps): Taps {
    const [taps, residuals] = [wanted.taps.slice(), wanted.residuals.slice()];
    for (const e of this.masked) [taps[e], residuals[e]] = [here.taps[e], here.residuals[e]];
    return { taps, residuals };
  }

  private telling(what: WiperWriting['what']): (wipers: number) => void {
    return (wipers) => this.onWrite?.({ wipers, of: this.board.profile.pots, what });
  }

  private gain(update: Update, group: PotGroup, span_S: number, batch: number): number {
    return batchGain(this.board.profile, update.rates[group.name] ?? 0, span_S, batch, group.name);
  }

  private report({ applied, saturatedFraction, moved }: TapReport): LearnReport {
    return { applied, saturatedFraction: saturatedFraction / this.pots.length, pulses: moved };
  }
}
