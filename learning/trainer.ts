import { inputError, OhmpropError } from '../core/index.js';
import {
  type AnalogDevice,
  type Batch,
  checkNudgeCost,
  type DeviceState,
  describeAccumulators,
  type PreparedBatch,
  type StateArray,
  statusRemedy,
} from '../devices/contract/index.js';
import { type BestEpoch, betterEpoch } from './best-epoch.js';
import { type CodedBatch, Coder } from './coding.js';
import type { DataSet } from './data/index.js';
import { type GradientDiagnostics, gradientDiagnostics } from './diagnostics.js';
import { recordOf } from './epoch-record.js';
import { betaFactorIn, changeIn, estimatorIn } from './epoch-settings.js';
import { copyTally, emptyTally } from './epoch-tally.js';
import { type Evaluation, evaluate } from './evaluate.js';
import { learnMinibatch, type MinibatchParts, type PlacedUpdate, unusable } from './minibatch-training.js';
import { epochOrder, minibatch, minibatchCount } from './minibatches.js';
import { NudgeControl } from './nudge-control.js';
import { outputShift } from './output-shift.js';
import { Particles } from './particles.js';
import { type LearningRule, learningRule, nudgeUnder } from './rule.js';
import type { EpochRecord, TrainerState, TrainingEvent } from './training-events.js';
import { checkOptions, type TrainingOptions } from './training-options.js';
import { TrainingRemarks } from './training-remarks.js';
import { requireTrueSlope } from './true-slope.js';
import { EventLoopTurns } from './yield-to-event-loop.js';

/** Samples by which the gradient is looked at after an epoch. */
const DIAGNOSED_SAMPLES = 8;

/** A device, data, how these become inputs and outputs, and how to train. */
export interface TrainerOptions extends TrainingOptions {
  readonly device: AnalogDevice;
  readonly dataSet: DataSet;
  /** As the device proposes when left out. */
  readonly coder?: Coder;
}

/**
 * Trains a device on a data set by equilibrium propagation, or another rule that contrasts two phases: settle free, settle nudged, adapt,
 * minibatch by minibatch.
 * It knows the device by its contract alone. Everything random is keyed by (seed, epoch), so a run that is stopped after
 * any minibatch and resumed goes on bit for bit.
 */
export class Trainer {
  readonly device: AnalogDevice;
  readonly dataSet: DataSet;
  readonly coder: Coder;
  readonly options: TrainingOptions;
  readonly rule: LearningRule;
  /** How strongly outputs are nudged, as far as that is known. */
  readonly nudge: NudgeControl;
  private epoch = 1;
  private next = 0;
  private updates = 0;
  private tally = emptyTally();
  private best: BestEpoch | undefined;
  private readonly remarks: TrainingRemarks;
  private readonly particles: Particles | undefined;
  private readonly parts: MinibatchParts;

  private readonly turns = new EventLoopTurns();
  private warned = false;
  private saidOneSided = false;

  constructor({ device, dataSet, coder, ...options }: TrainerOptions) {
    checkOptions(device, dataSet, options);
    this.device = device;
    this.dataSet = dataSet;
    this.coder = coder ?? new Coder(dataSet, device.info);
    this.options = options;
    this.rule = learningRule(options.rule);
    const { seed, betaUnit = 1 } = options;
    const kind = nudgeUnder(this.rule, device.info, options.nudge);
    const nudge = { ...this.coder.cost, kind };
    checkNudgeCost(device.info, kind, nudge);
    const beta = this.rule.beta === undefined ? options.beta : this.rule.beta * betaUnit;
    const estimator = estimatorIn(this.epoch, options, this.rule);
    this.nudge = new NudgeControl(device, estimator, seed, beta, betaUnit, nudge, (beta) =>
      outputShift(device, this.coder, dataSet, kind, beta, options),
    );
    this.remarks = new TrainingRemarks(dataSet, device.info.nudgeUnit, device.info.nodeUnit);
    if (options.particles) this.particles = new Particles(dataSet.train.count, device.info.layers);
    const { rule, particles } = this;
    this.parts = { device, dataSet, coder: this.coder, options, rule, nudge: this.nudge, particles };
  }

  get state(): TrainerState {
    const { epoch, next: minibatch, updates, best } = this;
    const nudge = this.nudge.state;
    return {
      epoch,
      minibatch,
      updates,
      tally: copyTally(this.tally),
      ...(nudge === undefined ? {} : { nudge }),
      ...(best === undefined ? {} : { best }),
    };
  }

  /** What a checkpoint must hold besides `state` and the device's snapshot; not to be changed. */
  get arrays(): Readonly<Record<string, StateArray>> {
    return this.particles?.arrays() ?? {};
  }

  /** Puts trainer and device where a checkpoint left them. */
  async restore(
    state: TrainerState,
    device: DeviceState,
    arrays: Readonly<Record<string, StateArray>> = {},
  ): Promise<void> {
    this.particles?.restore(arrays);
    await this.device.restore(device);
    this.epoch = state.epoch;
    this.next = state.minibatch;
    this.updates = state.updates;
    this.tally = copyTally(state.tally);
    this.nudge.restore(state.nudge);
    this.best = state.best;
  }

  /**
   * Runs the epochs that are left. An aborted signal ends it after the minibatch (or batch of an evaluation) under way, with
   * an `interrupted` event; calling `run` again goes on. Throws `train.*` run errors when a phase gives nothing to learn from, and
   * `train.cost-slope` before anything where a cost from outside nudges by something else than its value.
   */
  async *run(signal?: AbortSignal): AsyncGenerator<TrainingEvent> {
    if (this.epoch <= this.options.epochs) {
      requireTrueSlope(this.coder, this.dataSet.train, this.options.seed);
      const chosen = await this.nudge.begin(this.updates);
      if (chosen !== undefined) yield { type: 'chosen', text: chosen };
      const { optimizer } = this.options;
      const kept = optimizer && describeAccumulators(this.device.info, optimizer);
      if (kept !== undefined && this.updates === 0) yield { type: 'chosen', text: kept };
    }
    while (this.epoch <= this.options.epochs) {
      if (this.best !== undefined && this.hasRunDry(this.best)) {
        yield { type: 'early-stop', epoch: this.epoch - 1, best: this.best };
        return;
      }
      yield* this.trainEpoch(signal);
      if (signal?.aborted) {
        yield { type: 'interrupted', epoch: this.epoch };
        return;
      }
      const { test } = this.dataSet;
      yield { type: 'evaluating', epoch: this.epoch, done: 0, total: test.count };
      const record = await this.evaluateEpoch(signal);
      if (record === undefined) {
        yield { type: 'interrupted', epoch: this.epoch };
        return;
      }
      const last = this.epoch === this.options.epochs;
      // Before the checkpoint of this epoch, which is to say how the next one is nudged.
      const changed = await this.nudge.review();
      this.epoch++;
      this.next = 0;
      this.tally = emptyTally();
      yield { type: 'epoch', record };
      if (record.unsettled > 0 && !this.warned) {
        this.warned = true;
        yield { type: 'warning', text: statusRemedy['stopped-early'] };
      }
      for (const text of this.remarks.of(record, last)) yield { type: 'warning', text };
      if (changed !== undefined) yield { type: 'warning', text: `after epoch ${record.epoch}, ${changed}` };
    }
  }

  /** Error and cost on one part of the data set. @throws `evaluate.interrupted` once the signal is aborted */
  evaluateOn(part: 'train' | 'validation' | 'test', signal?: AbortSignal): Promise<Evaluation> {
    const { evaluationBatch, evaluationStop, stop, readRange } = this.options;
    const rule = evaluationStop ?? stop;
    const samples = this.dataSet[part];
    if (samples === undefined) {
      throw inputError('train.no-part', `${this.dataSet.name}: no ${part} samples; hold some out`);
    }
    return evaluate(this.device, this.coder, samples, {
      ...(evaluationBatch === undefined ? {} : { batch: evaluationBatch }),
      ...(readRange === undefined ? {} : { readRange }),
      ...(rule === undefined ? {} : { stop: rule }),
      turns: this.turns,
      ...(signal === undefined ? {} : { signal }),
    });
  }

  /**
   * The epoch's record; nothing if interrupted. A resume then evaluates again from the start, which only a deterministic
   * device answers the same; any other is let finish.
   */
  private async evaluateEpoch(signal?: AbortSignal): Promise<EpochRecord | undefined> {
    const heard = this.device.info.deterministic ? signal : undefined;
    try {
      const test = await this.evaluateOn('test', heard);
      const validation = this.dataSet.validation && (await this.evaluateOn('validation', heard));
      if (validation !== undefined) this.best = betterEpoch(this.best, this.epoch, validation, test);
      const gradient = await this.diagnose();
      return recordOf(
        this.epoch,
        this.tally,
        this.nudge.state,
        test,
        validation,
        gradient,
        betaFactorIn(this.epoch, this.options),
      );
    } catch (error) {
      if (error instanceof OhmpropError && error.code === 'evaluate.interrupted') return undefined;
      throw error;
    }
  }

  /** Of the first training samples, after the updates of an epoch. */
  private diagnose(): Promise<GradientDiagnostics | undefined> {
    const { stop, nudgedStop } = this.options;
    return gradientDiagnostics(this.device, {
      batch: this.coder.firstBatch(this.dataSet.train, DIAGNOSED_SAMPLES),
      nudge: this.nudge.kind,
      betas: this.betasOf(this.updates),
      cost: this.coder.cost,
      stop,
      nudgedStop,
    });
  }

  private async *trainEpoch(signal?: AbortSignal): AsyncGenerator<TrainingEvent> {
    const { train } = this.dataSet;
    const { seed, batch } = this.options;
    this.nudge.estimateBy(estimatorIn(this.epoch, this.options, this.rule));
    const order = epochOrder(train.count, seed, this.epoch);
    const total = minibatchCount(train.count, batch);
    const change = changeIn(this.epoch, this.options);
    let spent: CodedBatch | undefined;
    let current = this.next < total ? this.encode(minibatch(order, this.next, batch)) : undefined;
    let prepared: PreparedBatch | undefined;
    while (current !== undefined && !signal?.aborted) {
      const started = performance.now();
      const following: CodedBatch | undefined =
        this.next + 1 < total ? this.encode(minibatch(order, this.next + 1, batch), spent) : undefined;
      const upcoming = following === undefined ? undefined : this.device.prepare?.(following);
      const place = { epoch: this.epoch, minibatch: this.next + 1, id: this.updates + 1 };
      const betas = this.betasOf(place.id);
      const update = { ...place, betas, ...change };
      this.tally.seconds += (performance.now() - started) / 1000;
      yield { type: 'update-intended', ...update };
      const resumed = performance.now();
      const indices = minibatch(order, this.next, batch);
      const coded = current;
      const learn = (handle: Batch | PreparedBatch, update: PlacedUpdate) =>
        learnMinibatch(this.parts, { coded, handle, indices }, update, this.tally);
      let adapt = await learn(prepared ?? coded, update);
      if (adapt === undefined) {
        // Nothing was adapted: the same update, nudged one way only, which any passive network bears.
        const oneSided = {
          ...update,
          betas: [0, this.nudge.beta * betaFactorIn(this.epoch, this.options)] as const,
        };
        this.tally.oneSided++;
        if (!this.saidOneSided) {
          this.saidOneSided = true;
          yield {
            type: 'warning',
            text: `epoch ${place.epoch}, minibatch ${place.minibatch}: the network does not bear a nudge of ${this.nudge.text(-this.nudge.beta)}; this minibatch, and others like it, contrast the free phase with +β (how many: oneSided in the metrics). A smaller --beta or --estimator positive avoids it`,
          };
        }
        yield { type: 'update-intended', ...oneSided };
        adapt = await learn(coded, oneSided);
      }
      if (adapt === undefined) throw unusable('not-passive', place);
      this.updates = place.id;
      this.next++;
      spent = current;
      current = following;
      prepared = upcoming;
      this.tally.seconds += (performance.now() - resumed) / 1000;
      yield { type: 'update-applied', ...place, adapt };
      yield { type: 'minibatch', epoch: this.epoch, done: this.next, total, tally: this.tally };
      await this.turns.offer();
    }
  }

  private encode(indices: Uint32Array, spent?: CodedBatch): CodedBatch {
    return this.coder.batch(this.dataSet.train, indices, spent);
  }

  /** β of the two phases of minibatch `id`. */
  private betasOf(id: number): readonly [number, number] {
    const betaFactor = betaFactorIn(this.epoch, this.options);
    const [first, second] = this.nudge.betas(id);
    return [first * betaFactor, second * betaFactor];
  }

  private hasRunDry({ epoch }: BestEpoch): boolean {
    const { patience } = this.options;
    return patience !== undefined && this.next === 0 && this.epoch - 1 - epoch >= patience;
  }
}
