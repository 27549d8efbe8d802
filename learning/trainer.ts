import { inputError, OhmpropError, runError } from '../core/index.js';
import {
  type AdaptReport,
  type AnalogDevice,
  type Batch,
  type DeviceState,
  isUsable,
  type PhasePlan,
  type PhaseReport,
  type PreparedBatch,
  type Rates,
  type StateArray,
  statusRemedy,
  twoPhaseStep,
  type Update,
} from '../devices/contract/index.js';
import { type CodedBatch, Coder } from './coding.js';
import type { DataSet } from './data/index.js';
import { copyTally, type EpochTally, emptyTally, tallyAdapt, tallyPhases } from './epoch-tally.js';
import { type Estimator, estimator } from './estimator.js';
import { costOf, type Evaluation, evaluate } from './evaluate.js';
import { epochOrder, minibatch, minibatchCount } from './minibatches.js';
import { describeNudgeLimit } from './nudge-limit.js';
import { Particles } from './particles.js';
import type { EpochRecord, TrainerState, TrainingEvent } from './training-events.js';
import { checkOptions, type TrainingOptions } from './training-options.js';
import { EventLoopTurns } from './yield-to-event-loop.js';

/** A device, data, how these become inputs and outputs, and how to train. */
export interface TrainerOptions extends TrainingOptions {
  readonly device: AnalogDevice;
  readonly dataSet: DataSet;
  /** As the device proposes when left out. */
  readonly coder?: Coder;
}

/**
 * Trains a device on a data set by equilibrium propagation: settle free, settle nudged, adapt, minibatch by minibatch.
 * It knows the device by its contract alone. Everything random is keyed by (seed, epoch), so a run that is stopped after
 * any minibatch and resumed goes on bit for bit.
 */
export class Trainer {
  readonly device: AnalogDevice;
  readonly dataSet: DataSet;
  readonly coder: Coder;
  readonly options: TrainingOptions;
  private readonly estimator: Estimator;
  private epoch = 1;
  private next = 0;
  private updates = 0;
  private tally = emptyTally();
  private readonly particles: Particles | undefined;

  private readonly turns = new EventLoopTurns();
  private warned = false;

  constructor({ device, dataSet, coder, ...options }: TrainerOptions) {
    checkOptions(device, options);
    this.device = device;
    this.dataSet = dataSet;
    this.coder = coder ?? new Coder(dataSet, device.info);
    this.options = options;
    this.estimator = estimator(options.estimator, options.seed);
    if (options.particles) this.particles = new Particles(dataSet.train.count, device.info.layers);
  }

  get state(): TrainerState {
    return { epoch: this.epoch, minibatch: this.next, updates: this.updates, tally: copyTally(this.tally) };
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
  }

  /**
   * Runs the epochs that are left. An aborted signal ends it after the minibatch (or batch of an evaluation) under way, with
   * an `interrupted` event; calling `run` again goes on. Throws `train.*` run errors when a phase gives nothing to learn from.
   */
  async *run(signal?: AbortSignal): AsyncGenerator<TrainingEvent> {
    if (this.epoch <= this.options.epochs) await this.requireSafeNudge(inputError);
    while (this.epoch <= this.options.epochs) {
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
      this.epoch++;
      this.next = 0;
      this.tally = emptyTally();
      yield { type: 'epoch', record };
      if (record.unsettled > 0 && !this.warned) {
        this.warned = true;
        yield { type: 'warning', text: statusRemedy['stopped-early'] };
      }
      if (this.epoch <= this.options.epochs) await this.requireSafeNudge(runError);
    }
  }

  /** Error and cost on one part of the data set. @throws `evaluate.interrupted` once the signal is aborted */
  evaluateOn(part: 'train' | 'validation' | 'test', signal?: AbortSignal): Promise<Evaluation> {
    const { evaluationBatch, evaluationStop, stop } = this.options;
    const rule = evaluationStop ?? stop;
    const samples = this.dataSet[part];
    if (samples === undefined) {
      throw inputError('train.no-part', `${this.dataSet.name}: no ${part} samples; hold some out`);
    }
    return evaluate(this.device, this.coder, samples, {
      ...(evaluationBatch === undefined ? {} : { batch: evaluationBatch }),
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
      return this.recordOf(test, validation);
    } catch (error) {
      if (error instanceof OhmpropError && error.code === 'evaluate.interrupted') return undefined;
      throw error;
    }
  }

  private async *trainEpoch(signal?: AbortSignal): AsyncGenerator<TrainingEvent> {
    const { train } = this.dataSet;
    const { seed, batch } = this.options;
    const order = epochOrder(train.count, seed, this.epoch);
    const total = minibatchCount(train.count, batch);
    const rates = this.ratesNow();
    let spent: CodedBatch | undefined;
    let current = this.next < total ? this.encode(minibatch(order, this.next, batch)) : undefined;
    let prepared: PreparedBatch | undefined;
    while (current !== undefined && !signal?.aborted) {
      const started = performance.now();
      const following: CodedBatch | undefined =
        this.next + 1 < total ? this.encode(minibatch(order, this.next + 1, batch), spent) : undefined;
      const upcoming = following === undefined ? undefined : this.device.prepare?.(following);
      const place = { epoch: this.epoch, minibatch: this.next + 1, id: this.updates + 1 };
      const update = { ...place, betas: this.estimator.betas(this.options.beta, place.id), rates };
      this.tally.seconds += (performance.now() - started) / 1000;
      yield { type: 'update-intended', ...update };
      const resumed = performance.now();
      const indices = minibatch(order, this.next, batch);
      const adapt = await this.trainMinibatch(current, prepared ?? current, indices, update);
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

  private async trainMinibatch(
    batch: CodedBatch,
    handle: Batch | PreparedBatch,
    indices: Uint32Array,
    { id, betas, rates }: Pick<PhasePlan, 'betas'> & Update,
  ): Promise<AdaptReport> {
    const { nudge, stop, nudgedStop } = this.options;
    const from = this.particles?.take(indices);
    const report = await twoPhaseStep(this.device, handle, {
      nudge: nudge ?? this.device.info.nudges[0],
      betas,
      ...(stop === undefined ? {} : { stop }),
      ...(nudgedStop === undefined ? {} : { nudgedStop }),
      ...(from === undefined ? {} : { from }),
      update: { id, rates },
    });
    const { free, nudged, adapt } = report;
    for (const phase of [free, ...nudged]) this.requireUsable(phase);
    this.updates = id;
    this.particles?.keep(indices, free);
    const outputs = free.outputs();
    const { labels } = this.dataSet.train;
    for (let s = 0; s < batch.size; s++) {
      if (this.coder.classOf(outputs, s) !== labels[indices[s]]) this.tally.wrong++;
    }
    this.tally.cost += costOf(outputs, batch.targets);
    tallyPhases(this.tally, batch.size, free, nudged);
    tallyAdapt(this.tally, adapt);
    free.release();
    return adapt;
  }

  private encode(indices: Uint32Array, spent?: CodedBatch): CodedBatch {
    return this.coder.batch(this.dataSet.train, indices, spent);
  }

  private ratesNow(): Rates {
    const factor = (this.options.rateDecay ?? 1) ** (this.epoch - 1);
    return Object.fromEntries(
      Object.entries(this.options.rates).map(([name, rate]) => [name, rate * factor]),
    );
  }

  private requireUsable(phase: PhaseReport): void {
    if (isUsable(phase.status)) return;
    throw runError(
      `train.${phase.status}`,
      `epoch ${this.epoch}, minibatch ${this.next + 1}: ${statusRemedy[phase.status]} (residual ${phase.residual.toExponential(1)} after ${phase.iterations} iterations)`,
    );
  }

  /**
   * A negative nudge takes conductance away from the outputs: throws `train.beta-too-large` where the network could not bear
   * it at its present conductances. Checked before the first epoch and after each.
   */
  async requireSafeNudge(error: (code: string, message: string) => OhmpropError = inputError): Promise<void> {
    const lowest = this.estimator.lowest(this.options.beta);
    if (lowest >= 0) return;
    const limits = await this.device.nudgeLimits();
    if (lowest > limits.lowest) return;
    const { nudgeUnit } = this.device.info;
    const beta = Number(this.options.beta.toPrecision(4));
    throw error(
      'train.beta-too-large',
      `β = ${beta} ${nudgeUnit} is too large for the ${this.estimator.name} estimator at these conductances: ${describeNudgeLimit(limits.lowest, this.options.beta, nudgeUnit)}`,
    );
  }

  private recordOf(evaluation: Evaluation, validation: Evaluation | undefined): EpochRecord {
    const { tally } = this;
    return {
      epoch: this.epoch,
      trainError: tally.wrong / tally.samples,
      testError: evaluation.error,
      cost_V2: tally.cost / tally.samples,
      testCost_V2: evaluation.cost_V2,
      freeIterations: tally.freeIterations / tally.samples,
      nudgedIterations: tally.nudgedIterations / tally.nudgedSamples,
      residual: Math.max(tally.residual, evaluation.residual),
      unsettled: tally.unsettled + evaluation.unsettled,
      saturatedFraction: tally.saturatedFraction,
      power_W: evaluation.power_W,
      pulses: tally.pulses,
      ...(validation === undefined ? {} : { validationError: validation.error }),
      ...(Object.keys(tally.relativeChange).length === 0 ? {} : { relativeChange: meanChange(tally) }),
      seconds: tally.seconds,
      samplesPerSecond: tally.samples / tally.seconds,
      confusion: evaluation.confusion,
    };
  }
}

function meanChange(tally: EpochTally): Record<string, number> {
  return Object.fromEntries(
    Object.entries(tally.relativeChange).map(([name, sum]) => [name, sum / tally.updates]),
  );
}
