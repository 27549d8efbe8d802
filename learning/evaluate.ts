import { runError } from '../core/index.js';
import { type AnalogDevice, isUsable, type StopRule, statusRemedy } from '../devices/contract/index.js';
import { type BeyondRange, RangeWatch } from './beyond-range.js';
import type { Coder } from './coding.js';
import type { Samples } from './data/index.js';
import { OutputsKept, type ShownOutputs } from './shown-outputs.js';
import type { Fit } from './value-coding.js';
import { EventLoopTurns } from './yield-to-event-loop.js';

/** What a device answered over a set of samples. */
export interface Evaluation {
  /** Share of samples answered wrongly. */
  readonly error: number;
  /** Mean of the cost, V²; ½‖v − y‖² where no other was asked for. */
  readonly cost_V2: number;
  /** Mean iterations of a settling. */
  readonly iterations: number;
  /** Largest relative residual. */
  readonly residual: number;
  /** Mean dissipated power over the first samples, W; NaN where the device cannot tell. */
  readonly power_W: number;
  /** Batches that did not meet the stop rule. */
  readonly unsettled: number;
  /** Row-major [classes × classes]: of the samples of class row, how many were answered column. */
  readonly confusion: readonly number[];
  /** Where numbers are asked for: how near the answers come. `error` is then 1 − R², mean over the columns. */
  readonly fit?: Fit;
  /** Where nodes lie beyond the range that they are read over. */
  readonly beyondRange?: BeyondRange;
  /** Outputs of a few samples, the same each time; nothing of networks with too many. */
  readonly shown?: ShownOutputs;
}

/** How samples are settled when a device is evaluated. */
export interface EvaluationOptions {
  /** Samples settled at a time. */
  readonly batch?: number;
  readonly stop?: StopRule;
  /** As in `TrainingOptions`. */
  readonly readRange?: readonly number[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number) => void;
  /** Of the run that this evaluation is part of. */
  readonly turns?: EventLoopTurns;
}

/** Power takes a pass over every conductance a sample, so it is measured on the first samples only. */
const POWER_SAMPLES = 16;

/**
 * Runs the free phase on every sample and counts wrong answers.
 * @throws `evaluate.interrupted` once the signal is aborted, `evaluate.unsettled`
 */
export async function evaluate(
  device: AnalogDevice,
  coder: Coder,
  samples: Samples,
  options: EvaluationOptions = {},
): Promise<Evaluation> {
  const batch = Math.min(options.batch ?? 100, Math.max(1, samples.count));
  const { classes } = samples;
  const turns = options.turns ?? new EventLoopTurns();
  const confusion = new Array<number>(classes * classes).fill(0);
  let wrong = 0;
  const { values, outputs: n } = coder;
  const answered = values && new Float64Array(samples.count * n);
  const asked = values && new Float64Array(samples.count * n);
  const kept = new OutputsKept(samples, coder);
  const range = options.readRange && new RangeWatch(options.readRange);
  let cost = 0;
  let iterations = 0;
  let residual = 0;
  let unsettled = 0;
  for (let start = 0; start < samples.count; start += batch) {
    await turns.offer();
    requireGoingOn(options.signal);
    const size = Math.min(batch, samples.count - start);
    const indices = Uint32Array.from({ length: size }, (_, s) => start + s);
    const { inputs, targets } = coder.batch(samples, indices);
    const free = await device.settle({ batch: size, inputs }, stopAndSignal(options));
    requireGoingOn(options.signal);
    if (!isUsable(free.status)) {
      throw runError(
        'evaluate.unsettled',
        `evaluation, samples ${start} … ${start + size - 1}: ${statusRemedy[free.status]}`,
      );
    }
    if (free.status === 'stopped-early') unsettled++;
    const outputs = free.outputs();
    cost += coder.costOf(outputs, targets);
    kept.take(start, outputs, targets);
    range?.look(free, device.info.layers.length);
    answered?.set(outputs, start * n);
    asked?.set(targets, start * n);
    for (let s = 0; s < size; s++) {
      const label = samples.labels[start + s];
      const answer = coder.classOf(outputs, s);
      confusion[label * classes + answer]++;
      if (answer !== label) wrong++;
    }
    iterations += free.iterations * size;
    residual = Math.max(residual, free.residual);
    free.release();
    options.onProgress?.(start + size);
  }
  const power = await powerOf(device, coder, samples, options);
  const { shown } = kept;
  const beyondRange = range?.worst();
  const fit = values?.fitOf(answered as Float64Array, asked as Float64Array);
  return {
    error: fit === undefined ? wrong / samples.count : 1 - fit.r2.reduce((sum, r2) => sum + r2, 0) / n,
    cost_V2: cost / samples.count,
    iterations: iterations / samples.count,
    residual,
    power_W: power,
    unsettled,
    confusion,
    ...(fit === undefined ? {} : { fit }),
    ...(beyondRange === undefined ? {} : { beyondRange }),
    ...(shown === undefined ? {} : { shown }),
  };
}

function requireGoingOn(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw runError('evaluate.interrupted', 'evaluation: interrupted');
}

async function powerOf(
  device: AnalogDevice,
  coder: Coder,
  samples: Samples,
  options: EvaluationOptions,
): Promise<number> {
  const { size, inputs } = coder.firstBatch(samples, POWER_SAMPLES);
  const free = await device.settle({ batch: size, inputs }, stopAndSignal(options));
  requireGoingOn(options.signal);
  const power_W = free.power_W();
  free.release();
  return power_W.reduce((sum, value) => sum + value, 0) / size;
}

function stopAndSignal(options: EvaluationOptions): { stop?: StopRule; signal?: AbortSignal } {
  return {
    ...(options.stop === undefined ? {} : { stop: options.stop }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}
