import { RandomStream } from '../core/index.js';

/** The order in which an epoch visits the training samples; depends on (seed, epoch) alone. */
export function epochOrder(count: number, seed: number, epoch: number): Uint32Array {
  return new RandomStream(seed, 'shuffle').at(epoch).permutation(count);
}

/** How many minibatches an epoch has; the last may be smaller. */
export function minibatchCount(count: number, batch: number): number {
  return Math.ceil(count / batch);
}

/** Sample indices of minibatch `m` of an epoch. */
export function minibatch(order: Uint32Array, m: number, batch: number): Uint32Array {
  return order.subarray(m * batch, Math.min(order.length, (m + 1) * batch));
}
