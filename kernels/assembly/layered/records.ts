// What a slice found in one sweep for one column and one layer, for all threads to judge by: 32 bytes.
import { COLUMNS, Network, SLICES } from './structure';
import { largestLane } from './bounded-units';
import { sumLanes } from '../shared/simd';

/** This thread's sweep, odd or even: records alternate, so that one may be judged while the next is being written. */
let half: i32 = 0;

export function turnRecords(sweep: i32): void {
  half = sweep & 1;
}

// @ts-ignore: decorator
@inline
export function recordOf(network: Network, slice: i32, column: i32, l: i32): usize {
  return network.records + (<usize>(((half * SLICES + slice) * COLUMNS + column) * network.layers + l) << 5);
}

/** Largest residual current, largest current of the whole state and of its unknown part, and NaN if a value was not finite. */
// @ts-ignore: decorator
@inline
export function writeRecord(record: usize, residual: v128, whole: v128, part: v128, flaws: v128): void {
  store<f32>(record, largestLane(residual));
  store<f32>(record, largestLane(whole), 4);
  store<f32>(record, largestLane(part), 8);
  store<f32>(record, sumLanes(flaws), 12);
}

/** Largest movement of an even layer's unit when the sweep's answer was taken over. */
// @ts-ignore: decorator
@inline
export function writeTravel(record: usize, travel: v128): void {
  store<f32>(record, largestLane(travel), 16);
}

/** Outputs only: largest change and largest voltage. */
// @ts-ignore: decorator
@inline
export function writeOutputs(record: usize, change: v128, largest: v128): void {
  store<f32>(record, largestLane(change), 20);
  store<f32>(record, largestLane(largest), 24);
}
