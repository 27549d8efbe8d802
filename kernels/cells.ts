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
  /** `cells`: a record of `cellFields`. @param counts int16 of the whole array @param event below 2⁵³ */
  pulseCells(cells: number, first: number, count: number, counts: number, event: number): void;
  shiftCells(cells: number, first: number, count: number, change: number): void;
  readCells(
    cells: number,
    first: number,
    count: number,
    out: number,
    event: number,
    offset: number,
    scale: number,
    sigma: number,
  ): void;
  /** Read noise on conductances that lie at `g` (float32, from cell 0 on), in place: as `readCells` adds it. */
  noisyReads(cells: number, count: number, g: number, event: number, sigma: number): void;
  /** `ages`: a record of `ageFields`. @param counts int16 of the whole array; 0: all cells @param now s */
  noteWrites(ages: number, first: number, count: number, counts: number, now: number, id: number): void;
  drawRelaxing(ages: number, count: number): void;
  ageReads(ages: number, count: number, g: number, now: number, largest: number): void;
  affineCells(count: number, from: number, to: number, offset: number, scale: number): void;
  differenceOfCells(count: number, a: number, b: number, to: number): void;
  countSaturated(first: number, count: number, state: number, margin: number): number;
  /** `contrast`: a record of `cellContrastFields`. @param add 1: to what is there, for the samples of a further chunk */
  contrastRows(contrast: number, firstRow: number, rows: number, add: number): void;
  sharedContrast(contrast: number, add: number): void;
  /** `plan`: a record of `planFields`, here and below. */
  proportionalCounts(plan: number, first: number, count: number, event: number): void;
  evenCounts(plan: number, first: number, count: number, event: number): void;
  signCounts(plan: number, first: number, count: number, threshold: number): void;
  accumulateCounts(plan: number, first: number, count: number): void;
  /** Returns how many cells are still to be pulsed. */
  verifyCounts(plan: number, first: number, count: number): number;
  moveTargets(plan: number, first: number, count: number): void;
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
