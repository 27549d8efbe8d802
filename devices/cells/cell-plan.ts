import {
  CELL_SCRATCH,
  type KernelMemory,
  KernelRecord,
  paddedCells,
  planFields,
} from '../../kernels/index.js';

import type { CellArray } from '../contract/index.js';

/** Where a `GroupCells` lies and what keys its random numbers. */
export interface CellPlace {
  readonly memory: KernelMemory;
  readonly seed: number;
  /** Tells arrays of one seed apart. */
  readonly number: number;
  /** Wanted changes of the cells being planned; float32 of the memory. */
  readonly change: Float32Array;
  /** The second array of a policy that asks for one. */
  readonly fast?: { readonly array: CellArray; readonly number: number };
}

/** What a kernel plans the pulses of one array by, and where it puts them. */
export class CellPlan {
  /** Signed, one a cell, row-major. */
  readonly counts: Int16Array;
  readonly record: KernelRecord<(typeof planFields)[number]>;

  static bytes(cells: number): number {
    return 2 * paddedCells(cells) + 4 * planFields.length + CELL_SCRATCH + 256;
  }

  /** @param place keys the random numbers of the plan, and says where the wanted changes of the cells being planned lie */
  constructor(cells: number, { memory, seed, number, change }: CellPlace) {
    const { buffer } = memory.memory;
    this.counts = new Int16Array(buffer, memory.allocate(2 * paddedCells(cells)), cells);
    this.record = new KernelRecord(planFields, buffer, memory.allocate(4 * planFields.length));
    this.record.set({
      change: change.byteOffset,
      counts: this.counts.byteOffset,
      mask: 0,
      seed,
      group: number,
      scratch: memory.allocate(CELL_SCRATCH),
    });
  }
}
