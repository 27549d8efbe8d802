import type { StateArray } from '../../../core/index.js';
import type { CellKernel, KernelRecord, planFields } from '../../../kernels/index.js';

/** One array of cells as a policy sees it: packed arrays in one kernel memory, states in units of the range. */
export interface PolicyArea {
  readonly kernel: CellKernel;
  readonly cells: number;
  /**
   * What the kernel plans by: changes, last read, counts, mask and nominal steps are filled in before each plan; limits, the
   * stream of random numbers and the array that it keeps of each cell are the policy's to fill in.
   */
  readonly plan: KernelRecord<(typeof planFields)[number]>;
  /** What the last read gave, float32 from cell 0; may be the states themselves. */
  readonly lastRead: () => Float32Array;
  /** Largest nominal step, of the range. */
  readonly largestStep: number;
  /** Allocates a float32 for every cell, in the same memory. */
  readonly allocate: () => Float32Array;
}

/** How wanted changes become pulses. */
export interface UpdatePolicy {
  readonly name: string;
  /** Cells are set to the wanted value, as only a simulation can; no pulses are planned. */
  readonly idealWrite: boolean;
  /** Most rounds of plan, pulse, read that one update takes. */
  readonly rounds: number;
  /** Float32 arrays that it keeps for each cell. */
  readonly arraysPerCell: number;
  /** Takes an array of cells on. */
  attach(area: PolicyArea): PolicyRun;
}

/** A policy at work on one array. Cells are planned block by block, `first` a multiple of 16. */
export interface PolicyRun {
  /** Fills the counts of cells first … first + count − 1. @param event id of the update, keys its random numbers */
  plan(first: number, count: number, event: number): void;
  /** A further round, after the cells were read again: how many are still to be pulsed. */
  replan?(): number;
  /** After the cells were set from outside. */
  reset?(): void;
  /** What a resume needs. */
  snapshot(): Readonly<Record<string, StateArray>>;
  restore(arrays: Readonly<Record<string, StateArray>>): void;
}

/** Below this share of the largest step a nominal step counts as this share: at a soft bound no count would do. */
export const MIN_STEP = 1e-3;

/** Most pulses of one cell in one round, unless a policy is given another limit. */
export const MAX_PULSES = 100;

export const stateless: Pick<PolicyRun, 'snapshot' | 'restore'> = {
  snapshot: () => ({}),
  restore: () => undefined,
};
