import { instantiateKernel } from './load.js';
import type { KernelMemory } from './memory.js';

/**
 * Exports of `assembly/cells`. Pointers are byte offsets into the kernel's memory; a per-cell array starts at cell 0 and
 * has room for a whole number of blocks of `CELL_BLOCK` cells; `first` is a multiple of `CELL_BLOCK`.
 * Random numbers are addressed like `RandomStream(seed, name).at(event, sub)`: `key` is the hash of the name.
 */
export interface CellKernel {
  philox16(
    out: number,
    block: number,
    sub: number,
    eventLow: number,
    eventHigh: number,
    seed: number,
    key: number,
  ): void;
  normal16(
    out: number,
    block: number,
    sub: number,
    eventLow: number,
    eventHigh: number,
    seed: number,
    key: number,
  ): void;
  inStreamOrder(words: number): void;
  shortNormal64(
    out: number,
    words: number,
    block: number,
    sub: number,
    eventLow: number,
    eventHigh: number,
    seed: number,
    key: number,
  ): void;
  pulseCells(
    first: number,
    count: number,
    counts: number,
    state: number,
    exposed: number,
    gainUp: number,
    gainDown: number,
    low: number,
    high: number,
    up: number,
    down: number,
    nodes: number,
    c2c: number,
    c2cRange: number,
    write: number,
    seed: number,
    c2cKey: number,
    rangeKey: number,
    writeKey: number,
    sub: number,
    eventLow: number,
    eventHigh: number,
    statistics: number,
    scratch: number,
  ): void;
  shiftCells(
    first: number,
    count: number,
    change: number,
    state: number,
    gainUp: number,
    low: number,
    high: number,
  ): void;
  readCells(
    first: number,
    count: number,
    state: number,
    out: number,
    offset: number,
    scale: number,
    sigma: number,
    seed: number,
    key: number,
    sub: number,
    eventLow: number,
    eventHigh: number,
    scratch: number,
  ): void;
  affineCells(count: number, from: number, to: number, offset: number, scale: number): void;
  differenceOfCells(count: number, a: number, b: number, to: number): void;
  countSaturated(first: number, count: number, state: number, margin: number): number;
  contrastRows(
    change: number,
    firstRow: number,
    rows: number,
    allRows: number,
    columns: number,
    stride: number,
    batch: number,
    deltaBefore: number,
    meanBefore: number,
    deltaAfter: number,
    meanAfter: number,
    factor: number,
    shared: number,
    add: number,
  ): void;
  sharedContrast(
    shared: number,
    columns: number,
    stride: number,
    batch: number,
    deltaAfter: number,
    meanAfter: number,
    factor: number,
    add: number,
  ): void;
  proportionalCounts(
    first: number,
    count: number,
    change: number,
    known: number,
    counts: number,
    mask: number,
    up: number,
    down: number,
    nodes: number,
    least: number,
    most: number,
    seed: number,
    key: number,
    sub: number,
    eventLow: number,
    eventHigh: number,
    scratch: number,
  ): void;
  signCounts(
    first: number,
    count: number,
    change: number,
    known: number,
    counts: number,
    mask: number,
    threshold: number,
  ): void;
  accumulateCounts(
    first: number,
    count: number,
    change: number,
    known: number,
    counts: number,
    mask: number,
    sum: number,
    up: number,
    down: number,
    nodes: number,
    least: number,
    most: number,
  ): void;
  verifyCounts(
    first: number,
    count: number,
    known: number,
    counts: number,
    mask: number,
    target: number,
    up: number,
    down: number,
    nodes: number,
    least: number,
    most: number,
  ): number;
  moveTargets(first: number, count: number, change: number, target: number): void;
}

/** Cells that the kernel treats together: one draw of four Philox blocks. */
export const CELL_BLOCK = 16;

/** Bytes of scratch that one thread of the kernel needs. */
export const CELL_SCRATCH = 512;

/** Length of a per-cell array that the kernel may read and write in whole blocks. */
export function paddedCells(cells: number): number {
  return Math.ceil(cells / CELL_BLOCK) * CELL_BLOCK;
}

/** An instance on the given memory. Always the plain build: its numbers are the same bits on every machine. */
export function cellKernel(memory: KernelMemory): CellKernel {
  return instantiateKernel<CellKernel>('cells', memory);
}
