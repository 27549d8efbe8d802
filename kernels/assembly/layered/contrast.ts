// What the conductances learn from: difference and mean of two phases at every unit, without squaring large drops.
import { ReadOut, readUnits } from '../shared/read-out';
import { scratchOf } from './memory-of-thread';
import { ownSlice } from './sharing';
import { layerOf, Network, Phase, SLICES, sliceStart } from './structure';

/** The nudged columns are the two phases, the lower β first. */
export const BOTH_NUDGED: i32 = 0;
/** The nudged phase is the second; the first is the free one. */
export const SECOND_NUDGED: i32 = 1;
/** The nudged phase is the first; the second is the free one. */
export const FIRST_NUDGED: i32 = 2;
/** One nudged phase of a linearised network stands for two of opposite signs. */
export const MIRRORED: i32 = 3;

/** difference = second − first and mean = ½(second + first) for the samples of a nudged phase. */
export function contrastDeltas(network: Network, phase: Phase, thread: i32, kind: i32): void {
  const half = f32x4.splat(0.5);
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    for (let l = 0; l < network.layers; l++) {
      const layer = layerOf(network, l);
      const from = <usize>sliceStart(layer, slice) << 2, to = <usize>sliceStart(layer, slice + 1) << 2;
      for (let s = 0; s < phase.samples; s++) {
        const row = <usize>(phase.first + s) * layer.stride;
        const one = layer.deltas + <usize>s * layer.stride;
        const two = one + <usize>phase.samples * layer.stride;
        for (let at = from; at < to; at += 16) {
          let first = v128.load(one + at), second = f32x4.splat(0);
          if (kind == BOTH_NUDGED) second = v128.load(two + at);
          else if (kind == SECOND_NUDGED) {
            second = first;
            first = f32x4.splat(0);
          } else if (kind == MIRRORED) {
            second = first;
            first = f32x4.neg(first);
          }
          v128.store(layer.difference + row + at, f32x4.sub(second, first));
          v128.store(layer.mean + row + at, f32x4.add(v128.load(layer.states + row + at), f32x4.mul(half, f32x4.add(first, second))));
        }
      }
    }
  }
}

/** What is read of the contrast at hand takes its place, this thread's slices of every layer. */
export function readContrast(network: Network, readOut: ReadOut, batch: i32, thread: i32): void {
  const scratch = scratchOf(network, thread);
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    for (let l = 0; l < network.layers; l++) {
      const layer = layerOf(network, l);
      const from = sliceStart(layer, slice), to = sliceStart(layer, slice + 1);
      if (from == to) continue;
      for (let s = 0; s < batch; s++) {
        const row = <usize>s * layer.stride;
        readUnits(readOut, l, s, layer.difference + row, layer.mean + row, from, to, scratch);
      }
    }
  }
}

/** product[unit] = Σ over the batch of difference·mean, this thread's slices of every layer. */
export function sumProducts(network: Network, batch: i32, thread: i32): void {
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    for (let l = 0; l < network.layers; l++) {
      const layer = layerOf(network, l);
      for (let at = <usize>sliceStart(layer, slice) << 2, to = <usize>sliceStart(layer, slice + 1) << 2; at < to; at += 16) {
        let sum = f32x4.splat(0), row = at;
        for (let s = 0; s < batch; s++) {
          sum = f32x4.add(sum, f32x4.mul(v128.load(layer.difference + row), v128.load(layer.mean + row)));
          row += layer.stride;
        }
        v128.store(layer.product + at, sum);
      }
    }
  }
}
