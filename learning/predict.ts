import { runError } from '../core/index.js';
import {
  type AnalogDevice,
  type Equilibrium,
  isUsable,
  type StopRule,
  statusRemedy,
} from '../devices/contract/index.js';
import type { Coder } from './coding.js';
import type { Samples } from './data/index.js';

/** What a device answered to a sample. */
export interface Prediction {
  /** Number of the class. */
  readonly class: number;
  /** States of the output nodes, in the device's node unit. */
  readonly outputs: Float64Array;
  /** How far the answer is from another one: of two outputs, or of the threshold, in the node unit. */
  readonly margin: number;
  /** The stop rule was met, or the iterations asked for were done. */
  readonly settled: boolean;
}

/** How samples are settled when they are predicted. */
export interface PredictOptions {
  /** Samples settled at a time. */
  readonly batch?: number;
  readonly stop?: StopRule;
  readonly signal?: AbortSignal;
}

/**
 * The answers of a device to samples whose classes are not known, in their order.
 * @throws `predict.interrupted` once the signal is aborted, `predict.unsettled`
 */
export async function predict(
  device: AnalogDevice,
  coder: Coder,
  samples: Samples,
  options: PredictOptions = {},
): Promise<Prediction[]> {
  const { batch = 100, signal } = options;
  const predictions: Prediction[] = [];
  for (let start = 0; start < samples.count; start += batch) {
    const indices = Array.from({ length: Math.min(batch, samples.count - start) }, (_, s) => start + s);
    const together = await settled(device, coder, samples, indices, options);
    // A batch has one status; which of its samples took too long, each tells alone.
    const alone = together.status === 'stopped-early' && indices.length > 1;
    predictions.push(...read(coder, together, indices.length));
    together.release();
    if (!alone) continue;
    for (const index of indices) {
      const single = await settled(device, coder, samples, [index], options);
      [predictions[index]] = read(coder, single, 1);
      single.release();
    }
    signal?.throwIfAborted();
  }
  return predictions;
}

async function settled(
  device: AnalogDevice,
  coder: Coder,
  samples: Samples,
  indices: readonly number[],
  { stop, signal }: PredictOptions,
): Promise<Equilibrium> {
  const inputs = new Float64Array(indices.length * device.info.inputs);
  coder.encodeInputs(samples, indices, inputs);
  const free = await device.settle(
    { batch: indices.length, inputs },
    { ...(stop && { stop }), ...(signal && { signal }) },
  );
  if (signal?.aborted) throw runError('predict.interrupted', 'predictions: interrupted');
  if (isUsable(free.status)) return free;
  throw runError(
    'predict.unsettled',
    `predictions, samples ${indices[0]} … ${indices[indices.length - 1]}: ${statusRemedy[free.status]}`,
  );
}

function read(coder: Coder, free: Equilibrium, count: number): Prediction[] {
  const outputs = free.outputs();
  return Array.from({ length: count }, (_, s) => ({
    class: coder.classOf(outputs, s),
    outputs: outputs.slice(s * coder.outputs, (s + 1) * coder.outputs),
    margin: coder.marginOf(outputs, s),
    settled: free.status !== 'stopped-early',
  }));
}
