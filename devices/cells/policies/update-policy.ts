import type { StateArray } from '../../../core/index.js';
import type { CellKernel, KernelRecord, planFields } from '../../../kernels/index.js';
import type { PulseReport } from '../../contract/index.js';
import type { PulseModel } from '../pulse/index.js';
import type { SymmetryPoint } from '../rest-point.js';

/** One array of cells as a policy sees it: packed arrays in one kernel memory, states in units of the range. */
export interface PolicyArea {
  readonly kernel: CellKernel;
  readonly cells: number;
  readonly columns: number;
  readonly model: PulseModel;
  /** Signed pulses of each cell, row-major; what `plan` fills. */
  readonly counts: Int16Array;
  /** 1 for cells that are left alone; undefined where there are none. */
  readonly mask: () => Uint8Array | undefined;
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
  /** Where the policy asks for one. */
  readonly fast?: FastArea;
}

/** A second array of cells of the same size, of which the network sees nothing. */
export interface FastArea {
  /** The nominal cell's. */
  readonly nominal: SymmetryPoint;
  readonly counts: Int16Array;
  /** As `PolicyArea.plan`, of these cells; `evenCounts` plans them by one step wherever they stand. */
  readonly plan: {
    set(fields: Partial<Record<(typeof planFields)[number], number>>): void;
    evenCounts(first: number, count: number, event: number): void;
  };
  /** Rows row … row + count − 1 as states of the nominal range. */
  readRows(row: number, count: number): Promise<Float64Array>;
  /** Brings every cell to its own symmetry point and returns these, as states. */
  toSymmetry(pulsed: (report: PulseReport) => void): Promise<Float32Array>;
}

/** How wanted changes become pulses. */
export interface UpdatePolicy {
  readonly name: string;
  /** Cells are set to the wanted value, as only a simulation can; no pulses are planned. */
  readonly idealWrite: boolean;
  /** Most rounds of plan, pulse, read that one update takes. */
  readonly rounds: number;
  /** Float32 arrays that it keeps for each cell in the kernel's memory. */
  readonly arraysPerCell: number;
  /** Needs a second array of cells beside each. */
  readonly fastArray?: boolean;
  /** Needs pairs, whose second cells stand at the symmetry points of the first. */
  readonly needsReference?: boolean;
  /** What a cell is given does not depend on which way its change goes, so that pairs can be potentiated alone. */
  readonly oneSided?: boolean;
  /** Takes an array of cells on. */
  attach(area: PolicyArea): PolicyRun;
}

/** A policy at work on one array. Cells are planned block by block, `first` a multiple of 16. */
export interface PolicyRun {
  /** Fills the counts of cells first … first + count − 1. @param event id of the update, keys its random numbers */
  plan(first: number, count: number, event: number): void;
  /** A further round, after the cells were read again: how many are still to be pulsed. */
  replan?(): number;
  /** How many pulse counts were cut to the most that a cell may get since it was attached, where the policy counts that. */
  cut?(): number;
  /** After its fast array was pulsed: plans the cells by what that holds. */
  transfer?(): Promise<void>;
  /** A new run begins: may move the fast array. */
  initialise?(pulsed: (report: PulseReport) => void): Promise<void>;
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
