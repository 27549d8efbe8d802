import type { StateArray } from '../../../core/state.js';
import type { CellKernel } from '../../../kernels/index.js';

/** One array of cells as a policy sees it: packed arrays in one kernel memory, states in units of the range. */
export interface PolicyArea {
  readonly kernel: CellKernel;
  readonly cells: number;
  /** First of the random addresses; `group` tells arrays of one seed apart. */
  readonly seed: number;
  readonly group: number;
  /** What the last read gave, from cell 0; may be the states themselves. Byte offset, float32. */
  readonly lastRead: () => number;
  /** Wanted changes of the cells being planned, from the first of them; float32. */
  readonly change: number;
  /** Counts that a plan fills, from cell 0; int16. */
  readonly counts: number;
  /** 1 for cells that are left alone, 0 pointer when there are none; bytes. */
  readonly mask: () => number;
  /** Nominal steps: two tables of `nodes` float64. */
  readonly up: number;
  readonly down: number;
  readonly nodes: number;
  /** Largest nominal step, of the range. */
  readonly largestStep: number;
  readonly scratch: number;
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
  replan?(event: number, round: number): number;
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
