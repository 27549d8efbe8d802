// Total conductance of every unit from the sums that the passes over the conductances left.
import { ownSlice } from './sharing';
import { Layer, layerOf, Network, SLICES, sliceStart } from './structure';
import { Update } from './update-record';

/** Updates node conductances, inverses and shares, and moves the biases; this thread's slices of every layer. */
export function finishLayers(network: Network, update: Update, thread: i32): void {
  for (let slice = ownSlice(network, thread, 0); slice < SLICES; slice = ownSlice(network, thread, slice + 1)) {
    for (let l = 0; l < network.layers; l++) {
      const layer = layerOf(network, l);
      const from = <usize>sliceStart(layer, slice) << 2, to = <usize>sliceStart(layer, slice + 1) << 2;
      sumSlices(network, layer, l, from, to);
      const factor = load<f32>(update.biasFactors + (<usize>l << 2));
      if (factor != 0) moveBiases(layer, update.batch, factor, from, to);
    }
  }
}

function sumSlices(network: Network, layer: Layer, l: i32, from: usize, to: usize): void {
  const last = network.layers - 1;
  const even = (l & 1) == 1;
  const one = f32x4.splat(1), zero = f32x4.splat(0);
  for (let at = from; at < to; at += 16) {
    // Into the outputs and into even layers from odd ones the sums came by slices; out of an even layer into an odd one too.
    const into = l > 0 && (even || l == last) ? sliced(layer, layer.slicesIn, at) : v128.load(layer.sumIn + at);
    const out = l == last ? zero : even && l + 1 < last ? sliced(layer, layer.slicesOut, at) : v128.load(layer.sumOut + at);
    const mask = v128.load(layer.mask + at);
    const nodeConductance = v128.and(f32x4.add(into, out), mask);
    const inverse = v128.andnot(f32x4.div(one, nodeConductance), f32x4.eq(nodeConductance, zero));
    v128.store(layer.nodeConductance + at, nodeConductance);
    v128.store(layer.inverse + at, inverse);
    v128.store(layer.shareBefore + at, f32x4.mul(into, inverse));
    v128.store(layer.shareAfter + at, f32x4.mul(out, inverse));
  }
}

// @ts-ignore: decorator
@inline
function sliced(layer: Layer, slices: usize, at: usize): v128 {
  let sum = v128.load(slices + at);
  for (let k = 1; k < SLICES; k++) sum = f32x4.add(sum, v128.load(slices + <usize>k * layer.stride + at));
  return sum;
}

/** b += factor·Σ difference. */
function moveBiases(layer: Layer, batch: i32, factor: f32, from: usize, to: usize): void {
  const factors = f32x4.splat(factor);
  for (let at = from; at < to; at += 16) {
    let sum = f32x4.splat(0), row = layer.difference + at;
    for (let s = 0; s < batch; s++) {
      sum = f32x4.add(sum, v128.load(row));
      row += layer.stride;
    }
    v128.store(layer.bias + at, f32x4.add(v128.load(layer.bias + at), f32x4.mul(factors, sum)));
  }
}
