// A thread's own scratch: the rows it is about to multiply, and what it knows of every column.
import { COLUMNS, Network } from './structure';

/** Rows of a block that is multiplied for every column while it lies in the cache. */
export const BLOCK: i32 = 64;

const ROWS: usize = 0; // BLOCK addresses
const SUMS: usize = 256; // 2 × 4 sums
const LIVE: usize = 288; // COLUMNS flags
const STEP: usize = 320; // COLUMNS extrapolation factors
const FIRST: usize = 352; // COLUMNS first residuals
const UNITS: usize = 384; // BLOCK unit numbers
const COEFFICIENTS: usize = 640; // BLOCK coefficients
const DONE: usize = 896; // COLUMNS flags
const TRAVEL: usize = 1024; // COLUMNS × layers, volts

// @ts-ignore: decorator
@inline
export function scratchOf(network: Network, thread: i32): usize {
  return network.scratch + <usize>thread * network.scratchBytes;
}
// @ts-ignore: decorator
@inline
export function rowList(scratch: usize): usize {
  return scratch + ROWS;
}
// @ts-ignore: decorator
@inline
export function unitList(scratch: usize): usize {
  return scratch + UNITS;
}
// @ts-ignore: decorator
@inline
export function coefficientList(scratch: usize): usize {
  return scratch + COEFFICIENTS;
}
// @ts-ignore: decorator
@inline
export function sumList(scratch: usize): usize {
  return scratch + SUMS;
}
// @ts-ignore: decorator
@inline
export function isLive(scratch: usize, column: i32): bool {
  return load<i32>(scratch + LIVE + (<usize>column << 2)) != 0;
}
// @ts-ignore: decorator
@inline
export function setLive(scratch: usize, column: i32, live: bool): void {
  store<i32>(scratch + LIVE + (<usize>column << 2), live ? 1 : 0);
}
/** Whether a column's last sweep met the stop rule. */
// @ts-ignore: decorator
@inline
export function wasDone(scratch: usize, column: i32): bool {
  return load<i32>(scratch + DONE + (<usize>column << 2)) != 0;
}
// @ts-ignore: decorator
@inline
export function setDone(scratch: usize, column: i32, done: bool): void {
  store<i32>(scratch + DONE + (<usize>column << 2), done ? 1 : 0);
}
// @ts-ignore: decorator
@inline
export function stepOf(scratch: usize, column: i32): f32 {
  return load<f32>(scratch + STEP + (<usize>column << 2));
}
// @ts-ignore: decorator
@inline
export function setStep(scratch: usize, column: i32, step: f32): void {
  store<f32>(scratch + STEP + (<usize>column << 2), step);
}
// @ts-ignore: decorator
@inline
export function firstResidual(scratch: usize, column: i32): f32 {
  return load<f32>(scratch + FIRST + (<usize>column << 2));
}
// @ts-ignore: decorator
@inline
export function setFirstResidual(scratch: usize, column: i32, residual: f32): void {
  store<f32>(scratch + FIRST + (<usize>column << 2), residual);
}

/** How far the units of a layer have moved since the phase began, at most, V. */
// @ts-ignore: decorator
@inline
export function travelOf(scratch: usize, network: Network, column: i32, l: i32): f32 {
  return load<f32>(scratch + TRAVEL + (<usize>(column * network.layers + l) << 2));
}
// @ts-ignore: decorator
@inline
export function setTravel(scratch: usize, network: Network, column: i32, l: i32, travel: f32): void {
  store<f32>(scratch + TRAVEL + (<usize>(column * network.layers + l) << 2), travel);
}

export function scratchSize(layers: i32): i32 {
  return (1024 + COLUMNS * layers * 4 + 127) & ~63;
}
