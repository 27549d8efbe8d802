// The output layer: few units, without diodes, pulled to their targets by the nudge. One thread does it.
import { largestOf, flaw } from './bounded-units';
import { acceptUnits, historyOf, productsOf } from './even-layers';
import { isLive, scratchOf, stepOf } from './memory-of-thread';
import { recordOf, writeOutputs, writeRecord } from './records';
import {
  baseOf, betaOf, CLAMPED, COLUMNS, layerOf, LIVE, Network, Phase, sampleOf, SLICES, unknowns,
} from './structure';
import { sumLanes } from '../shared/simd';

/** Whether the outputs are an even layer. */
// @ts-ignore: decorator
@inline
export function outputsAreEven(network: Network): bool {
  return (network.layers & 1) == 0;
}

/** Sets the outputs (odd layer) or works out their candidates (even layer). */
export function updateOutputs(network: Network, phase: Phase, thread: i32, sweep: i32): void {
  if (thread != 0) return;
  const scratch = scratchOf(network, 0);
  for (let c = 0; c < phase.columns; c++) if (isLive(scratch, c)) updateColumn(network, phase, c, sweep);
}

function updateColumn(network: Network, phase: Phase, column: i32, sweep: i32): void {
  const l = network.layers - 1;
  const layer = layerOf(network, l);
  const beta = f32x4.splat(betaOf(phase, column)), zero = f32x4.splat(0);
  const sample = <usize>sampleOf(phase, column) * layer.stride;
  const base = baseOf(network, phase, layer, column), state = unknowns(phase, layer, column);
  // What a nudge adds to the conductance of an output, and where the voltage that it pulls away from lies: none under a held current.
  const held = phase.held != LIVE, clamped = phase.held == CLAMPED;
  const added = held ? zero : beta, left = held ? network.zeros : base;
  const even = outputsAreEven(network);
  const candidate = even ? historyOf(layer, layer.candidate, sweep, column) : state;
  const change = historyOf(layer, layer.change, sweep, column), lastChange = historyOf(layer, layer.change, sweep + 1, column);
  const step = <usize>COLUMNS * layer.stride;
  let residual = zero, whole = zero, part = zero, flaws = zero, along = zero, square = zero, moves = zero, largest = zero;
  for (let at: usize = 0, end = <usize>layer.padded << 2; at < end; at += 16) {
    const v = v128.load(base + at), old = v128.load(state + at);
    let sum = f32x4.mul(beta, f32x4.sub(v128.load(network.targets + sample + at), v128.load(left + at)));
    if (phase.delta) {
      sum = f32x4.add(sum, v128.load(layer.slack + <usize>(column % phase.samples) * layer.stride + at));
    } else {
      sum = f32x4.add(sum, v128.load(layer.bias + at));
      if (l == 0) sum = f32x4.add(sum, v128.load(network.drive + sample + at));
    }
    if (l > 0) {
      let partial = layer.partial + <usize>column * layer.stride + at;
      for (let k = 0; k < SLICES; k++) {
        sum = f32x4.add(sum, v128.load(partial));
        partial += step;
      }
    }
    sum = v128.and(sum, v128.load(layer.mask + at));
    const nodeConductance = f32x4.add(v128.load(layer.nodeConductance + at), added);
    // An output without any conductance stays where it is; a current into it then shows in the residual.
    const open = f32x4.eq(nodeConductance, zero);
    let next = v128.bitselect(old, f32x4.div(sum, nodeConductance), open);
    if (clamped) {
      const row = v128.load(network.targets + sample + at);
      next = v128.and(phase.delta ? f32x4.mul(beta, row) : row, v128.load(layer.mask + at));
    }
    const moved = f32x4.sub(next, old);
    let weighed = f32x4.mul(nodeConductance, moved);
    if (!clamped) weighed = v128.bitselect(sum, weighed, open);
    flaws = f32x4.add(flaws, flaw(next));
    residual = largestOf(residual, weighed);
    whole = largestOf(whole, f32x4.mul(nodeConductance, f32x4.add(next, v)));
    part = largestOf(part, f32x4.mul(nodeConductance, next));
    moves = largestOf(moves, moved);
    largest = largestOf(largest, f32x4.add(next, v));
    v128.store(candidate + at, next);
    if (!even) continue;
    v128.store(change + at, moved);
    // A clamp has no say in how far the others step.
    if (sweep > 1 && !clamped) {
      const turn = f32x4.sub(moved, v128.load(lastChange + at));
      along = f32x4.add(along, f32x4.mul(turn, weighed));
      square = f32x4.add(square, f32x4.mul(turn, f32x4.mul(nodeConductance, turn)));
    }
  }
  const record = recordOf(network, 0, column, l);
  writeRecord(record, residual, whole, part, flaws);
  writeOutputs(record, moves, largest);
  const products = productsOf(network, SLICES, column);
  store<f32>(products, sumLanes(along));
  store<f32>(products, sumLanes(square), 4);
}

export function acceptOutputs(network: Network, phase: Phase, thread: i32, sweep: i32): void {
  if (thread != 0 || !outputsAreEven(network)) return;
  const l = network.layers - 1;
  const layer = layerOf(network, l);
  const scratch = scratchOf(network, 0);
  for (let c = 0; c < phase.columns; c++) {
    if (isLive(scratch, c)) {
      acceptUnits(network, phase, layer, l, 0, c, sweep, 0, <usize>layer.padded << 2, stepOf(scratch, c));
    }
  }
}
