// Which units of the odd layers surely stay at their bound: how far each is from leaving it, against how far its neighbours
// may have moved it since.
import { balanced, beyond } from './bounded-units';
import { travelOf } from './memory-of-thread';
import { Layer, LINEAR, Network, Phase, sampleOf, sliceStart, unknowns } from './structure';

/** Rounding's share in a unit's distance from its bound, of the distance itself. */
export const MARGIN_KEPT: f32 = 0.9999;

/** Whether four units surely stay where they are: set bits in a vector. */
// @ts-ignore: decorator
@inline
export function staying(network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, column: i32, at: usize): v128 {
  return f32x4.gt(
    v128.load(layer.margin + <usize>column * layer.stride + at),
    reach(network, phase, scratch, layer, l, column, at),
  );
}

/** How far the neighbours may have moved a unit since the phase began, V: |Δv| ≤ Σ g·|Δv_neighbour| / Σ g. */
// @ts-ignore: decorator
@inline
export function reach(network: Network, phase: Phase, scratch: usize, layer: Layer, l: i32, column: i32, at: usize): v128 {
  const before = l > 0 ? travelOf(scratch, network, column, l - 1) : 0;
  const after = travelOf(scratch, network, column, l + 1);
  return f32x4.add(
    f32x4.mul(f32x4.splat(before), v128.load(layer.shareBefore + at)),
    f32x4.mul(f32x4.splat(after), v128.load(layer.shareAfter + at)),
  );
}

export function startMargins(phase: Phase, layer: Layer, slice: i32, column: i32): void {
  const margin = layer.margin + <usize>column * layer.stride;
  const slack = layer.slack + <usize>(column % phase.samples) * layer.stride;
  const base = layer.states + <usize>sampleOf(phase, column) * layer.stride;
  const state = unknowns(phase, layer, column);
  const none = f32x4.splat(-1), linear = phase.held == LINEAR, on = layer.diodeOn;
  for (let at = <usize>sliceStart(layer, slice) << 2, end = <usize>sliceStart(layer, slice + 1) << 2; at < end; at += 16) {
    if (!phase.delta) {
      v128.store(margin + at, none);
      continue;
    }
    // The unknown part starts at 0, so a unit's distance from leaving its bound is that of its slack.
    const now = v128.load(state + at);
    const v = v128.load(base + at);
    const target = balanced(linear, on, layer, at, v128.load(slack + at), now, v);
    const over = beyond(linear, layer, at, target, v);
    v128.store(margin + at, v128.bitselect(f32x4.mul(over, f32x4.splat(MARGIN_KEPT)), none, f32x4.gt(over, f32x4.splat(0))));
  }
}
